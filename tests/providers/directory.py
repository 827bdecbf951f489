"""What tests of providers share: invented entries and the accounts that act for them."""

from datetime import date
from typing import Any
from uuid import UUID

from casemgr.access.roles import Role
from casemgr.providers import actions, queries
from casemgr.providers.terms import Hours, Listing
from tests.support.house import LANG_SON, NA_SAM, HouseUnderTest

CENTRE = Listing(
    name="Trung tâm công tác xã hội tỉnh (giả định)",
    kind="social_work",
    services=("psychology", "child_protection"),
    youngest=3,
    oldest=15,
    hours=Hours(days=(0, 1, 2, 3, 4), opens=450, closes=1020),
    phone="0205 000 0000",
)
SINCE = date(2026, 1, 1)


def a_provider(
    house: HouseUnderTest,
    listing: Listing = CENTRE,
    *,
    units: tuple[str, ...] = (LANG_SON,),
    by: str = NA_SAM,
    nation: bool = False,
) -> UUID:
    """An entry of the directory, kept by a commune."""
    numbers = [house.unit_id(code) for code in units]
    with house.desk(Role.COMMUNE_OFFICER, by) as desk:
        return actions.enter(desk, listing=listing, unit_ids=numbers, nation=nation, since=SINCE).id


def joined(house: HouseUnderTest, provider_id: UUID, *, person: int = 0) -> UUID:
    """An account acts for a provider."""
    account, _appointment = house.hire(Role.SERVICE_PROVIDER, person=person)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        return actions.join(desk, queries.provider(desk, provider_id), account_id=account).id


def as_typed(**changes: Any) -> dict[str, Any]:
    """An entry as a browser sends it."""
    typed = {
        "name": "Nhà tạm lánh Hoa Đào (giả định)",
        "kind": "social_assistance",
        "services": ["safe_shelter"],
        "youngest": "0",
        "oldest": "15",
        "sexes": "female",
        "day_and_night": "y",
        "areas": "06124 Na Sầm\n20",
        "phone": "0205 111 1111",
        "since": "1/11/2026",
    }
    return {**typed, **changes}
