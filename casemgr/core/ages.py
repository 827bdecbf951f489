"""Whole years of age on a day, also when one of the two days is only partly known; pure."""

from datetime import date
from enum import StrEnum


class Precision(StrEnum):
    """How well a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


def whole_years(
    birth: date | None,
    on: date | None,
    precision: str = Precision.DAY,
    *,
    on_precision: str = Precision.DAY,
) -> int | None:
    """The age in whole years reached on a day, or None when it cannot be told.

    Whatever is known only by its year or month counts as reached in that year or month; an estimated date
    stands as told. Who was born on 29 February has the birthday on 1 March in other years.
    """
    if birth is None or on is None or Precision.UNKNOWN in (precision, on_precision):
        return None
    years = on.year - birth.year
    if Precision.YEAR not in (precision, on_precision):
        if Precision.MONTH in (precision, on_precision):
            years -= on.month < birth.month
        else:
            years -= (on.month, on.day) < (birth.month, birth.day)
    return years if years >= 0 else None


def whole_months(birth: date | None, on: date | None, precision: str = Precision.DAY) -> int | None:
    """The age in whole months reached on a day: what is said of a baby. None when it cannot be told by the month."""
    if birth is None or on is None or precision not in (Precision.DAY, Precision.MONTH):
        return None
    months = (on.year - birth.year) * 12 + on.month - birth.month
    if precision == Precision.DAY:
        months -= on.day < birth.day
    return months if months >= 0 else None
