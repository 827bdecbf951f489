"""The process measures that look beyond one case: harmed again, the goals of plans, work for each officer in post."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts.models import Appointment
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.core.errors import Invalid
from casemgr.indicators import projection, queries
from casemgr.indicators.recurrence import Past, again
from casemgr.intervention.plan import queries as plans
from casemgr.review import actions as reviews
from casemgr.review import queries as review_queries
from casemgr.review.terms import Answers, GoalReply, Outcome, ReviewState
from tests.indicators.test_gathering import log, number
from tests.review.test_actions import WHY, a_case_served, propose
from tests.review.test_rules import WELL
from tests.support.factories import a_case
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

RECEIVED = datetime(2026, 11, 18, 3, tzinfo=UTC)
CHILD, MINE = 7, UUID(int=1)


def a_past(days: int, *, accepted: bool = True, closed: int | None = None, report: int = 2) -> Past:
    """A case of the child whose report came so many days before, and which closed so many days before."""
    shut = RECEIVED - timedelta(days=closed) if closed is not None else None
    return Past(
        UUID(int=days + 5000), CHILD, UUID(int=report), RECEIVED - timedelta(days=days), accepted, shut
    )


def found(*pasts: Past) -> set[str]:
    case = SimpleNamespace(received_at=RECEIVED, report_id=MINE)
    return set(again(cast("Case", case), pasts))


@pytest.mark.parametrize(
    ("pasts", "expected"),
    [
        ([], set()),
        ([a_past(0, report=1)], set()),  # the report itself
        ([a_past(0)], set()),  # at the same instant: neither is the earlier one
        ([a_past(365)], {"reported"}),  # 18 November of the year before: the last day of twelve months
        ([a_past(366)], set()),
        ([a_past(30, accepted=False, closed=3)], set()),  # what was not accepted is no earlier report
        ([a_past(900, closed=365)], {"closed"}),
        ([a_past(900, closed=366)], set()),
        ([a_past(20, closed=10)], {"reported", "closed"}),
        ([a_past(900)], set()),  # still open, and long ago
        ([a_past(-5)], set()),  # a later one
        ([a_past(20, closed=-3)], {"reported"}),  # closed only after this report
    ],
)
def test_what_makes_a_case_a_recurrence(pasts: Sequence[Past], expected: set[str]) -> None:
    assert found(*pasts) == expected


@given(
    st.lists(st.tuples(st.integers(-20, 800), st.booleans(), st.none() | st.integers(-20, 800)), max_size=5)
)
def test_more_cases_never_make_it_less_of_a_recurrence(told: list[tuple[int, bool, int | None]]) -> None:
    pasts = [
        a_past(days, accepted=accepted, closed=None if closed is None else min(closed, days))
        for days, accepted, closed in told
    ]
    for part in range(len(pasts) + 1):
        assert found(*pasts[:part]) <= found(*pasts)
    assert found(*pasts) == set().union(*(found(past) for past in pasts))


def the_same_child(house: HouseUnderTest, kept: str, other: str) -> None:
    """Both cases are of one child, as after a merger."""
    with house.maintenance() as desk:
        first, second = (cases.case(desk, number) for number in (kept, other))
        second.child_id = first.child_id
        desk.touch(second.id)


def flags(house: HouseUnderTest) -> list[set[str]]:
    """What the newest facts say of each case, in the order of their receipt."""
    newest = {(item.case_high, item.case_low): item for item in log(house, "course")}
    ordered = sorted(newest.values(), key=lambda item: (item.received, item.case_low))
    return [set(item.again) for item in ordered]


def test_a_series_tells_of_a_period_that_lasts_what_its_table_tells(house: HouseUnderTest) -> None:
    """What is overdue today is counted, never what will be if nobody does anything until the last day."""
    a_case(house)

    def told() -> tuple[int, int | None]:
        with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
            asked = queries.question("P", "09", unit=NA_SAM, period="2026-Q4")
            return queries.table(desk, asked).value(), queries.series(desk, asked, 2)[-1][1]

    assert told() == (0, 0)
    house.clock.move(timedelta(days=3))
    assert told() == (1, 1)


def test_a_later_case_follows_what_becomes_of_the_earlier_one(house: HouseUnderTest) -> None:
    first = a_case_served(house)
    house.clock.move(timedelta(days=40))
    second = a_case(house)
    the_same_child(house, first, second)
    assert flags(house) == [set(), {"reported"}]
    assert number(house, "P", "20", period="2027-01") == number(house, "P", "20", period="2027-01") == (1, 1)
    assert number(house, "P", "21", period="2027-01") == (0, 1)
    with (
        house.maintenance() as desk
    ):  # the earlier one turns out to have been closed before: only it is touched
        case = cases.case(desk, first)
        case.closed_at = desk.now - timedelta(days=10)
        desk.touch(case.id)
    assert flags(house) == [set(), {"reported", "closed"}]
    assert number(house, "P", "21", period="2027-01") == (1, 1)
    with house.maintenance() as desk:
        assert projection.refresh_all(desk, told=lambda _count: None) == 0
    with house.maintenance(writing=False) as desk:
        asked = queries.question("P", "21", unit=NA_SAM, period="2027-01")
        (behind,) = queries.cell(desk, asked, {}).case_ids
        assert behind == cases.case(desk, second).id


def test_the_goals_of_a_plan_are_counted_when_the_review_ends_its_round(house: HouseUnderTest) -> None:
    case_number = a_case_served(house)
    with house.maintenance(writing=False) as desk:
        plan = plans.decided(desk, cases.case(desk, case_number))
        assert plan is not None and plan.content is not None
        (goal,) = plan.content.goals
    assert log(house, "goal") == []
    said = Answers(**{**vars(WELL), "goals": {goal.key: GoalReply("partly", "ngủ yên ba đêm")}})
    version = propose(house, case_number, said)
    (item,) = log(house, "goal")
    assert (item.reached, item.rounds, item.day) == ("partly", 1, date(2026, 12, 8))
    assert number(house, "P", "23", period="2026-12", place="incident") == 1
    assert number(house, "P", "24", period="2026-12", place="incident") == (0, 1)
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        reviews.refuse(desk, cases.case(desk, case_number), version=version, reason="Chưa đủ")
    assert number(house, "P", "23", period="2026-12", place="incident") == 0
    better = Answers(**{**vars(WELL), "goals": {goal.key: GoalReply("reached")}})
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, case_number)
        reviews.conclude(desk, case, outcome=Outcome.CLOSE, answers=better, version=0, explanations=WHY)
        last = review_queries.current(desk, case)
        assert last is not None and last.state == ReviewState.PROPOSED
    assert number(house, "P", "24", period="2026-12", place="incident") == (1, 1)


def test_an_answer_that_is_none_of_the_choices_is_refused(house: HouseUnderTest) -> None:
    case_number = a_case_served(house)
    wrong = Answers(**{**vars(WELL), "goals": {"g1": GoalReply("wonderful")}})
    with pytest.raises(Invalid) as told, house.desk(Role.COMMUNE_OFFICER) as desk:
        reviews.save(desk, cases.case(desk, case_number), answers=wrong, version=0)
    assert list(told.value.errors) == ["goal-g1"]


def workload(house: HouseUnderTest, unit: str, **more: Any) -> Any:
    with house.maintenance(writing=False) as desk:
        table = queries.table(desk, queries.question("P", "22", unit=unit, period="2026-11", **more))
        return {row.area.code: (row.value, row.n, row.of) for row in table.rows() if not table.names}


def test_work_is_shared_out_among_the_officers_in_post(house: HouseUnderTest) -> None:
    for _ in range(3):
        a_case(house)
    hired = [house.hire(Role.COMMUNE_OFFICER, NA_SAM, person=person) for person in range(2)]
    house.hire(Role.COMMUNE_CHAIR, NA_SAM)
    house.hire(Role.SOCIAL_WORKER, THAT_KHE)
    account, _ = hired[0]
    with house.maintenance() as desk:  # one of them in two communes, another gone yesterday
        post = {"account_id": account, "role": Role.SOCIAL_WORKER.value}
        desk.add(
            Appointment(
                id=desk.id(), **post, unit_id=house.unit_id(THAT_KHE), since=date(2026, 1, 1), until=None
            )
        )
        gone = desk.one(select(Appointment).where(Appointment.id == hired[1][1]))
        gone.until = date(2026, 11, 17)
    assert workload(house, NA_SAM)[NA_SAM] == (3.0, 3, 1)
    assert workload(house, LANG_SON, level="commune")[THAT_KHE] == (0.0, 0, 2)
    assert workload(house, LANG_SON)[LANG_SON] == (1.5, 3, 2)  # each person once in the province
    with house.maintenance() as desk:
        for row in desk.all(select(Appointment)):
            row.until = date(2026, 11, 17)
    assert workload(house, NA_SAM)[NA_SAM] == (
        None,
        3,
        0,
    )  # nobody is left: no ratio, and the cases still stand
    with house.maintenance(writing=False) as desk, pytest.raises(Invalid):
        queries.question("P", "22", unit=NA_SAM, period="2026-11", place="residence")
