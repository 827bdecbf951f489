"""The register of processing: what ships as data, and over it what was changed here, with every version before."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.core.errors import NotFound
from casemgr.law.rows import Row
from casemgr.privacy.models import ProcessingVersion
from casemgr.privacy.terms import Purpose


@dataclass(frozen=True)
class Entry:
    """One purpose as it stands now; number 0 is as it shipped."""

    code: str
    number: int
    purpose: Purpose
    recorded_at: datetime | None = None
    recorded_by: UUID | None = None
    reason: str = ""


def entries(desk: Desk) -> Sequence[Entry]:
    """Every purpose as it stands now, in the order of the data."""
    newest: dict[str, Entry] = {code: Entry(code, 0, purpose) for code, purpose in shipped().items()}
    for row in desk.all(select(ProcessingVersion).order_by(ProcessingVersion.code, ProcessingVersion.number)):
        newest[row.code] = _entry(row)
    return list(newest.values())


def history(desk: Desk, code: str) -> Sequence[Entry]:
    """Every version of one purpose, the newest first, the shipped one last."""
    if code not in shipped():
        raise NotFound
    rows = desk.all(
        select(ProcessingVersion)
        .where(ProcessingVersion.code == code)
        .order_by(ProcessingVersion.number.desc())
    )
    return [*map(_entry, rows), Entry(code, 0, shipped()[code])]


def _entry(row: ProcessingVersion) -> Entry:
    return Entry(row.code, row.number, row.purpose, row.recorded_at, row.recorded_by, row.reason)


@cache
def shipped() -> Mapping[str, Purpose]:
    """The purposes that ship with the program, by their code."""
    text = files("casemgr.privacy").joinpath("data", "processing.json").read_text(encoding="utf-8")
    file = Row("processing", json.loads(text))
    file.only("about", "purposes")
    return {row.text("code"): _purpose(row) for row in file.rows("purposes")}


def _purpose(row: Row) -> Purpose:
    texts = ("title", "data_types", "people", "recipients", "retention", "safeguards")
    row.only("code", "bases", "note", *texts)
    return Purpose(
        bases=row.texts("bases"),
        note=row.maybe_text("note") or "",
        **{name: row.text(name) for name in texts},
    )
