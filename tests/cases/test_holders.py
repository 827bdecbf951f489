"""Who can be given a case: whoever works today where it lies, where its unit went, or at the province, and is not kept out."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update

from casemgr.access.roles import Role
from casemgr.accounts.models import Account, Appointment
from casemgr.cases.actions import possible_holders
from casemgr.cases.models import Case, CaseTie
from casemgr.cases.terms import Way
from casemgr.core.calendar import local_day
from casemgr.core.db import uuid7
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from tests.support.factories import a_case
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

OFFICER, WORKER, CHAIR = Role.COMMUNE_OFFICER, Role.SOCIAL_WORKER, Role.COMMUNE_CHAIR
BEFORE = date(2025, 6, 1)  # when there were still districts


def holders(house: HouseUnderTest, number: str, at: int | None = None) -> list[UUID]:
    with house.maintenance(writing=False) as desk:
        case = desk.one(select(Case).where(Case.number == number))
        return [account for account, _name in possible_holders(desk, case, at=at)]


def test_those_who_work_on_cases_where_it_lies_or_at_the_province(house: HouseUnderTest) -> None:
    number = a_case(house)
    here = {house.hire(OFFICER, NA_SAM)[0], house.hire(WORKER, NA_SAM)[0], house.hire(WORKER, LANG_SON)[0]}
    for role, unit in ((CHAIR, NA_SAM), (OFFICER, THAT_KHE), (WORKER, THAT_KHE)):
        house.hire(role, unit)
    found = holders(house, number)
    assert set(found) == here
    assert len(found) == len(here)
    assert house.hire(OFFICER, THAT_KHE)[0] in holders(house, number, at=house.unit_id(THAT_KHE))


def test_nobody_who_has_left_is_shut_off_or_kept_out(house: HouseUnderTest) -> None:
    number = a_case(house)
    stays, left, shut, kept_out, later = (house.hire(OFFICER, NA_SAM, person=n) for n in range(5))
    with house.maintenance() as desk:
        day = timedelta(days=1)
        today = local_day(desk.now)
        of = Appointment.id
        desk.session.execute(update(Appointment).where(of == left[1]).values(until=today - day))
        desk.session.execute(update(Appointment).where(of == stays[1]).values(until=today))
        desk.session.execute(update(Appointment).where(of == later[1]).values(since=today + day))
        desk.session.execute(update(Account).where(Account.id == shut[0]).values(state="closed"))
        case = desk.one(select(Case.id).where(Case.number == number))
        desk.add(
            CaseTie(id=uuid7(desk.now), case_id=case, account_id=kept_out[0], way=Way.BARRED, since=desk.now)
        )
    assert holders(house, number) == [stays[0]]


def test_where_its_unit_went(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.maintenance() as desk:
        atlas, today = places.atlas(desk), places.today(desk)
        gone, heir = next(
            (unit, heir)
            for unit in atlas.in_force(BEFORE)
            if (heir := place_rules.standing(atlas, unit, today).unit) is not None
            and heir.code not in (NA_SAM, unit.code)
            and (province := atlas.province_of(heir, today)) is not None
            and province.code == LANG_SON
        )
        desk.one(select(Case).where(Case.number == number)).unit_id = gone.id
    taker = house.hire(OFFICER, heir.code)[0]
    house.hire(OFFICER, NA_SAM)
    assert holders(house, number) == [taker]


def test_nobody_where_no_unit_is_known(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.maintenance() as desk:
        desk.one(select(Case).where(Case.number == number)).unit_id = None
    assert holders(house, number) == []
