"""Additions to the law, invented, made through the same actions people use."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from casemgr import law
from casemgr.access.roles import Role
from casemgr.law.deadlines import Unit
from casemgr.law.rulebook import CountedFrom
from casemgr.lawbook import actions
from casemgr.legislation import queries
from casemgr.legislation.terms import ChangeKind, Document, Proposal
from tests.support.house import NA_SAM, HouseUnderTest

LONG_AGO = date(2026, 1, 5)
FILE = json.loads((Path(law.__file__).parent / "data" / "deadlines.json").read_text(encoding="utf-8"))


def document(day: date = LONG_AGO) -> Document:
    return Document("12/QĐ-UBND", day, "Quy định của địa phương (giả định)")


def a_limit(
    house: HouseUnderTest,
    deadline: str,
    value: int,
    unit: Unit,
    *,
    unit_code: str = NA_SAM,
    since: date = LONG_AGO,
) -> Proposal:
    """A shorter limit of a place."""
    body = {"deadline": deadline, "value": value, "unit": unit.value}
    return Proposal(ChangeKind.LIMIT, document(), body, house.unit_id(unit_code), since)


def a_reading(
    house: HouseUnderTest, reading: CountedFrom, *, unit_code: str = NA_SAM, since: date = LONG_AGO
) -> Proposal:
    """From when a place counts the five working days."""
    return Proposal(ChangeKind.START, document(), {"reading": reading.value}, house.unit_id(unit_code), since)


def a_day(day: date, *, worked: bool = False) -> Proposal:
    """A day off, or worked."""
    return Proposal(ChangeKind.DAY, document(), {"day": day.isoformat(), "worked": worked})


def shipped_row(id: str, day: date) -> dict[str, Any]:
    """The row of a limit that is in force on a day, as it ships; a limit may have several."""
    rows: list[dict[str, Any]] = [row for row in FILE["deadlines"] if row["id"] == id]
    return next(row for row in rows if day <= date.fromisoformat(row.get("in_force_to") or "9999-12-31"))


def a_law(id: str, value: int, since: date) -> Proposal:
    """A new version of a limit from a day on, without an end."""
    before = since - timedelta(days=1)
    row = shipped_row(id, before)
    rows = [
        {**row, "in_force_to": before.isoformat()},
        {**row, "value": value, "in_force_from": since.isoformat(), "in_force_to": None},
    ]
    return Proposal(ChangeKind.LAW, document(), {"about": FILE["about"], "deadlines": rows})


def added(house: HouseUnderTest, proposal: Proposal) -> int:
    """Make an addition as the administrator of the country; gives its number."""
    with house.desk(Role.ADMIN) as desk:
        return actions.change(desk, proposal, seen=queries.mark_in_use(desk)).id
