"""More is told by word of mouth after a no: the report is decided anew, the case alone is not opened."""

import pytest

from casemgr.access.roles import Role
from casemgr.cases import actions as case_actions
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.core.errors import RuleBroken
from casemgr.intake import actions, queries
from casemgr.intake.terms import Decision
from tests.support.factories import a_report
from tests.support.house import HouseUnderTest

REFUSED = [Decision.NOT_VERIFIED, Decision.NO_PLAN_NEEDED]


def _decided(house: HouseUnderTest, decision: Decision) -> str:
    number = a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, queries.report(desk, number), decision=decision, reason="Đã đến nhà")
    return number


@pytest.mark.parametrize("decision", REFUSED)
def test_a_no_is_decided_anew(house: HouseUnderTest, decision: Decision) -> None:
    number = _decided(house, decision)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.tell_again(desk, queries.report(desk, number), told="Hàng xóm gọi lại")
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report, case = queries.report(desk, number), cases.case(desk, number)
        assert report.decision == Decision.PENDING
        assert case.stage == Stage.RECEIVED
        assert [clock.clock for clock in cases.clocks(desk, case) if clock.stopped_at is None] == [
            "emergency_12h"
        ]
        actions.decide(desk, report, decision=Decision.ACCEPTED)
        assert case.stage == Stage.ASSESSING


@pytest.mark.parametrize(("decision", "told"), [(Decision.NOT_VERIFIED, " "), (Decision.ACCEPTED, "Có tin")])
def test_not_without_words_and_not_of_a_report_that_stands(
    house: HouseUnderTest, decision: Decision, told: str
) -> None:
    number = _decided(house, decision)
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken):
        actions.tell_again(desk, queries.report(desk, number), told=told)


@pytest.mark.parametrize("decision", REFUSED)
def test_a_case_whose_report_was_refused_is_not_opened_alone(
    house: HouseUnderTest, decision: Decision
) -> None:
    """It would be worked on and never counted: what is counted is a report that was accepted."""
    number = _decided(house, decision)
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        case = cases.case(desk, number)
        with pytest.raises(RuleBroken):
            case_actions.reopen(desk, case, reason="Có tin mới")
    page = house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}").get_data(as_text=True)
    assert f"/cases/{number}/reopening" not in page
    assert f"/reports/{number}" in page
