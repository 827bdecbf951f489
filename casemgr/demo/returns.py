"""Statistical returns of the invented province: two past half-years, reported in part, amended where late records changed them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.core.calendar import at_local, local_day
from casemgr.core.periods import Period
from casemgr.demo import sentences as say
from casemgr.demo.world import Life, Turn, World
from casemgr.places.terms import COUNTRY, UnitFacts
from casemgr.reporting import actions, queries
from casemgr.reporting import frozen as keeping
from casemgr.reporting.schedules import known_plans

_SCHEDULE = "half"
_REPORTING = 10  # so many communes have somebody who signs
_LATE, _SILENT = 3, 4  # every third commune is late, every fourth of the newer half-year is silent
_IN_TIME, _TOO_LATE = timedelta(days=4), timedelta(days=13)


def lives(world: World) -> Sequence[Life]:
    """Every unit reports at its own pace: some late, some not at all."""
    newer = _half_before(local_day(world.now))
    older = newer.previous()
    found = [plan(world)]
    for period in (older, newer):
        for number, unit in enumerate(world.communes[:_REPORTING]):
            if period == older or number % _SILENT != 3:
                found.append(_of_commune(world, unit, period, late=number % _LATE == 2))
        found.append(_of_province(world, period, published=period == older))
    return [*found, _of_country(world, older)]


def plan(world: World) -> Life:
    """The province takes over the due days of a plan that was read, for the coming year on."""
    keeper = world.staff.at(Role.STATISTICIAN, world.province)
    desk = yield Turn(world.ago(days=20), keeper)
    found = next((one for one in known_plans() if one.unit == world.province.code), None)
    if found is not None:
        actions.take_over(desk, found, since=date(local_day(desk.now).year + 1, 1, 1))


def _of_commune(world: World, unit: UnitFacts, period: Period, *, late: bool) -> Life:
    at = _morning(period.last + (_TOO_LATE if late else _IN_TIME))
    if at > world.now:
        return
    officer = world.staff.at(Role.COMMUNE_OFFICER, unit)
    desk = yield Turn(at, officer)
    if not _sign(desk, unit.code, period):
        return
    approver = world.staff.at(Role.STATISTICIAN, world.province)
    desk = yield Turn(at + timedelta(hours=26), approver)
    row = queries.stored(desk, queries.wanted(desk, _SCHEDULE, period.code, unit.code))
    if row is not None and not late:
        actions.approve(desk, row)


def _of_province(world: World, period: Period, *, published: bool) -> Life:
    province = world.province
    yield from _up(
        world,
        province.code,
        period,
        signer=world.staff.at(Role.STATISTICIAN, province),
        approver=world.staff.at(Role.STATISTICIAN, None),
        after=timedelta(days=15),
        published=published,
    )


def _of_country(world: World, period: Period) -> Life:
    yield from _up(
        world,
        COUNTRY,
        period,
        signer=world.staff.at(Role.STATISTICIAN, None),
        approver=world.staff.at(Role.PROVINCE_SUPERVISOR, None),
        after=timedelta(days=24),
        published=True,
    )
    desk = yield Turn(world.ago(days=12), world.staff.at(Role.STATISTICIAN, None))
    _sign(desk, COUNTRY, period, reason=say.RETURN_AMENDED)


def _up(
    world: World,
    place: str,
    period: Period,
    *,
    signer: Actor,
    approver: Actor,
    after: timedelta,
    published: bool,
) -> Life:
    at = _morning(period.last + after)
    if at > world.now:
        return
    desk = yield Turn(at, signer)
    if not _sign(desk, place, period) or not published:
        return
    desk = yield Turn(at + timedelta(hours=3), approver)
    row = queries.stored(desk, queries.wanted(desk, _SCHEDULE, period.code, place))
    assert row is not None
    actions.approve(desk, row)
    desk = yield Turn(at + timedelta(hours=5), signer)
    row = queries.stored(desk, queries.wanted(desk, _SCHEDULE, period.code, place))
    assert row is not None
    actions.publish(desk, row)


def _sign(desk: Desk, place: str, period: Period, *, reason: str = "") -> bool:
    """Sign what stands there; where a check blocks, the return stays a draft, as it would in an office."""
    one = queries.wanted(desk, _SCHEDULE, period.code, place)
    now = queries.live(desk, one)
    nil = keeping.empty(now)
    found = actions.findings_on_signing(desk, one, now, nil=nil, reason=reason)
    if found.blocking:
        return False
    told = {finding.code: say.RETURN_EXPLAINED for finding in found.to_explain}
    actions.sign(desk, one, seen=keeping.digest_of(now), nil=nil, reason=reason, explanations=told)
    return True


def _half_before(today: date) -> Period:
    half = Period.parse(f"{today.year}-H{1 if today.month <= 6 else 2}")
    return half.previous()


def _morning(day: date) -> datetime:
    return at_local(day, time(9))
