"""What waits beside the next step: the chair finds a separation to be signed, the officer one that ends or was given back."""

from datetime import timedelta

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.dossier import decisions
from casemgr.intervention.emergency import queries, separating
from tests.intervention.separating import PLACE, PROPOSAL, handed_in, separated
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest


def waiting(house: HouseUnderTest, role: Role, unit: str | None = None) -> list[tuple[str, str]]:
    with house.desk(role, unit, writing=False) as desk:
        return [(one.number, one.code) for one in decisions.on_the_list(desk)]


def test_the_chair_finds_a_draft_to_be_signed(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.STUDYING)  # the twelve hours have stopped: nothing else leads there
    assert not waiting(house, Role.COMMUNE_CHAIR)
    handed_in(house, number)
    assert waiting(house, Role.COMMUNE_CHAIR) == [(number, "sign")]
    assert not waiting(house, Role.COMMUNE_OFFICER)
    assert not waiting(house, Role.COMMUNE_CHAIR, THAT_KHE)
    page = house.client(Role.COMMUNE_CHAIR).get("/").get_data(as_text=True)
    assert f"/cases/{number}/separation/decision" in page
    case_page = house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}").get_data(as_text=True)
    assert "Quyết định cách ly." in case_page and "chờ Chủ tịch" in case_page


def test_a_draft_given_back_waits_until_it_is_written_anew(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.STUDYING)
    handed_in(house, number)
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        row = queries.current(desk, case := cases.case(desk, number))
        assert row is not None
        separating.give_back(desk, case, version=row.version, reason="Ghi rõ hơn")
    assert waiting(house, Role.COMMUNE_OFFICER) == [(number, "returned")]
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        row = queries.current(desk, case := cases.case(desk, number))
        assert row is not None
        separating.save(desk, case, proposal=PROPOSAL, place=PLACE, version=row.version)
    assert not waiting(house, Role.COMMUNE_OFFICER)


def test_a_separation_is_named_three_days_before_it_ends(house: HouseUnderTest) -> None:
    number = separated(house)  # fifteen days
    house.clock.move(timedelta(days=11))
    assert not waiting(house, Role.COMMUNE_OFFICER)
    house.clock.move(timedelta(days=1))
    assert waiting(house, Role.COMMUNE_OFFICER) == [(number, "ends")]
    house.clock.move(timedelta(days=9))  # past its last day it is still named
    assert waiting(house, Role.COMMUNE_OFFICER) == [(number, "ends")]
