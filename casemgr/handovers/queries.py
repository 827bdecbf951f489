"""Reading handovers: those that wait, one of them, what goes along with a case, and what a merger has left behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from casemgr.access.desk import Desk
from casemgr.access.sight import Sight
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.deciding import in_own_unit
from casemgr.cases.models import Case, CaseClock
from casemgr.cases.terms import Stage
from casemgr.core.calendar import local_day
from casemgr.core.text import clean, fold
from casemgr.handovers.models import Handover
from casemgr.handovers.terms import Answering, Kind, Sending, State
from casemgr.intake import queries as intake
from casemgr.intake import rules as intake_rules
from casemgr.intake.terms import Story
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.emergency.terms import Ban
from casemgr.intervention.plan import queries as plans
from casemgr.intervention.plan.models import ServiceEntry
from casemgr.intervention.plan.terms import Recipient, Service
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import Level, UnitFacts

SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A handover in a list: no name, the number of the case is enough."""

    handover: Handover
    case: Case
    clock: CaseClock | None


@dataclass(frozen=True)
class Along:
    """What goes with a case to another unit: what both sides must know."""

    by_carer: bool
    clocks: Sequence[CaseClock]
    promises: Sequence[ServiceEntry]
    sent_to: Sequence[Recipient]
    not_sent_to: Sequence[Recipient]
    withheld: Sequence[Ban]  # kept out of meeting, opinion or delivery, by a recorded decision
    separated: bool
    not_begun: Sequence[Service]


@dataclass(frozen=True)
class Destination:
    """What was typed as a commune: the one that is meant, or those to choose from."""

    unit: UnitFacts | None = None
    candidates: Sequence[UnitFacts] = ()


@dataclass(frozen=True)
class Suggestion:
    """A unit to which a case seems to belong, and why."""

    kind: Kind
    unit: UnitFacts


@dataclass(frozen=True)
class Merged:
    """A unit no longer in force whose open cases wait to be moved: to its successor, or to one that a person chooses."""

    unit: UnitFacts
    count: int
    successor: UnitFacts | None
    candidates: Sequence[UnitFacts] = ()


def handover(desk: Desk, handover_id: UUID) -> Handover:
    """One handover, for either side; the reading is noted."""
    found = desk.one(select(Handover).where(Handover.id == handover_id))
    desk.opened("handover opened", handover_id, ("letter",))
    return found


def case_of(desk: Desk, of: Handover) -> Case | None:
    """The case that is handed over, for those who may see it now."""
    found = desk.first(select(Case).where(Case.id == of.case_id))
    if found is not None:
        desk.opened("case opened", found.number, ("card", "known", "plan"))
    return found


def open_of(desk: Desk, case: Case) -> Handover | None:
    """The handover of a case that is under way, if there is one."""
    return desk.first(select(Handover).where(Handover.case_id == case.id, Handover.ended_at.is_(None)))


def of_case(desk: Desk, case: Case) -> Sequence[Handover]:
    """Every handover of a case, the newest first."""
    return desk.all(
        select(Handover)
        .where(Handover.case_id == case.id)
        .order_by(Handover.sent_at.desc(), Handover.id.desc())
    )


def to_us(desk: Desk, *, limit: int = SHOWN) -> Sequence[Line]:
    """Handovers that wait for an answer of this unit, the oldest first."""
    return _lines(
        desk, [desk.actor.covers(Handover.to_unit_id), ~desk.actor.covers(Handover.from_unit_id)], limit
    )


def from_us(desk: Desk, *, limit: int = SHOWN) -> Sequence[Line]:
    """Handovers that this unit has sent and that others have not answered yet, the oldest first."""
    return _lines(desk, [desk.actor.covers(Handover.from_unit_id)], limit)


def ended(desk: Desk, since: datetime, *, limit: int = SHOWN) -> Sequence[Handover]:
    """Handovers of this unit that were answered or taken back since an instant, the newest first."""
    return desk.all(
        select(Handover)
        .where(
            desk.actor.covers(Handover.from_unit_id, Handover.to_unit_id),
            Handover.ended_at >= since,
            Handover.kind != Kind.UNIT_MERGED,
        )
        .order_by(Handover.ended_at.desc(), Handover.id.desc())
        .limit(limit)
    )


def waiting_ones(sight: Sight) -> Select[Any]:
    """The handovers that wait for an answer of an actor's unit, to be counted with what else waits."""
    return select(Handover.id).where(Handover.ended_at.is_(None), sight.covers(Handover.to_unit_id))


def _lines(desk: Desk, which: Sequence[ColumnElement[bool]], limit: int) -> Sequence[Line]:
    if not desk.actor.units:
        return ()
    found = desk.all(
        select(Handover)
        .where(Handover.ended_at.is_(None), *which)
        .order_by(Handover.sent_at, Handover.id)
        .limit(limit)
    )
    by_id = {row.id: row for row in desk.all(select(Case).where(Case.id.in_([row.case_id for row in found])))}
    clocks = _first_clocks(desk, list(by_id))
    desk.read("handovers listed", count=len(found))
    return [Line(row, by_id[row.case_id], clocks.get(row.case_id)) for row in found if row.case_id in by_id]


def _first_clocks(desk: Desk, case_ids: Sequence[UUID]) -> Mapping[UUID, CaseClock]:
    """The clock that runs out first on each of some cases."""
    running = desk.all(
        select(CaseClock)
        .where(CaseClock.case_id.in_(case_ids), CaseClock.stopped_at.is_(None), CaseClock.due_at.is_not(None))
        .order_by(CaseClock.due_at.desc(), CaseClock.id)
    )
    return {clock.case_id: clock for clock in running}


def along(desk: Desk, case: Case) -> Along:
    """What goes with a case: danger, clocks, promises, who got the plan and who was kept out, what has not begun."""
    desk.safe.fetch_keys([case.id, case.child_id, case.report_id])
    story = intake.report_of(desk, case).known or Story()
    diary = plans.diary(desk, case)
    decided, approved = plans.decided(desk, case), plans.approved(desk, case)
    ruling = decided.decision if decided is not None else None
    services = approved.content.services if approved is not None and approved.content is not None else ()
    return Along(
        by_carer=intake_rules.by_parent_or_carer(story, case.child_ref),
        clocks=[clock for clock in cases.clocks(desk, case) if clock.stopped_at is None],
        promises=[
            entry
            for entry in reversed(diary.entries)
            if entry.promise_on is not None and entry.promise_kept_at is None
        ],
        sent_to=ruling.sent_to if ruling is not None else (),
        not_sent_to=ruling.not_sent_to if ruling is not None else (),
        withheld=[row.ban for row in emergency.withheld(desk, case)],
        separated=emergency.separation_runs(desk, case),
        not_begun=[service for service in services if not diary.noted(service.key)],
    )


def destination(desk: Desk, typed: str) -> Destination:
    """The commune of today that a code or a name means, in any province; several when the name is not enough."""
    typed = clean(typed)
    if typed.isdigit():
        found = place_rules.resolve(places.atlas(desk), typed, places.today(desk))
        return Destination(found.unit, () if found.unit else found.candidates)
    near = places.search(desk, typed) if typed else ()
    units = [row.unit for row in near]
    named = [
        unit for unit in units if fold(typed) in (fold(unit.name), fold(unit.name.removeprefix(unit.type)))
    ]
    if len(named) == 1 or len(units) == 1:
        return Destination((named or units)[0])
    return Destination(None, named or units)


def suggestions(desk: Desk, case: Case) -> Sequence[Suggestion]:
    """Units to which the case seems to belong: where the child lives, where Form 01 now says that it happened."""
    found = []
    home = heir(desk, case.residence_unit_id)
    if home is not None and home.id != _now_at(desk, case.unit_id):
        here, there = _province(desk, case.unit_id), _province(desk, home.id)
        found.append(Suggestion(Kind.TO_RESIDENCE if here == there else Kind.OTHER_PROVINCE, home))
    happened = told_elsewhere(desk, case)
    if happened is not None:
        found.append(Suggestion(Kind.TO_INCIDENT, happened))
    return found


def told_elsewhere(desk: Desk, case: Case) -> UnitFacts | None:
    """The commune where the corrected Form 01 says that it happened, when the case is counted elsewhere."""
    story = intake.report_of(desk, case).known or Story()
    code = story.incident.unit_code
    if not code or case.stage in (Stage.RECEIVED, Stage.CLOSED):
        return None
    unit = place_rules.resolve(places.atlas(desk), code, local_day(case.received_at)).unit
    here = heir(desk, unit.id) if unit is not None else None
    return None if here is None or here.id == _now_at(desk, case.incident_unit_id) else here


def heir(desk: Desk, unit_id: int | None) -> UnitFacts | None:
    """The unit of today that stands for a unit: itself, or the one that took over all its people."""
    atlas = places.atlas(desk)
    unit = atlas.unit(unit_id) if unit_id is not None else None
    return place_rules.standing(atlas, unit, places.today(desk)).unit if unit is not None else None


def sending(desk: Desk, case: Case, *, kind: Kind | None, unit: UnitFacts, why: str | None) -> Sending:
    """What the rules must know before the case is sent to a unit."""
    home = heir(desk, case.residence_unit_id)
    return Sending(
        kind=kind,
        stage=Stage(case.stage),
        responsible=in_own_unit(desk, case),
        handover_runs=open_of(desk, case) is not None,
        rehearsal=case.rehearsal,
        same_unit=unit.id == _now_at(desk, case.unit_id),
        same_province=_province(desk, case.unit_id) == _province(desk, unit.id),
        emergency_runs=any(
            row.clock == EMERGENCY and row.stopped_at is None for row in cases.clocks(desk, case)
        ),
        lives_elsewhere=home is not None and home.id != unit.id,
        why=why,
    )


def answering(desk: Desk, of: Handover, *, side: int, reason: str | None = None) -> Answering:
    """What the rules must know before one side answers."""
    ours = desk.actor.units is None or side in desk.actor.units
    return Answering(State(of.state), ours, reason)


def _now_at(desk: Desk, unit_id: int | None) -> int | None:
    found = heir(desk, unit_id)
    return found.id if found is not None else unit_id


def _province(desk: Desk, unit_id: int | None) -> int | None:
    atlas, today = places.atlas(desk), places.today(desk)
    unit = heir(desk, unit_id)
    found = atlas.province_of(unit, today) if unit is not None else None
    return found.id if found is not None else None


def merged(desk: Desk) -> Sequence[Merged]:
    """Units of this area that are no longer in force and still have open cases, in order of their codes."""
    atlas, today = places.atlas(desk), places.today(desk)
    if not desk.actor.units:
        return ()
    counted = desk.rows(
        select(Case.unit_id, func.count())
        .where(
            Case.closed_at.is_(None),
            Case.rehearsal.is_(False),
            Case.unit_id.is_not(None),
            desk.actor.covers(Case.unit_id),
        )
        .group_by(Case.unit_id)
    )
    found = []
    for unit_id, count in counted:
        unit = atlas.unit(unit_id)
        if unit is None or unit.level is not Level.COMMUNE or unit.in_force(today):
            continue
        stands = place_rules.standing(atlas, unit, today)
        candidates = [one for one in stands.among if one.level is Level.COMMUNE]
        found.append(Merged(unit, count, stands.unit, candidates))
    return sorted(found, key=lambda row: (row.unit.code, row.unit.id))


def open_cases_of(desk: Desk, unit_ids: Sequence[int], *, limit: int) -> Sequence[Case]:
    """Open cases of some units, the oldest first."""
    return desk.all(
        select(Case)
        .where(Case.closed_at.is_(None), Case.rehearsal.is_(False), Case.unit_id.in_(unit_ids))
        .order_by(Case.opened_at, Case.id)
        .limit(limit)
    )


def moved_since(desk: Desk, since: datetime) -> int:
    """How many cases were moved to successors since an instant: their transfer records."""
    statement = select(func.count(Handover.id)).where(
        Handover.kind == Kind.UNIT_MERGED,
        Handover.ended_at >= since,
        desk.actor.covers(Handover.to_unit_id),
    )
    return desk.session.scalar(statement) or 0
