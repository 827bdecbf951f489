"""Breaking the glass: a day, a reason, everybody is told; read only; reviewed; never for whoever is kept out."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from casemgr.cases import actions as case_actions
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.models import Case, CaseTie
from casemgr.cases.terms import Way
from casemgr.children.models import Child
from casemgr.core.errors import NotFound, Refused, RuleBroken
from casemgr.intake.models import Report
from casemgr.notices.models import Notice
from casemgr.safeguards import actions, queries, rules
from casemgr.safeguards.models import BrokenGlass
from casemgr.safeguards.terms import Declared, Kin, Verdict
from casemgr.security.audit import AuditEntry
from tests.safeguards.people import (
    CHAIR,
    OFFICER,
    SUPERVISOR,
    WORKER,
    a_suspect,
    declare,
    names_of,
    restrict,
    sees,
)
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest

HERE = "Trẻ đang ở trụ sở xã, cần biết ai được đón về"
UNKNOWN = "06124-2026-99999-X"


def breaks(house: HouseUnderTest, number: str, *, reason: str = HERE, unit: str | None = THAT_KHE) -> None:
    with house.desk(OFFICER, unit) as desk:
        actions.break_glass(desk, number=number, reason=reason)


def test_an_officer_of_the_next_commune_reads_for_a_day_and_changes_nothing(house: HouseUnderTest) -> None:
    number = a_case(house)
    assert not sees(house, number, OFFICER, THAT_KHE)
    breaks(house, number)
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        case = cases.case(desk, number)
        assert (
            desk.get(Child, case.child_id).card is not None
            and desk.get(Report, case.report_id).known is not None
        )
        assert not cases.listing(desk).rows, "it joins no list"
    with pytest.raises(Refused), house.desk(OFFICER, THAT_KHE) as desk:
        case_actions.note(desk, cases.case(desk, number), text="Tôi đã xem")
    with pytest.raises(Refused), house.desk(OFFICER, THAT_KHE) as desk:
        spine.hold(desk, cases.case(desk, number), None)
        desk.session.query(Case).filter(Case.number == number).one().risk = "high"
        desk.flush()
    house.clock.move(rules.OPEN_FOR - timedelta(seconds=1))
    assert sees(house, number, OFFICER, THAT_KHE)
    house.clock.move(timedelta(seconds=1))
    assert not sees(house, number, OFFICER, THAT_KHE), "after a day it is shut"


def test_everybody_who_answers_for_it_is_told_and_the_trail_says_by_which_right(
    house: HouseUnderTest,
) -> None:
    number = a_case(house)
    for role in (CHAIR, SUPERVISOR):
        house.hire(role)
    breaks(house, number)
    with house.maintenance(writing=False) as desk:
        told = dict(desk.rows(select(Notice.account_id, Notice.matter)))
    assert names_of(house, told) == {
        "commune-officer.06124.0",
        "commune-chair.06124.0",
        "province-supervisor.20.0",
    }
    assert sorted(told.values()).count("glass_review") == 1
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        cases.case(desk, number)
    with house.desk(OFFICER, writing=False) as desk:
        cases.case(desk, number)
    with house.maintenance(writing=False) as desk:
        bodies = [json.loads(row) for row in desk.all(select(AuditEntry.body).order_by(AuditEntry.seq))]
    assert [body.get("right") for body in bodies if body["action"] == "case opened"][-2:] == [
        "break-glass",
        "assigned",
    ]
    (broken,) = [body for body in bodies if body["action"] == "glass broken"]
    assert broken["result"] == number and HERE not in json.dumps(bodies, ensure_ascii=False)


@pytest.mark.parametrize(
    ("number", "reason", "code"),
    [
        (UNKNOWN, HERE, "no-such-case"),
        ("", HERE, "no-such-case"),
        ("';--", HERE, "no-such-case"),
        ("x" * 5000, HERE, "no-such-case"),
        (None, "", "no-reason"),
        (None, "vì cần", "no-reason"),
    ],
)
def test_what_does_not_open(house: HouseUnderTest, number: str | None, reason: str, code: str) -> None:
    real = a_case(house)
    with pytest.raises(RuleBroken, match=code):
        breaks(house, real if number is None else number, reason=reason)
    with house.maintenance(writing=False) as desk:
        assert not desk.all(select(CaseTie.id)) and not desk.all(select(Notice.id)), "nothing half stored"


def test_who_is_kept_out_finds_what_an_unknown_number_finds(house: HouseUnderTest) -> None:
    """The same finding, and the same statements on the way to it."""
    for person in (0, 1):
        house.hire(OFFICER, person=person)
    house.hire(CHAIR)
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    declare(house, OFFICER, Declared(household=(Kin("Nông Văn Đức", 1980),)), person=1)
    found = []
    for wanted in (number, UNKNOWN):
        asked: list[str] = []

        def note(_c: object, _cur: object, statement: str, *_rest: object, into: list[str] = asked) -> None:
            into.append(statement)

        event.listen(house.office.engine, "before_cursor_execute", note)
        try:
            with house.desk(OFFICER, person=1) as desk, pytest.raises(RuleBroken) as raised:
                asked.clear()
                actions.break_glass(desk, number=wanted, reason=HERE)
        finally:
            event.remove(house.office.engine, "before_cursor_execute", note)
        found.append((str(raised.value.findings), asked))
    assert found[0] == found[1]


def test_three_a_day_and_no_more(house: HouseUnderTest) -> None:
    numbers = [a_case(house) for _ in range(rules.MOST_A_DAY + 1)]
    for number in numbers[:-1]:
        breaks(house, number)
    with pytest.raises(RuleBroken, match="too-often"):
        breaks(house, numbers[-1])
    house.clock.move(rules.OPEN_FOR)
    breaks(house, numbers[-1])


def test_a_supervisor_breaks_the_glass_of_a_restricted_case_and_another_reviews(
    house: HouseUnderTest,
) -> None:
    number = a_case(house)
    officer, _ = house.hire(OFFICER)
    house.hire(CHAIR)
    house.hire(SUPERVISOR, person=1)
    restrict(house, number, officer)
    with house.desk(SUPERVISOR) as desk:
        actions.break_glass(desk, number=number, reason=HERE)
    assert sees(house, number, SUPERVISOR) and not sees(house, number, SUPERVISOR, person=1)
    with house.desk(SUPERVISOR) as desk:
        (line,) = queries.openings(desk)
        with pytest.raises(RuleBroken, match="own-opening"):
            actions.judge(desk, line.id, verdict=Verdict.JUSTIFIED, words="Cần thiết")
    house.clock.move(timedelta(days=6))
    with house.desk(SUPERVISOR, person=1) as desk:
        (line,) = queries.openings(desk)
        assert line.late and line.reason == HERE and line.number == number
        with pytest.raises(RuleBroken, match="no-words"):
            actions.judge(desk, line.id, verdict=Verdict.JUSTIFIED, words=" ")
    with house.desk(SUPERVISOR, person=1) as desk:
        actions.judge(desk, line.id, verdict=Verdict.NOT_JUSTIFIED, words="Đã có người trực xử lý")
    with house.desk(SUPERVISOR, person=1) as desk:
        assert (
            not queries.openings(desk)
            and queries.openings(desk, waiting=False)[0].verdict is Verdict.NOT_JUSTIFIED
        )
        with pytest.raises(RuleBroken, match="judged"):
            actions.judge(desk, line.id, verdict=Verdict.JUSTIFIED, words="Cần thiết")


def test_what_was_not_justified_shuts_at_once_and_one_shuts_it_oneself(house: HouseUnderTest) -> None:
    first, second = a_case(house), a_case(house)
    house.hire(SUPERVISOR)
    breaks(house, first)
    breaks(house, second)
    with house.desk(SUPERVISOR) as desk:
        line = next(one for one in queries.openings(desk) if one.number == first)
        actions.judge(desk, line.id, verdict=Verdict.NOT_JUSTIFIED, words="Không có lý do")
    assert not sees(house, first, OFFICER, THAT_KHE) and sees(house, second, OFFICER, THAT_KHE)
    with house.desk(OFFICER, THAT_KHE) as desk:
        actions.close(desk, number=second)
        with pytest.raises(NotFound):
            actions.close(desk, number=first)
    assert not sees(house, second, OFFICER, THAT_KHE)
    with house.desk(SUPERVISOR, "01", writing=False) as desk, pytest.raises(NotFound):
        queries.opening(desk, line.id)


def test_a_social_worker_who_is_not_assigned_may_ask_too(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(WORKER) as desk:
        actions.break_glass(desk, number=number, reason=HERE)
    assert sees(house, number, WORKER)
    with house.maintenance(writing=False) as desk:
        assert desk.session.scalar(select(func.count()).select_from(BrokenGlass)) == 1
        assert desk.all(select(CaseTie.way)) == [Way.GLASS]


def tried(house: HouseUnderTest, number: str, *, reason: str = HERE) -> int:
    """Somebody of the next commune tries through the page."""
    return (
        house.client(OFFICER, THAT_KHE)
        .post("/break-glass", data={"number": number, "reason": reason})
        .status_code
    )


def test_tries_in_vain_are_counted_and_the_supervisor_is_told(house: HouseUnderTest) -> None:
    number = a_case(house)
    house.hire(SUPERVISOR)
    for wanted, reason in ((UNKNOWN, HERE), (number, "vì cần quá")):
        assert tried(house, wanted, reason=reason) == 409
    with house.desk(SUPERVISOR, writing=False) as desk:
        assert not desk.all(select(Notice.id)), "two may be mistakes"
        assert [one.count for one in queries.tries(desk)] == [2]
    assert tried(house, UNKNOWN) == 409
    for _ in range(rules.MOST_IN_VAIN - rules.TOLD_AFTER):
        tried(house, UNKNOWN)
    with house.desk(SUPERVISOR, writing=False) as desk:
        assert desk.all(select(Notice.matter)) == ["glass_tried"], "once a day"
    supervisor = house.client(SUPERVISOR)
    assert "/oversight/safeguards" in supervisor.get("/notices").text
    assert "Người Thử CO0" in supervisor.get("/oversight/safeguards").text
    assert "Người Thử CO0" not in house.client(SUPERVISOR, "01").get("/oversight/safeguards").text
    with pytest.raises(RuleBroken, match="too-often-in-vain"):
        breaks(house, number)
    house.clock.move(rules.OPEN_FOR)
    assert tried(house, number) == 303
    with house.maintenance(writing=False) as desk:
        told = [row.body for row in desk.all(select(AuditEntry)) if row.action == queries.IN_VAIN]
    assert len(told) == rules.MOST_IN_VAIN and number not in "".join(told) and HERE not in "".join(told)


def test_who_tried_too_often_does_not_learn_which_numbers_exist(house: HouseUnderTest) -> None:
    number = a_case(house)
    for _ in range(rules.MOST_IN_VAIN):
        tried(house, UNKNOWN)
    said = set()
    for wanted in (number, UNKNOWN):
        with pytest.raises(RuleBroken) as raised:
            breaks(house, wanted)
        said.add(str(raised.value.findings))
    assert said == {"too-often-in-vain"}
    with pytest.raises(RuleBroken) as raised:
        breaks(house, UNKNOWN, reason="x")
    assert "no-such-case" not in str(raised.value.findings)


def test_whoever_is_kept_out_is_counted_as_for_an_unknown_number(house: HouseUnderTest) -> None:
    for person in (0, 1):
        house.hire(OFFICER, person=person)
    house.hire(CHAIR)
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    declare(house, OFFICER, Declared(household=(Kin("Nông Văn Đức", 1980),)), person=1)
    client = house.client(OFFICER, person=1)
    for count, wanted in enumerate((number, UNKNOWN), 1):
        assert client.post("/break-glass", data={"number": wanted, "reason": HERE}).status_code == 409
        with house.desk(OFFICER, person=1, writing=False) as desk:
            assert queries.tried_in_vain(desk, house.hire(OFFICER, person=1)[0]) == count
