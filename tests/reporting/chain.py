"""The chain as tests walk it: who signs, approves and publishes what."""

from datetime import timedelta

from casemgr.access.roles import Role
from casemgr.reporting import actions, queries
from casemgr.reporting import frozen as keeping
from casemgr.reporting.models import Return
from casemgr.reporting.terms import Wanted
from tests.support.house import LANG_SON, NA_SAM, HouseUnderTest

HALF = "2026-H2"
YEAR = "2026"
NATION = "VN"
_SIGNERS = {NA_SAM: (Role.COMMUNE_OFFICER, NA_SAM), LANG_SON: (Role.STATISTICIAN, LANG_SON)}


def wanted(house: HouseUnderTest, place: str = NA_SAM, period: str = HALF, schedule: str = "half") -> Wanted:
    with house.maintenance(writing=False) as desk:
        return queries.wanted(desk, schedule, period, place)


def sign(
    house: HouseUnderTest,
    place: str = NA_SAM,
    *,
    period: str = HALF,
    role: Role | None = None,
    person: int = 0,
    nil: bool = False,
    reason: str = "",
) -> None:
    """Somebody of the unit reads the numbers and signs them, explaining whatever asks for it."""
    told, unit = _SIGNERS.get(place, (Role.STATISTICIAN, None))
    with desk_of(house, role or told, unit, person=person) as desk:
        one = queries.wanted(desk, schedule_of(period), period, place)
        now = queries.live(desk, one)
        found = actions.findings_on_signing(desk, one, now, nil=nil, reason=reason)
        actions.sign(
            desk,
            one,
            seen=keeping.digest_of(now),
            nil=nil,
            reason=reason,
            explanations={finding.code: "Đã xem, sẽ bổ sung sau" for finding in found.to_explain},
        )


def approve(house: HouseUnderTest, place: str = NA_SAM, *, period: str = HALF, person: int = 1) -> None:
    unit = LANG_SON if place == NA_SAM else None
    with desk_of(house, Role.STATISTICIAN, unit, person=person) as desk:
        actions.approve(desk, row_of(desk, place, period))


def publish(house: HouseUnderTest, place: str, *, period: str = HALF, person: int = 0) -> None:
    unit = LANG_SON if place == LANG_SON else None
    with desk_of(house, Role.STATISTICIAN, unit, person=person) as desk:
        actions.publish(desk, row_of(desk, place, period))


def row_of(desk, place: str, period: str = HALF) -> Return:  # type: ignore[no-untyped-def]
    found = queries.stored(desk, queries.wanted(desk, schedule_of(period), period, place))
    assert found is not None
    return found


def schedule_of(period: str) -> str:
    return "half" if "H" in period else "year"


def desk_of(house: HouseUnderTest, role: Role, unit: str | None, *, person: int = 0, writing: bool = True):  # type: ignore[no-untyped-def]
    """A desk at a unit, or of the whole country."""
    if unit is None:
        return house.office.open(nation(house, role, person=person), writing=writing)
    return house.desk(role, unit, person=person, writing=writing)


def nation(house: HouseUnderTest, role: Role = Role.STATISTICIAN, *, person: int = 0):  # type: ignore[no-untyped-def]
    return house.actor(role, "VN", person=person)


def later(house: HouseUnderTest, **span: float) -> None:
    house.clock.move(timedelta(**span))
