"""How a number may be written, on a page and in a cell of a file. What can be read in two ways is refused; pure."""

import math
import re
from datetime import date, time
from decimal import Decimal

from casemgr.core.words import Later, _l

MOST = 10**12
_PLAIN = re.compile(r"[0-9]{1,13}")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[. \u00a0][0-9]{3}){1,4}")  # 24.776.733, as people write here
_RATE = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?")
_WRITTEN_DAY = (date, time)  # a datetime is a date
_NEAR = 1e-6

WHOLE = _l("Write a whole number from 0, such as 3140 or 3.140.")
DECIMAL = _l("Write a number with at most two decimals, such as 12,5.")
TEXT = _l("This is text, not a number. Type the number anew, without dots or commas between the thousands.")
FORMULA = _l("This is a formula. Paste its value only.")
DAY = _l("This is a day, not a number. Give the cell the format of a number.")
FAULT = _l("This is an error value of the workbook, not a number.")
TRUTH = _l("This is true or false, not a number.")
NEGATIVE = _l("A number below 0 cannot be.")
ENDLESS = _l("This number is too large, or none at all.")
BROKEN = _l("A whole number is needed, without decimals.")


class Unreadable(ValueError):
    """What stands there is no number that could be meant; the sentence says what to do."""

    def __init__(self, sentence: Later) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def typed(text: str, *, rate: bool) -> int | None:
    """A number typed on a page: whole, or in hundredths when it is a rate; nothing when nothing was typed."""
    told = text.strip()
    if not told:
        return None
    if rate:
        return _hundredths(told)
    if not (_PLAIN.fullmatch(told) or _GROUPED.fullmatch(told)):
        raise Unreadable(WHOLE)
    return _within(int(re.sub(r"[^0-9]", "", told)))


def in_cell(value: object, *, rate: bool) -> int | None:
    """The number of a cell of a file: a real number, or text of plain digits; never a guess."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise Unreadable(TRUTH)
    if isinstance(value, _WRITTEN_DAY):
        raise Unreadable(DAY)
    if isinstance(value, str):
        return _from_text(value.strip(), rate=rate)
    if not isinstance(value, int | float | Decimal):
        raise Unreadable(TEXT)
    if not math.isfinite(value):
        raise Unreadable(ENDLESS)
    if value < 0:
        raise Unreadable(NEGATIVE)
    wanted = float(value) * (100 if rate else 1)
    if wanted > MOST:
        raise Unreadable(ENDLESS)
    if abs(wanted - round(wanted)) > _NEAR * max(1.0, wanted / 1e6):
        raise Unreadable(DECIMAL if rate else BROKEN)
    return round(wanted)


def written(amount: int | None, *, rate: bool) -> str:
    """A number as files hold it: digits, and a point before decimals."""
    if amount is None:
        return ""
    return f"{amount // 100}.{amount % 100:02}" if rate else str(amount)


def _from_text(told: str, *, rate: bool) -> int | None:
    if not told:
        return None
    if told.startswith(("=", "+", "@")):
        raise Unreadable(FORMULA)
    if told.startswith("#"):
        raise Unreadable(FAULT)
    if told.startswith("-"):
        raise Unreadable(NEGATIVE)
    if rate:
        return _hundredths(told)
    if not _PLAIN.fullmatch(told):
        raise Unreadable(TEXT)
    return _within(int(told))


def _hundredths(told: str) -> int:
    found = _RATE.fullmatch(told)
    if found is None:
        raise Unreadable(DECIMAL)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def _within(number: int) -> int:
    if number > MOST:
        raise Unreadable(ENDLESS)
    return number
