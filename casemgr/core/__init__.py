"""Ground: clock, calendar, findings, errors, text, the database. Knows no child, no case, no law."""
