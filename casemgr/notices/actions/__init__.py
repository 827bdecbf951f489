"""Writing notices: running the reminders, reading, asking for help, and how one wants to be reached."""

from casemgr.notices.actions.own import (
    ask,
    forget_calendar,
    mark_all_read,
    mark_read,
    renew_calendar,
    set_address,
)
from casemgr.notices.actions.running import PORTION, run

__all__ = [
    "PORTION",
    "ask",
    "forget_calendar",
    "mark_all_read",
    "mark_read",
    "renew_calendar",
    "run",
    "set_address",
]
