"""Reading papers: the register of a unit, what was issued for a case, one paper with its sealed copy, templates in force."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import undefer

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.core.calendar import day_end, day_start, local_day
from casemgr.core.errors import NotFound
from casemgr.documents import docx
from casemgr.documents.models import Paper, PaperTemplate
from casemgr.documents.terms import Copy, Issue
from casemgr.places import queries as places

PAGE = 50


@dataclass(frozen=True)
class InForce:
    """The template that is used for a form today."""

    file: bytes
    template_id: UUID | None = None
    since: date | None = None

    @property
    def of_a_province(self) -> bool:
        """Whether a province has loaded it."""
        return self.template_id is not None


@dataclass(frozen=True)
class Issued:
    """One issued paper as a list shows it; `case` stands only where the list is about several."""

    id: UUID
    case_id: UUID | None
    unit_id: int
    form: str
    series: str
    year: int
    running: int
    revision: int
    issued_at: datetime
    issued_by: UUID | None
    voided_at: datetime | None
    replaced: bool
    quarter: str | None = None
    about_id: UUID | None = None


@dataclass(frozen=True)
class Slice:
    """One page of the register, and the key to the next."""

    rows: Sequence[Issued]
    next: str | None


_COLUMNS = (
    Paper.id,
    Paper.case_id,
    Paper.unit_id,
    Paper.form,
    Paper.series,
    Paper.year,
    Paper.running,
    Paper.revision,
    Paper.issued_at,
    Paper.issued_by,
    Paper.voided_at,
    Paper.quarter,
    Paper.about_id,
)


def paper(desk: Desk, paper_id: UUID) -> Paper:
    """One issued paper; the reading is noted."""
    found = desk.one(select(Paper).where(Paper.id == paper_id))
    desk.opened("paper opened", paper_id, ("issue",))
    return found


def copy_of(desk: Desk, paper_id: UUID) -> tuple[Paper, Copy]:
    """A paper with its sealed copy. Whoever hands it out calls `handed_out`."""
    found = desk.one(select(Paper).where(Paper.id == paper_id).options(undefer(Paper._copy)))
    if found.copy is None:
        raise NotFound
    return found, found.copy


def handed_out(desk: Desk, paper_id: UUID, file: bytes, part: str) -> None:
    """Note that a copy leaves the house, with its digest: what was handed out can be told from any other file."""
    desk.read("paper read", paper_id, (part,), reason=f"SHA-256 {hashlib.sha256(file).hexdigest()}")


def issued_for(desk: Desk, case_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[Issued]]:
    """What was issued for each of some cases, the newest first. Nothing sealed is opened."""
    wanted = list(case_ids)
    found: dict[UUID, list[Issued]] = {case_id: [] for case_id in wanted}
    if not wanted:
        return found
    rows = desk.rows(
        select(*_COLUMNS)
        .where(Paper.case_id.in_(wanted))
        .order_by(Paper.issued_at.desc(), Paper.running.desc(), Paper.id.desc())
    )
    for row in _with_replaced(desk, rows):
        if row.case_id is not None:
            found[row.case_id].append(row)
    return found


def register(
    desk: Desk,
    *,
    year: int | None = None,
    series: str | None = None,
    running: int | None = None,
    form: str | None = None,
    day: date | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> Slice:
    """The register of issued papers of the units in scope, the newest first."""
    statement = select(*_COLUMNS).order_by(Paper.issued_at.desc(), Paper.id.desc()).limit(limit + 1)
    if desk.actor.units is not None and desk.actor.units:
        statement = statement.where(desk.actor.covers(Paper.unit_id))
    for column, value in (
        (Paper.year, year),
        (Paper.series, series),
        (Paper.running, running),
        (Paper.form, form),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if day is not None:
        statement = statement.where(Paper.issued_at.between(day_start(day), day_end(day)))
    key = _read_key(after)
    if key is not None:
        statement = statement.where(tuple_(Paper.issued_at, Paper.id) < key)
    rows = desk.rows(statement)
    shown = _with_replaced(desk, rows[:limit])
    more = len(rows) > limit
    desk.read("papers listed", count=len(shown))
    return Slice(shown, f"{shown[-1].issued_at.timestamp()}_{shown[-1].id.hex}" if more else None)


def numbers_of(desk: Desk, rows: Iterable[Issued]) -> Mapping[UUID, str]:
    """The numbers of the cases that papers are about."""
    wanted = {row.case_id for row in rows if row.case_id is not None}
    if not wanted:
        return {}
    return {row.id: row.number for row in desk.rows(select(Case.id, Case.number).where(Case.id.in_(wanted)))}


def issue_of(found: Paper) -> Issue:
    """For whom and why a paper was made."""
    return found.issue or Issue("", "", "", "", "")


def case_of(desk: Desk, found: Paper) -> Case | None:
    """The case a paper is about."""
    return desk.get(Case, found.case_id) if found.case_id is not None else None


def is_ours(desk: Desk, found: Paper) -> bool:
    """Whether the unit that issued a paper, and keeps it in its register, is this person's."""
    return desk.actor.units is None or found.unit_id in desk.actor.units


def stands(desk: Desk, found: Paper) -> bool:
    """Whether a paper is neither void nor replaced."""
    return found.voided_at is None and successor(desk, found) is None


def successor(desk: Desk, found: Paper) -> Paper | None:
    """The paper that replaces this one."""
    return desk.first(select(Paper).where(Paper.replaces_id == found.id).order_by(Paper.issued_at.desc()))


def predecessor(desk: Desk, found: Paper) -> Paper | None:
    """The paper that this one replaces."""
    return desk.get(Paper, found.replaces_id) if found.replaces_id is not None else None


def province_id(desk: Desk, unit_id: int) -> int | None:
    """The province of a unit today; a province is its own."""
    unit = places.atlas(desk).unit(unit_id)
    found = places.atlas(desk).province_of(unit, places.today(desk)) if unit is not None else None
    return found.id if found is not None else None


def template_in_force(desk: Desk, form: str, unit_id: int) -> InForce:
    """The province's own template, if one is in force today; else the one that comes with the system."""
    today, province = local_day(desk.now), province_id(desk, unit_id)
    found = desk.first(
        select(PaperTemplate)
        .where(
            PaperTemplate.unit_id == province,
            PaperTemplate.form == form,
            PaperTemplate.since <= today,
            or_(PaperTemplate.ended_on.is_(None), PaperTemplate.ended_on > today),
        )
        .order_by(PaperTemplate.since.desc(), PaperTemplate.revision.desc())
        .options(undefer(PaperTemplate.file))
    )
    if found is None:
        return InForce(docx.shipped(form))
    return InForce(found.file, found.id, found.since)


def templates(desk: Desk, unit_id: int) -> Sequence[PaperTemplate]:
    """Every template that a province has loaded, by form, the newest first."""
    return desk.all(
        select(PaperTemplate)
        .where(PaperTemplate.unit_id == unit_id)
        .order_by(PaperTemplate.form, PaperTemplate.since.desc(), PaperTemplate.revision.desc())
    )


def template(desk: Desk, template_id: UUID, unit_id: int) -> PaperTemplate:
    """One loaded template of a province."""
    return desk.one(
        select(PaperTemplate)
        .where(PaperTemplate.id == template_id, PaperTemplate.unit_id == unit_id)
        .options(undefer(PaperTemplate.file))
    )


def last_revision(desk: Desk, unit_id: int, form: str) -> int:
    """The number of the newest version of a province's template."""
    return (
        desk.session.scalar(
            select(func.max(PaperTemplate.revision)).where(
                PaperTemplate.unit_id == unit_id, PaperTemplate.form == form
            )
        )
        or 0
    )


def _with_replaced(desk: Desk, rows: Sequence[Any]) -> list[Issued]:
    ids = [row.id for row in rows]
    replaced = set(desk.all(select(Paper.replaces_id).where(Paper.replaces_id.in_(ids)))) if ids else set()
    return [Issued(**row._mapping, replaced=row.id in replaced) for row in rows]


def _read_key(key: str | None) -> tuple[datetime, UUID] | None:
    if not key:
        return None
    try:
        stamp, _, identity = key.partition("_")
        return datetime.fromtimestamp(float(stamp), UTC), UUID(hex=identity)
    except (ValueError, OverflowError, OSError):
        raise NotFound from None
