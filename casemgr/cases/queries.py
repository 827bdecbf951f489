"""Reading cases: one case, its timeline and clocks, the worklist."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from casemgr.access.actor import NO_CIRCLE, Circle, Glass, Named
from casemgr.access.desk import Desk
from casemgr.access.paths import path_to
from casemgr.access.questions import Question
from casemgr.access.sight import Ids, Sight
from casemgr.accounts.models import Account, Appointment
from casemgr.cases.models import Case, CaseClock, CaseEvent, CaseMember, CaseTie, Disposal, LegalHold
from casemgr.cases.numbers import is_number
from casemgr.cases.terms import GONE, Explained, Way
from casemgr.children.models import Child
from casemgr.children.terms import Card
from casemgr.core.calendar import local_day
from casemgr.core.conditions import OneOfMany
from casemgr.core.errors import Destroyed, NotFound
from casemgr.core.instants import Instant
from casemgr.core.prepared import gap
from casemgr.core.text import identifier

PAGE = 50
PRACTICE = timedelta(days=30)  # then a practice case is shown on no list any more
_PRACTISED = 5


class CaseLine(NamedTuple):
    """What a list shows of a case."""

    id: UUID
    number: str
    report_id: UUID
    child_id: int
    stage: str
    emergency: bool | None
    received_at: datetime
    opened_at: datetime
    moved_at: datetime
    due_at: datetime | None
    nudged_at: datetime | None
    client_id: UUID | None


class ChildLine(NamedTuple):
    """What a list shows of a child."""

    id: int
    card: Card | None


class ClockLine(NamedTuple):
    """What a list shows of a clock that runs."""

    clock: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    started_by: str
    rule_from: date | None
    local_due_at: datetime | None


# Columns alone: a list of fifty is made four times as fast as of whole rows.
_CASE_LINES = select(*(getattr(Case, name) for name in CaseLine._fields), Child._card).join(
    Child, Child.id == Case.child_id
)  # a child out of scope takes its case off the list
_TIES: Question[Any] = Question(
    select(CaseTie.way, CaseTie.until, Case.id, Case.number, Case.child_id, Case.report_id)
    .join(Case, Case.id == CaseTie.case_id)
    .where(
        CaseTie.account_id == gap("account", Uuid()),
        CaseTie.ended_at.is_(None),
        or_(CaseTie.until.is_(None), CaseTie.until > gap("now", Instant())),
    )
)
_CLOCK_LINES = select(CaseClock.case_id, *(getattr(CaseClock, name) for name in ClockLine._fields))


_BY_NUMBER: Question[Case] = Question(select(Case).where(Case.number == gap("number", String())))
_TIMELINE: Question[CaseEvent] = Question(
    select(CaseEvent)
    .where(CaseEvent.case_id == gap("case", Uuid()))
    .order_by(CaseEvent.at.desc(), CaseEvent.recorded_at.desc(), CaseEvent.id.desc())
)
_CLOCKS: Question[CaseClock] = Question(
    select(CaseClock)
    .where(CaseClock.case_id == gap("case", Uuid()))
    .order_by(
        CaseClock.stopped_at.is_not(None),
        CaseClock.due_at.is_(None),  # what the law does not limit comes after what it limits
        CaseClock.due_at,
        CaseClock.started_at,
        CaseClock.id,
    )
)
_RUNNING: Question[Any] = Question(
    _CLOCK_LINES.where(
        OneOfMany(CaseClock.case_id, "cases", Uuid()), CaseClock.stopped_at.is_(None)
    ).order_by(CaseClock.due_at, CaseClock.id)
)
_SIBLINGS: Question[Any] = Question(
    _CASE_LINES.where(Case.report_id == gap("report", Uuid()), Case.id != gap("case", Uuid())).order_by(
        Case.number
    )
)
_REHEARSALS: Question[Any] = Question(
    lambda sight: (
        _CASE_LINES.where(
            Case.rehearsal,
            Case.opened_at > gap("since", Instant()),
            Case.entered_by == sight.account_id,
            sight.covers(Case.unit_id),
        )
        .order_by(Case.opened_at.desc(), Case.id)
        .limit(_PRACTISED)
    )
)
_FURTHER_ON = tuple_(gap("stamp", Instant()), gap("identity", Uuid()))  # where the page before has ended
_NAMES: Question[Any] = Question(
    select(Account.id, Account.name).where(OneOfMany(Account.id, "accounts", Uuid()))
)
_HOLDS: Question[Any] = Question(
    select(LegalHold.id)
    .join(Case, Case.id == LegalHold.case_id)
    .where(
        or_(Case.report_id == gap("report", Uuid()), Case.child_id == gap("child", BigInteger())),
        LegalHold.lifted_at.is_(None),
    )
    .limit(1)
)


@dataclass(frozen=True)
class Listed:
    """A case as a list shows it: no more of it and of the child than the work needs."""

    case: CaseLine
    child: ChildLine


@dataclass(frozen=True)
class Slice:
    """One page of a list, and the key to the next."""

    rows: Sequence[Listed]
    next: str | None


def case(desk: Desk, number: str, *, parts: Sequence[str] = ("card",)) -> Case:
    """One case by its number; the reading is noted."""
    if not is_number(number):
        raise NotFound
    try:
        found = desk.one(_BY_NUMBER, number=number)
    except NotFound:
        raise_if_destroyed(desk, Disposal.number == number)
        raise
    desk.paths[number] = path_to(desk.actor, found)
    desk.opened("case opened", number, parts)
    return found


def raise_if_destroyed(desk: Desk, which: ColumnElement[bool]) -> None:
    """Say of a file that was shredded, to whoever saw it before, that it is no more and by which rule."""
    line = desk.first(select(Disposal).where(which, Disposal.state.in_(GONE)))
    if line is not None and line.done_at is not None:
        raise Destroyed(line.number, line.done_at)


def is_on_hold(desk: Desk, of: Case) -> bool:
    """Whether somebody said that the file of a case must be kept: of its report, or of its child."""
    return bool(desk.rows(_HOLDS, report=of.report_id, child=of.child_id))


def timeline(desk: Desk, of: Case) -> Sequence[CaseEvent]:
    """What happened, newest first."""
    return desk.all(_TIMELINE, case=of.id)


def clocks(desk: Desk, of: Case) -> Sequence[CaseClock]:
    """Every clock of a case, those that run first."""
    return desk.all(_CLOCKS, case=of.id)


def of_report(desk: Desk, report_id: UUID) -> Sequence[Case]:
    """The cases of a report, in the order of its children."""
    return desk.all(select(Case).where(Case.report_id == report_id).order_by(Case.number))


def siblings(desk: Desk, of: Case) -> Sequence[Listed]:
    """The other children of the same report."""
    return _with_children(desk, desk.rows(_SIBLINGS, report=of.report_id, case=of.id))


def worklist(desk: Desk, *, after: str | None = None, limit: int = PAGE) -> Slice:
    """Open cases that somebody here has to move, the clock that runs out first on top; those without a limit last."""
    where, further = _read_key(after)
    rows: list[Any] = []
    if where == "d":
        rows += desk.rows(_to_move(True, bool(further)), most=limit + 1, **further)
        further = {}
    if len(rows) <= limit:
        rows += desk.rows(_to_move(False, bool(further)), most=limit + 1 - len(rows), **further)
    shown = rows[:limit]
    return Slice(_with_children(desk, shown), _key(shown[-1]) if len(rows) > limit else None)


@cache
def _to_move(limited: bool, further: bool) -> Question[Any]:
    """Open cases that somebody here has to move, with a limit or without, from the first of them or further on."""
    by = Case.due_at if limited else Case.opened_at

    def of(sight: Sight) -> Select[Any]:
        statement = _CASE_LINES.where(
            Case.closed_at.is_(None),
            Case.rehearsal.is_(False),
            Case.due_at.is_not(None) if limited else Case.due_at.is_(None),
        )
        if sight.has_units:
            statement = statement.where(sight.covers(Case.unit_id))
        if further:
            statement = statement.where(tuple_(by, Case.id) > _FURTHER_ON)
        return statement.order_by(by, Case.id).limit(gap("most", Integer()))

    return Question(of)


def rehearsals(desk: Desk) -> Sequence[Listed]:
    """Practice cases of the last thirty days that this person made, the newest first."""
    return _with_children(desk, desk.rows(_REHEARSALS, since=desk.now - PRACTICE))


def listing(desk: Desk, *, closed: bool | None = None, after: str | None = None, limit: int = PAGE) -> Slice:
    """All cases in scope, newest first."""
    _, further = _read_key(after)
    rows = desk.rows(_listed(closed, bool(further)), most=limit + 1, **further)
    shown = rows[:limit]
    last = f"o{shown[-1].opened_at.timestamp()}_{shown[-1].id.hex}" if len(rows) > limit else None
    return Slice(_with_children(desk, shown), last)


@cache
def _listed(closed: bool | None, further: bool) -> Question[Any]:
    """The list of open, closed or all cases, from its beginning or further on."""

    def of(sight: Sight) -> Select[Any]:
        statement = _CASE_LINES.where(Case.rehearsal.is_(False))
        if sight.has_units:
            statement = statement.where(sight.covers(Case.unit_id))
        if closed is not None:
            statement = statement.where(Case.closed_at.is_not(None) if closed else Case.closed_at.is_(None))
        if further:
            statement = statement.where(tuple_(Case.opened_at, Case.id) < _FURTHER_ON)
        return statement.order_by(Case.opened_at.desc(), Case.id.desc()).limit(gap("most", Integer()))

    return Question(of)


def overdue(
    desk: Desk, unit_ids: Iterable[int] | None = None, *, limit: int | None = None
) -> Sequence[tuple[CaseClock, Case]]:
    """Clocks with a limit of the law that ran out, the longest first; without a limit all of them."""
    statement = (
        select(CaseClock, Case)
        .join(Case, Case.id == CaseClock.case_id)
        .where(_ran_out(desk))
        .order_by(CaseClock.due_at, CaseClock.id)
        .limit(limit)
    )
    if unit_ids is not None:
        statement = statement.where(Case.unit_id.in_(sorted(unit_ids)))
    return [(clock, found) for clock, found in desk.rows(statement)]


def overdue_by_unit(desk: Desk) -> Mapping[int | None, int]:
    """How many clocks with a limit of the law ran out, by the commune that holds the case."""
    counted = select(Case.unit_id, func.count()).join(CaseClock, CaseClock.case_id == Case.id)
    return dict(desk.rows(counted.where(_ran_out(desk)).group_by(Case.unit_id)))


def _ran_out(desk: Desk) -> ColumnElement[bool]:
    """A clock past the limit of the law, of an open case that is no practice."""
    return and_(
        CaseClock.stopped_at.is_(None),
        CaseClock.due_at < desk.now,
        Case.closed_at.is_(None),
        Case.rehearsal.is_(False),
    )


def running(desk: Desk, cases: Sequence[Case | CaseLine]) -> Mapping[UUID, Sequence[ClockLine]]:
    """The clocks that run on each of some cases."""
    if not cases:
        return {}
    found = desk.rows(_RUNNING, cases=[row.id for row in cases])
    by_case: dict[UUID, list[ClockLine]] = {}
    for case_id, *clock in found:
        by_case.setdefault(case_id, []).append(ClockLine(*clock))
    return by_case


def first_limits(desk: Desk, reports: Iterable[UUID]) -> Mapping[UUID, ClockLine]:
    """The limit of the law that comes first among the cases of each of some reports."""
    statement = (
        select(Case.report_id, *(getattr(CaseClock, name) for name in ClockLine._fields))
        .join(Case, Case.id == CaseClock.case_id)
        .where(Case.report_id.in_(list(reports)), CaseClock.stopped_at.is_(None))
        .where(CaseClock.due_at.is_not(None))
        .order_by(CaseClock.due_at.desc(), CaseClock.id.desc())
    )
    return {
        report_id: ClockLine(*clock) for report_id, *clock in desk.rows(statement)
    }  # the first wins, read last


def names(desk: Desk, account_ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Names of staff by account."""
    wanted = {account for account in account_ids if account is not None}
    if not wanted:
        return {}
    return {row.id: row.name for row in desk.rows(_NAMES, accounts=wanted)}


def explainers(desk: Desk, told: Iterable[Explained]) -> Mapping[str, str]:
    """Names of the staff who explained findings, by the mark kept beside what they said; a machine has no name."""
    accounts = {one.by: identifier(one.by) for one in told}
    known = names(desk, accounts.values())
    return {
        by: known[account] for by, account in accounts.items() if account is not None and account in known
    }


def has_reader_at(desk: Desk, of: Case, unit_id: int) -> bool:
    """Whether somebody who holds an office at a unit is named on a restricted case."""
    found = (
        select(CaseTie.id)
        .join(Appointment, Appointment.account_id == CaseTie.account_id)
        .where(
            CaseTie.case_id == of.id,
            CaseTie.way == Way.NAMED,
            CaseTie.ended_at.is_(None),
            Appointment.unit_id == unit_id,
            Appointment.since <= local_day(desk.now),
            or_(Appointment.until.is_(None), Appointment.until >= local_day(desk.now)),
        )
    )
    return of.restricted and desk.first(found) is not None


def named(session: Session, account_id: UUID, holder_id: UUID | None, now: datetime) -> Named:
    """What a person sees by being named; as holder only who is given, the absent one whom somebody stands in for.

    Runs before an actor sits down. Whoever stands in for a reader of a restricted case is no reader.
    """
    cases, children = ring(session, holder_id) if holder_id is not None else (frozenset(), frozenset())
    return Named(cases, children, circle(session, account_id, now))


def circle(session: Session, account_id: UUID, now: datetime) -> Circle:
    """The cases to which a person is tied beyond any office."""
    rows = _TIES.rows(session, {"account": account_id, "now": now})
    if not rows:
        return NO_CIRCLE
    barred = [row for row in rows if row.way == Way.BARRED]
    shut = {row.id for row in barred}
    read = [row for row in rows if row.id not in shut]
    named_on = [row for row in read if row.way == Way.NAMED]
    lasting = {row.id for row in named_on}
    passing = [row for row in read if row.id not in lasting]
    return Circle(
        read=_ids(read),
        barred=_ids(barred),
        only_read=frozenset(key for row in passing for key in (row.id, row.report_id))
        - {row.report_id for row in named_on},
        only_seen=frozenset(row.child_id for row in passing) - {row.child_id for row in named_on},
        glass=tuple(Glass(row.number, row.until) for row in passing),
    )


def _ids(rows: Sequence[Any]) -> Ids:
    return Ids(
        frozenset(row.id for row in rows),
        frozenset(row.child_id for row in rows),
        frozenset(row.report_id for row in rows),
    )


def ring(session: Session, account_id: UUID) -> tuple[frozenset[UUID], frozenset[int]]:
    """The cases that somebody holds or works on, and their children."""
    held = select(Case.id, Case.child_id).where(
        or_(
            Case.holder_id == account_id,
            Case.id.in_(
                select(CaseMember.case_id).where(
                    and_(CaseMember.account_id == account_id, CaseMember.until.is_(None))
                )
            ),
        )
    )
    rows: Sequence[Any] = session.execute(held).all()
    return frozenset(row[0] for row in rows), frozenset(row[1] for row in rows)


def _with_children(desk: Desk, rows: Sequence[Any]) -> Sequence[Listed]:
    """Rows of the list of cases with the cards of their children opened."""
    lines = [(CaseLine._make(row[:-1]), row[-1]) for row in rows]
    desk.safe.fetch_keys(line.child_id for line, _sealed in lines)
    return [
        Listed(line, ChildLine(line.child_id, desk.safe.open_of(Child.card, Child, line.child_id, sealed)))
        for line, sealed in lines
    ]


def _key(last: CaseLine) -> str:
    mark, stamp = ("d", last.due_at) if last.due_at is not None else ("n", last.opened_at)
    return f"{mark}{stamp.timestamp()}_{last.id.hex}"


def _read_key(key: str | None) -> tuple[str, dict[str, Any]]:
    """By which instant a list goes on, and after which of its rows; at its beginning after none."""
    if not key:
        return "d", {}
    try:
        stamp, _, identity = key[1:].partition("_")
        if key[0] not in "dno":
            raise NotFound
        return key[0], {"stamp": datetime.fromtimestamp(float(stamp), UTC), "identity": UUID(hex=identity)}
    except (ValueError, OverflowError, OSError):
        raise NotFound from None
