"""Writing the safeguards: restrict, keep kin out, break the glass."""

from casemgr.safeguards.actions.conflicts import (
    compare_all,
    declare,
    look_after,
    mark_all,
    overrule,
    watch,
)
from casemgr.safeguards.actions.glass import break_glass, close, judge, note_try
from casemgr.safeguards.actions.restricting import appoint, lift, name, restrict, unname

__all__ = [
    "appoint",
    "break_glass",
    "close",
    "compare_all",
    "declare",
    "judge",
    "lift",
    "look_after",
    "mark_all",
    "name",
    "note_try",
    "overrule",
    "restrict",
    "unname",
    "watch",
]
