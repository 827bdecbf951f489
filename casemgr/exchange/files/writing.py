"""Giving everything of a unit away: one file, in one order, that nobody else can read and that is never written over."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.circumstances.models import Circumstance
from casemgr.core.errors import Conflict, Invalid
from casemgr.core.words import _
from casemgr.exchange.files import schemas, steps
from casemgr.exchange.files.gathering import Line, Stack, child_line
from casemgr.exchange.files.known import OWN
from casemgr.exchange.files.plain import plain, written
from casemgr.exchange.terms import child_mark
from casemgr.intake.models import Report
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import COUNTRY

_AT_ONCE = 200
_INSTANTS = frozenset(
    {"at", "received_at", "reached_at", "closed_at", "known_since", "started_at", "stopped_at"}
)


@dataclass
class Written:
    """How much a file holds."""

    reports: int = 0
    children: int = 0
    lines: int = 1
    made_at: str | None = None


def scope_of(desk: Desk, code: str) -> tuple[str, frozenset[int] | None]:
    """The unit of a code today, and the numbers of all units whose records are its own; of the country, no bounds."""
    code = code.strip().upper()
    if code == COUNTRY:
        return code, None
    unit = places.atlas(desk).at(code, places.today(desk))
    if unit is None:
        raise Invalid({"unit": [_("No unit has this code today.")]})
    return unit.code, place_rules.reach(places.atlas(desk), unit, places.today(desk))


def write(
    desk: Desk, path: Path, code: str, *, made_at: datetime | None, told: Callable[[int], None]
) -> Written:
    """Write everything of a unit. What goes wrong leaves no half file behind."""
    unit, units = scope_of(desk, code)
    done = Written()
    own = _own(path)
    try:
        with (
            own as file,
            TemporaryFile(dir=path.parent) as body,
        ):  # the first line tells how far the others reach
            for line in _lines(desk, units, done, told):
                body.write(written(line).encode() + b"\n")
                done.lines += 1
                done.made_at = max(filter(None, (done.made_at, *_instants(line))), default=None, key=_instant)
            done.made_at = plain(made_at) or done.made_at
            head = {"format": schemas.FORMAT, "version": schemas.VERSION}
            file.write(written({**head, "made_at": done.made_at, "unit": unit}).encode() + b"\n")
            body.seek(0)
            copyfileobj(body, file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return done


def _own(path: Path) -> IO[bytes]:
    """A new file that only its owner can read."""
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Conflict(f"{path} exists already. Nothing is written over.") from None
    except OSError as wrong:
        raise Invalid({"out": [wrong.strerror or str(wrong)]}) from None
    return os.fdopen(number, "w+b")


def _instants(line: Line) -> Iterator[str]:
    for name, value in line.items():
        if name in _INSTANTS:
            yield value
        elif name == "clocks":
            for clock in value:
                yield from _instants(clock)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


# ---- lines --------------------------------------------------------------------------------------------------------


def _lines(
    desk: Desk, units: frozenset[int] | None, done: Written, told: Callable[[int], None]
) -> Iterator[Line]:
    """Reports in the order of their receipt, each with its cases and steps; then the children no report tells of."""
    marks = _Marks(desk)
    first: dict[int, tuple[str, str]] = {}  # where a child of several cases stood first
    several = _with_several_cases(desk)
    told_of: set[int] = set()
    for portion in _portions(_in_order(desk, units, marks)):
        reports = desk.all(select(Report).where(Report.id.in_([key for key, _mark in portion])))
        by_id = {report.id: report for report in reports}
        stack = Stack(desk, reports)
        for key, mark in portion:
            report = by_id[key]
            yield stack.report(report, mark)
            for case in stack.cases[key]:
                yield stack.case(report, case, mark)
            for case in stack.cases[key]:
                here = (mark, case.child_ref)
                there = first.setdefault(case.child_id, here) if case.child_id in several else here
                if there != here:
                    yield _same_child(report, case, mark, there)
            mine = {case.child_id for case in stack.cases[key]} & several
            for step in stack.steps(report, told_elsewhere=mine & told_of):
                yield {"type": "step", "report": mark, **step}
            told_of |= mine
            done.reports += 1
        told(done.reports)
        desk.session.expunge_all()
    for child_id in _registered(desk, units):
        line = child_line(desk, desk.get(Child, child_id), child_mark(child_id))
        if line is not None:
            done.children += 1
            yield line


def _same_child(report: Report, case: Case, mark: str, there: tuple[str, str]) -> Line:
    return {
        "type": "step",
        "report": mark,
        "child": case.child_ref,
        "step": steps.SAME_CHILD,
        "at": plain(max(case.received_at, report.received_at)),
        "data": {"report": there[0], "child": there[1]},
    }


class _Marks:
    """Under which reference a report is told: its own, unless two have the same; else its number."""

    def __init__(self, desk: Desk) -> None:
        again = (
            select(Report.reference)
            .where(Report.reference.is_not(None), Report.rehearsal.is_(False))
            .group_by(Report.reference)
            .having(func.count() > 1)
        )
        self._twice = set(desk.all(again))
        borne = select(Report.reference).where(
            Report.reference.in_(select(Report.number).where(Report.rehearsal.is_(False)))
        )
        self._borne = set(desk.all(borne))

    def of(self, number: str, reference: str | None) -> str:
        if reference is not None and reference not in self._twice:
            return reference
        return number + OWN if number in self._borne else number


def _in_order(desk: Desk, units: frozenset[int] | None, marks: _Marks) -> Iterator[tuple[UUID, str]]:
    """Every report in scope, by receipt and then by reference."""
    rows_ = ((row.received_at, row.id, marks.of(row.number, row.reference)) for row in _pages(desk, units))
    for _at, together in groupby(rows_, key=lambda row: row[0]):
        for _received, key, mark in sorted(together, key=lambda row: row[2]):
            yield key, mark


def _pages(desk: Desk, units: frozenset[int] | None) -> Iterator[Any]:
    columns = select(Report.received_at, Report.id, Report.number, Report.reference)
    statement = columns.where(Report.rehearsal.is_(False), *_inside(desk, units))
    statement = statement.order_by(Report.received_at, Report.id).limit(_AT_ONCE * 10)
    page = desk.rows(statement)
    while page:
        yield from page
        last = page[-1]
        page = desk.rows(statement.where(tuple_(Report.received_at, Report.id) > (last.received_at, last.id)))


def _inside(desk: Desk, units: frozenset[int] | None) -> list[ColumnElement[bool]]:
    if units is None:
        return []
    within = replace(desk.actor, units=units)
    cases = select(Case.report_id).where(within.covers(Case.unit_id, Case.incident_unit_id))
    return [or_(within.covers(Report.unit_id), Report.id.in_(cases))]


def _portions(found: Iterator[tuple[UUID, str]]) -> Iterator[Sequence[tuple[UUID, str]]]:
    portion = []
    for one in found:
        portion.append(one)
        if len(portion) == _AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def _with_several_cases(desk: Desk) -> set[int]:
    several = (
        select(Case.child_id)
        .where(Case.rehearsal.is_(False))
        .group_by(Case.child_id)
        .having(func.count() > 1)
    )
    return set(desk.all(several))


def _registered(desk: Desk, units: frozenset[int] | None) -> Sequence[int]:
    """Children on the registers in scope whom no report in scope tells of."""
    reported = select(Case.child_id).join(Report, Report.id == Case.report_id).where(*_inside(desk, units))
    statement = (
        select(Circumstance.child_id)
        .where(Circumstance.replaced_at.is_(None), Circumstance.child_id.not_in(reported))
        .distinct()
        .order_by(Circumstance.child_id)
    )
    if units is not None:
        statement = statement.where(replace(desk.actor, units=units).covers(Circumstance.unit_id))
    return desk.all(statement)
