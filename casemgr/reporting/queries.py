"""Reading returns: what is owed, what stands where, numbers live or as signed, threads on cells, plans in force."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy import String, func, or_, select

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.questions import Question
from casemgr.access.roles import Role
from casemgr.accounts.models import Appointment
from casemgr.checks import queries as checks
from casemgr.checks.queries import Checked
from casemgr.checks.terms import Sent
from casemgr.core.calendar import local_day
from casemgr.core.conditions import OneOfMany
from casemgr.core.db import Remembered
from casemgr.core.errors import NotFound
from casemgr.core.periods import Period
from casemgr.core.prepared import gap
from casemgr.core.words import _
from casemgr.indicators.terms import BELOW, Level
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY, UnitFacts
from casemgr.places.terms import Level as Tier
from casemgr.reporting import frozen as keeping
from casemgr.reporting import rules, schedules
from casemgr.reporting.models import CellComment, ReportingPlan, Return, ReturnVersion
from casemgr.reporting.terms import Frozen, Plan, Reported, Schedule, State, Step, Wanted

_in_use = Remembered()
_BACK = 2  # so many periods of a schedule before this one are spoken of
SHOWN = 200
_REMEMBERED = timedelta(days=45)  # a return that was due longer ago is not spoken of on the first page
_COMING = timedelta(days=8)
_SIGNERS = (Role.COMMUNE_OFFICER, Role.STATISTICIAN)


# ---- what is owed -------------------------------------------------------------------------------------------------


def plans(desk: Desk) -> Sequence[Plan]:
    """The plans of due days in force, the older first: those that were read and hold, then those set here."""
    atlas = places.atlas(desk)
    shipped = [
        replace(plan, unit_id=unit.id)
        for plan in schedules.known_plans()
        if plan.holds and (unit := atlas.at(plan.unit, plan.since)) is not None
    ]
    return (*shipped, *_set_here(_in_use.of(desk.session, lambda: _as_text(desk))))


def _as_text(desk: Desk) -> str:
    """The plans that were set in this installation, as one text: it is asked for at most once a second."""
    rows = desk.all(select(ReportingPlan).order_by(ReportingPlan.made_at, ReportingPlan.id))
    return json.dumps(
        [
            {
                "id": str(row.id),
                "unit_id": row.unit_id,
                "document": row.document,
                "document_day": row.document_day.isoformat(),
                "since": row.since.isoformat(),
                "until": row.until.isoformat() if row.until else None,
                "terms": json.loads(row.terms),
            }
            for row in rows
        ]
    )


@lru_cache(maxsize=4)
def _set_here(text: str) -> Sequence[Plan]:
    return tuple(schedules.plan_set(row) for row in json.loads(text))


def forget_plans(desk: Desk) -> None:
    """A plan is being set here: ask the database again."""
    _in_use.forget(desk.session)


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
    return desk.actor.may_count(unit.id if unit else None)


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


def at_work(desk: Desk) -> Sequence[Period]:
    """The periods somebody is at work on: this month, and those of which a return is spoken of and the country's does not stand."""
    today = local_day(desk.now)
    units: list[UnitFacts | None] = [None]
    for province in places.provinces(desk, today):
        units += [province, *places.communes(desk, province.code, today)[:1]]  # one has the days of all
    owed = {one.period for unit in units for one in owed_by(desk, unit, back=1)}
    stands = select(Return.period).where(
        Return.place == COUNTRY, Return.period.in_(sorted(owed)), Return.final.is_not(None)
    )
    codes = {Period.month_of(today).code} | owed - set(desk.all(stands))
    return sorted(map(Period.parse, codes), key=lambda span: (span.days, span.first))


def sent(desk: Desk, span: Period) -> Mapping[str, Sent]:
    """What the signed returns of a period say of themselves: whether nothing happened, and up to which day they count."""
    signed = (
        select(Return.place, ReturnVersion.nil, ReturnVersion.as_of)
        .join(ReturnVersion, ReturnVersion.return_id == Return.id)
        .where(
            Return.period == span.code,
            ReturnVersion.number == Return.number,
            Return.state.not_in((State.DRAFT, State.RETURNED)),
        )
    )
    return {place: Sent(nil, local_day(as_of)) for place, nil, as_of in desk.rows(signed)}


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
    return rules.Seat(own_level(desk), desk.actor.may_count(unit_id))


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


def published_versions(desk: Desk, row: Return, *, until: int) -> Sequence[ReturnVersion]:
    """What was published of a return up to a version, the first on top."""
    known = [one for one in versions(desk, row) if one.published_at is not None and one.number <= until]
    return known[::-1]


def step_of(row: Return) -> Step | None:
    """What a return's level does in its schedule."""
    return schedules.schedule(row.schedule).step(Level(row.level))


def is_for_everybody(row: Return) -> bool:
    """Whether an edition is made for everybody when a return is published."""
    step = step_of(row)
    return bool(step and step.public)


def version(desk: Desk, row: Return, number: int) -> ReturnVersion:
    """One version."""
    return desk.one(
        select(ReturnVersion).where(ReturnVersion.return_id == row.id, ReturnVersion.number == number)
    )


def newest(desk: Desk, row: Return | None) -> ReturnVersion | None:
    """The version that is under way or stands."""
    return version(desk, row, row.number) if row is not None and row.number else None


def live(desk: Desk, one: Wanted, *, proof_of: Collection[str] | None = None) -> Frozen:
    """The numbers as they are now; a page that only shows them needs no proof."""
    return keeping.taken(desk, one, proof_of)


def kept(version_: ReturnVersion) -> Frozen:
    """The numbers of a version."""
    found = version_.frozen
    if found is None:
        raise NotFound
    return found


def checked(desk: Desk, one: Wanted, *, nil: bool = False) -> Checked:
    """What the checks find in the numbers of a return as they are now."""
    return checks.findings(desk, one.place, Period.parse(one.period), sent=Sent(nil=nil))


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
    if one.level not in BELOW:
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
                Return.level == BELOW[one.level],
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
    below = [BELOW[level].value] + ([Level.NATION.value] if level is Level.NATION else [])
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
    stands = Return.final.is_not(None) & (
        Return.final == Return.number
    )  # nobody publishes it: approved is enough
    return desk.all(
        select(Return)
        .where(Return.state == State.APPROVED, Return.level == level, ~stands)
        .order_by(Return.due_on, Return.id)
        .limit(SHOWN)
    )


_OF_PLACE: Question[Return] = Question(
    select(Return).where(
        Return.place == gap("place", String()), OneOfMany(Return.period, "periods", String())
    )
)


def to_sign(desk: Desk) -> Sequence[tuple[Wanted, Return | None]]:
    """What one's own unit has still to sign, the first due on top. One statement."""
    unit = own_unit(desk)
    if own_level(desk) is None:
        return ()
    owed = owed_by(desk, unit, back=1)
    if not owed:
        return ()
    found = desk.all(_OF_PLACE, place=owed[0].place, periods=[one.period for one in owed])
    rows = {(row.schedule, row.period): row for row in found}
    of_owed = [(one, rows.get((one.schedule.id, one.period))) for one in owed]
    waits = [
        (one, row) for one, row in of_owed if row is None or State(row.state) in (State.DRAFT, State.RETURNED)
    ]
    return sorted(waits, key=lambda pair: pair[0].due_on)


def near(desk: Desk) -> Sequence[Wanted]:
    """What one's own unit has still to sign and is due soon, or was a short while ago: for the first page."""
    if not desk.actor.may(Permission.RETURN_SIGN):
        return ()
    oldest = local_day(desk.now) - _REMEMBERED
    return [one for one, _row in to_sign(desk) if one.due_on >= oldest]


def unsigned(desk: Desk, *, after: int, limit: int) -> Sequence[tuple[int, Sequence[Wanted]]]:
    """Units with somebody who signs, by their numbers, and what they owe and have not signed as the day comes near."""
    today = local_day(desk.now)
    held = (
        select(Appointment.unit_id)
        .where(
            Appointment.role.in_(_SIGNERS),
            Appointment.unit_id > after,
            Appointment.since <= today,
            or_(Appointment.until.is_(None), Appointment.until >= today),
        )
        .distinct()
        .order_by(Appointment.unit_id)
        .limit(limit)
    )
    numbers = [number for number in desk.all(held) if number is not None and desk.actor.may_count(number)]
    owed = {number: _coming_due(desk, number, today) for number in numbers}
    wanted_of = {one.place for some in owed.values() for one in some}
    signed = (
        set(
            desk.rows(
                select(Return.schedule, Return.period, Return.place).where(
                    Return.place.in_(wanted_of), Return.state.not_in((State.DRAFT, State.RETURNED))
                )
            )
        )
        if wanted_of
        else set()
    )
    return [
        (number, [one for one in some if (one.schedule.id, one.period, one.place) not in signed])
        for number, some in owed.items()
    ]


def _coming_due(desk: Desk, number: int, today: date) -> Sequence[Wanted]:
    unit = places.atlas(desk).unit(number)
    if unit is None or unit.level is Tier.DISTRICT:
        return ()
    return [one for one in owed_by(desk, unit, back=1) if -_REMEMBERED <= one.due_on - today <= _COMING]


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
