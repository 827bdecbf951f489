"""Case numbers, UUUUU-YYYY-NNNNN-C: unit of receipt, year, running number, check letter. Never built from a clock.

The check letter is the whole number modulo 23 in an alphabet without I, O and Q: it finds every wrong digit and every
swap of neighbours, and can be read over the telephone.
"""

import re

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_FORM = re.compile(r"(\d{5})-(\d{4})-(\d{5,})-([A-Z])")
TRIAGE = "90"  # no commune has a code above 33,000; 900PP is the triage of province PP, 90000 the nation's

REHEARSAL = "99000"  # practice has a series of its own: no gap in the numbers of a unit


def make(unit_code: str, year: int, running: int) -> str:
    """The number of a report or case."""
    body = f"{unit_code}-{year:04d}-{running:05d}"
    return f"{body}-{_check(body)}"


def triage_code(province_code: str | None) -> str:
    """What stands for the unit while no commune is known."""
    return f"{TRIAGE}{int(province_code or 0):03d}"


def is_number(text: str) -> bool:
    """Whether a text is a well-formed number whose check letter fits."""
    found = _FORM.fullmatch(text)
    return found is not None and _check(text.rpartition("-")[0]) == found[4]


def is_rehearsal(text: object) -> bool:
    """Whether a number is of the practice series."""
    return isinstance(text, str) and text.startswith(f"{REHEARSAL}-")


def _check(body: str) -> str:
    return _LETTERS[int(body.replace("-", "")) % len(_LETTERS)]
