"""The kinds of records that ship with the program: read strictly from the room's data."""

import json
from functools import cache
from importlib.resources import files

from casemgr.law.rows import LawDataWrong, Row, check_dates, opened
from casemgr.retention.terms import By, Kind, KindCode, Period, Sure


@cache
def shipped(lang: str) -> tuple[Kind, ...]:
    """Every kind in the order of the file, its words in a language."""
    text = files("casemgr.retention").joinpath("data", "periods.json").read_text(encoding="utf-8")
    file = opened("periods", json.loads(text))
    file.only("about", "kinds")
    kinds = tuple(_kind(row, lang) for row in file.rows("kinds"))
    for code in {kind.code for kind in kinds}:
        check_dates(f"kind {code}", [kind for kind in kinds if kind.code == code])
    decided = {kind.code for kind in kinds if kind.by is By.TWO_PERSONS}
    if decided != set(KindCode):
        raise LawDataWrong(f"periods: two persons decide of {', '.join(sorted(KindCode))}.")
    return kinds


def _kind(row: Row, lang: str) -> Kind:
    row.only(
        *("code", "title", "counted_from", "years", "until_age", "by", "basis", "state"),
        *("in_force_from", "in_force_to"),
    )
    return Kind(
        row.text("code"),
        row.wording("title").text(lang),
        row.wording("counted_from").text(lang),
        By(row.text("by")),
        row.wording("basis").text(lang),
        Sure(row.text("state")),
        Period(row.maybe_number("years"), row.maybe_number("until_age")),
        row.day("in_force_from"),
        row.maybe_day("in_force_to"),
    )
