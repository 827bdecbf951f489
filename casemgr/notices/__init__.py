"""Reminders and escalation: what is due, what nobody reacts to, by page, by e-mail without names, as a calendar.

Nothing here is needed for the rest to be right: what a page shows is computed when it is opened, whether or not the
reminders were ever run. Extra files: `post.py` (how a letter is handed to a mail server), `feed.py` (how a calendar is
written down), `sending.py` (which letters go out, and what becomes of them).
"""
