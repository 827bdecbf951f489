"""Reading notices: what waits for a reaction, who is to be told, what somebody was told."""

from casemgr.notices.queries.matters import matters, of_case, standing
from casemgr.notices.queries.own import (
    calendar_of,
    due_entries,
    lines,
    notice,
    unread,
    unread_ones,
    wish,
)
from casemgr.notices.queries.staff import may_still_hear, offices_of, staff_of
from casemgr.notices.queries.thresholds import thresholds

__all__ = [
    "calendar_of",
    "due_entries",
    "lines",
    "matters",
    "may_still_hear",
    "notice",
    "of_case",
    "offices_of",
    "staff_of",
    "standing",
    "thresholds",
    "unread",
    "unread_ones",
    "wish",
]
