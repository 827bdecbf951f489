"""Reading returns: what is owed, what stands where, numbers live or as signed, threads on cells, plans in force."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.periods import Period
from casemgr.core.words import _
from casemgr.indicators.bands import Source
from casemgr.indicators.terms import Level, Told
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY, UnitFacts
from casemgr.places.terms import Level as Tier
from casemgr.reporting import frozen as keeping
from casemgr.reporting import rules, schedules
from casemgr.reporting.models import CellComment, ReportingPlan, Return, ReturnVersion
from casemgr.reporting.terms import Frozen, Plan, Reported, Schedule, State, Wanted

_BACK = 2  # so many periods of a schedule before this one are spoken of
SHOWN = 200


# ---- what is owed -------------------------------------------------------------------------------------------------


def plans(desk: Desk) -> Sequence[Plan]:
    """The plans of due days in force, the older first: those that were read and hold, then those set here."""
    kept: Sequence[Plan] | None = desk.session.info.get("reporting plans")
    if kept is None:
        atlas = places.atlas(desk)
        shipped = [
            replace(plan, unit_id=unit.id)
            for plan in schedules.known_plans()
            if plan.holds and (unit := atlas.at(plan.unit, plan.since)) is not None
        ]
        rows = desk.all(select(ReportingPlan).order_by(ReportingPlan.made_at, ReportingPlan.id))
        kept = desk.session.info["reporting plans"] = (*shipped, *map(_as_plan, rows))
    return kept


def _as_plan(row: ReportingPlan) -> Plan:
    said = f"{row.document} ({row.document_day:%d/%m/%Y})"
    return Plan(
        id=str(row.id),
        unit=COUNTRY if row.unit_id is None else "",
        document=row.document,
        document_day=row.document_day,
        since=row.since,
        until=row.until,
        terms=tuple(map(schedules.term_of, json.loads(row.terms))),
        basis=Told(said, said),
        source=Source.OURS,
        unit_id=row.unit_id,
    )


def wanted(desk: Desk, schedule_id: str, period: str, place: str) -> Wanted:
    """The return of a unit for a period; what nobody owes does not exist, nor does what this desk may not read."""
    schedule = schedules.schedule(schedule_id)
    try:
        span = Period.parse(period)
    except ValueError:
        raise NotFound from None
    unit = None
    if place != COUNTRY:
        unit = places.atlas(desk).at(place, span.last)
        if unit is None or unit.level is Tier.DISTRICT:
            raise NotFound
    if not may_read(desk, unit):
        stored = desk.first(_row(schedule_id, period, place))
        if stored is None:
            raise NotFound
    found = _owed(desk, schedule, span, unit)
    if found is None:
        raise NotFound
    return found


def may_read(desk: Desk, unit: UnitFacts | None) -> bool:
    """Whether this desk reads the numbers of a unit, drafts too."""
    mine = desk.actor.table_units
    return mine is None or (unit is not None and unit.id in mine)


def _owed(desk: Desk, schedule: Schedule, span: Period, unit: UnitFacts | None) -> Wanted | None:
    province = places.atlas(desk).province_of(unit, span.last) if unit is not None else None
    return rules.wanted(
        schedule,
        span,
        place=unit.code if unit else COUNTRY,
        level=Level(unit.level) if unit else Level.NATION,
        plans=plans(desk),
        province_id=province.id if province else None,
    )


def owed_by(desk: Desk, unit: UnitFacts | None, *, back: int = _BACK) -> Sequence[Wanted]:
    """What a unit owes around today, the newest period first: those that have come near, and the ones before."""
    today = local_day(desk.now)
    found = []
    for schedule in schedules.schedules().values():
        for span in rules.periods(schedule.every, today, back=back):
            there = unit is None or unit.in_force(span.last)
            one = _owed(desk, schedule, span, unit) if there else None
            if one is not None and rules.is_open(span, one.due_on, today):
                found.append(one)
    return sorted(found, key=lambda one: one.due_on, reverse=True)


def own_unit(desk: Desk) -> UnitFacts | None:
    """Where the person at the desk sits; none is the country."""
    return places.atlas(desk).unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None


def own_level(desk: Desk) -> Level | None:
    """At which level; a command sits nowhere."""
    if desk.actor.unit_id is None:
        return Level.NATION if desk.actor.role is not None else None
    unit = own_unit(desk)
    return Level(unit.level) if unit is not None else None


def seat(desk: Desk, unit_id: int | None) -> rules.Seat:
    """Where the person at the desk stands towards a unit's returns."""
    mine = desk.actor.table_units
    return rules.Seat(own_level(desk), mine is None or (unit_id is not None and unit_id in mine))


# ---- what stands where --------------------------------------------------------------------------------------------


def _row(schedule_id: str, period: str, place: str):  # type: ignore[no-untyped-def]
    return select(Return).where(
        Return.schedule == schedule_id, Return.period == period, Return.place == place
    )


def stored(desk: Desk, one: Wanted) -> Return | None:
    """What has happened to a return, if anything has."""
    return desk.first(_row(one.schedule.id, one.period, one.place))


def unit_of(desk: Desk, one: Wanted) -> UnitFacts | None:
    """The unit that owes a return; none is the country."""
    return (
        None if one.level is Level.NATION else places.atlas(desk).at(one.place, Period.parse(one.period).last)
    )


def versions(desk: Desk, row: Return) -> Sequence[ReturnVersion]:
    """Every version of a return that one may see, the newest first."""
    return desk.all(
        select(ReturnVersion).where(ReturnVersion.return_id == row.id).order_by(ReturnVersion.number.desc())
    )


def version(desk: Desk, row: Return, number: int) -> ReturnVersion:
    """One version."""
    return desk.one(
        select(ReturnVersion).where(ReturnVersion.return_id == row.id, ReturnVersion.number == number)
    )


def newest(desk: Desk, row: Return | None) -> ReturnVersion | None:
    """The version that is under way or stands."""
    return version(desk, row, row.number) if row is not None and row.number else None


def live(desk: Desk, one: Wanted) -> Frozen:
    """The numbers as they are now."""
    return keeping.taken(desk, one)


def kept(version_: ReturnVersion) -> Frozen:
    """The numbers of a version."""
    found = version_.frozen
    if found is None:
        raise NotFound
    return found


# ---- units below --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitLine:
    """One unit and what it has done for a period."""

    unit: UnitFacts
    wanted: Wanted
    state: State
    reported: Reported
    signed_on: date | None
    final: bool


def units_below(desk: Desk, one: Wanted) -> Sequence[UnitLine]:
    """What each unit below has done for the same schedule and period; the same units as in the tables."""
    if one.level not in keeping.BELOW:
        return ()
    span, today = Period.parse(one.period), local_day(desk.now)
    below = (
        places.provinces(desk, span.last)
        if one.level is Level.NATION
        else places.communes(desk, one.place, span.last)
    )
    rows = {
        row.place: row
        for row in desk.all(
            select(Return).where(
                Return.schedule == one.schedule.id,
                Return.period == one.period,
                Return.level == keeping.BELOW[one.level],
            )
        )
    }
    found = []
    for unit in below:
        owed = _owed(desk, one.schedule, span, unit)
        if owed is None:
            continue
        row = rows.get(unit.code)
        signed = local_day(row.signed_at) if row and row.signed_at else None
        found.append(
            UnitLine(
                unit,
                owed,
                State(row.state) if row else State.DRAFT,
                rules.reported(owed.due_on, today, signed, nil=bool(row and row.nil)),
                signed,
                bool(row and row.final),
            )
        )
    return found


def without_approval(desk: Desk, one: Wanted) -> Sequence[str]:
    """The names of the units below whose return does not stand yet."""
    return [line.unit.name for line in units_below(desk, one) if not line.final]


# ---- what waits for a person ----------------------------------------------------------------------------------------


def waiting_for_approval(desk: Desk) -> Sequence[Return]:
    """Signed returns of the level below (of the country: its own, signed by somebody else)."""
    level = own_level(desk)
    if level not in (Level.PROVINCE, Level.NATION):
        return ()
    below = [keeping.BELOW[level].value] + ([Level.NATION.value] if level is Level.NATION else [])
    return desk.all(
        select(Return)
        .where(Return.state == State.CHECKED, Return.level.in_(below))
        .order_by(Return.due_on, Return.id)
        .limit(SHOWN)
    )


def to_publish(desk: Desk) -> Sequence[Return]:
    """Approved returns of one's own level that are published there."""
    level = own_level(desk)
    if level not in (Level.PROVINCE, Level.NATION):
        return ()
    rows = desk.all(select(Return).where(Return.state == State.APPROVED, Return.level == level).limit(SHOWN))
    return [row for row in rows if row.final != row.number]


def to_sign(desk: Desk) -> Sequence[tuple[Wanted, Return | None]]:
    """What one's own unit has still to sign, the first due on top. One statement."""
    unit = own_unit(desk)
    if own_level(desk) is None:
        return ()
    owed = owed_by(desk, unit, back=1)
    if not owed:
        return ()
    rows = {
        (row.schedule, row.period): row
        for row in desk.all(
            select(Return).where(
                Return.place == owed[0].place, Return.period.in_([one.period for one in owed])
            )
        )
    }
    found = [(one, rows.get((one.schedule.id, one.period))) for one in owed]
    waits = [
        (one, row) for one, row in found if row is None or State(row.state) in (State.DRAFT, State.RETURNED)
    ]
    return sorted(waits, key=lambda pair: pair[0].due_on)


def published(desk: Desk) -> Sequence[Return]:
    """What was published last, as far as one may see it."""
    return desk.all(
        select(Return)
        .where(Return.published_at.is_not(None))
        .order_by(Return.published_at.desc(), Return.id)
        .limit(20)
    )


# ---- threads --------------------------------------------------------------------------------------------------------


def comments(desk: Desk, row: Return | None) -> Sequence[CellComment]:
    """Every line written on the numbers of a return, the oldest first."""
    if row is None:
        return ()
    found = desk.all(
        select(CellComment)
        .where(CellComment.return_id == row.id)
        .order_by(CellComment.written_at, CellComment.id)
    )
    desk.safe.fetch_keys(one.id for one in found)
    return found


def comment(desk: Desk, row: Return, comment_id: UUID) -> CellComment:
    """The first line of one thread."""
    return desk.one(
        select(CellComment).where(
            CellComment.id == comment_id, CellComment.return_id == row.id, CellComment.thread_id.is_(None)
        )
    )


def open_threads(desk: Desk, row: Return | None) -> int:
    """How many threads are not settled."""
    if row is None:
        return 0
    asked = select(func.count(CellComment.id)).where(
        CellComment.return_id == row.id, CellComment.thread_id.is_(None), CellComment.settled_at.is_(None)
    )
    return desk.session.scalar(asked) or 0


# ---- for machines ---------------------------------------------------------------------------------------------------


def status_json(desk: Desk, one: Wanted) -> Mapping[str, object]:
    """How far a return and those of the units below have come, as plain values."""
    row = stored(desk, one)
    lines = units_below(desk, one)
    return {
        "schedule": one.schedule.id,
        "period": one.period,
        "unit": one.place,
        "level": one.level.value,
        "due_on": one.due_on.isoformat(),
        "state": row.state if row else State.DRAFT.value,
        "version": row.number if row else 0,
        "standing_version": row.final if row else None,
        "units": {
            kind.value: count for kind, count in rules.counted([line.reported for line in lines]).items()
        },
        "returns": [
            {
                "unit": line.unit.code,
                "unit_name": line.unit.name,
                "state": line.state.value,
                "reported": line.reported.value,
                "due_on": line.wanted.due_on.isoformat(),
                "signed_on": line.signed_on.isoformat() if line.signed_on else None,
            }
            for line in lines
        ],
    }


def list_json(desk: Desk, day: date) -> Mapping[str, object]:
    """Schedules and the plans in force, as plain values."""
    return {
        "schedules": [
            {
                "id": one.id,
                "every": one.every.value,
                "form": one.form.code,
                "name": str(one.name),
                "source": one.source.value,
                "steps": [
                    {"level": step.level.value, "publishes": step.publishes, "asked": step.due is not None}
                    for step in one.steps
                ],
                "tables": [f"{table.set}/{table.code} {table.by}".strip() for table in one.form.tables],
            }
            for one in schedules.schedules().values()
        ],
        "plans": [
            {
                "unit": _code(desk, plan),
                "document": plan.document,
                "since": plan.since.isoformat(),
                "until": plan.until.isoformat() if plan.until else None,
                "terms": [schedules.as_data(term) for term in plan.terms],
            }
            for plan in plans(desk)
            if plan.until is None or day <= plan.until
        ],
    }


def _code(desk: Desk, plan: Plan) -> str:
    unit = places.atlas(desk).unit(plan.unit_id) if plan.unit_id is not None else None
    return unit.code if unit else COUNTRY


def place_name(desk: Desk, one: Wanted) -> str:
    """What the unit of a return is called."""
    unit = unit_of(desk, one)
    return unit.name if unit else _("Whole country")
