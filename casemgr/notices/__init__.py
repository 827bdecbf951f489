"""Reminders and escalation: what is due, what nobody reacts to, by page, by e-mail without names, as a calendar."""
