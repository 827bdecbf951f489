"""The people whose data stand here."""
