"""Services asked of providers, on both engines: who sees what, what follows what, what the officer has to do."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from casemgr.access.roles import Role
from casemgr.access.scope import scoped_tables
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.models import Case, CaseEvent
from casemgr.cases.terms import Stage, Step
from casemgr.children.models import Child
from casemgr.core.errors import NotFound, RuleBroken
from casemgr.dossier import day
from casemgr.handovers import actions as handovers
from casemgr.intake.models import Report
from casemgr.intervention.plan import queries as plans
from casemgr.intervention.services import actions, queries
from casemgr.intervention.services.models import ServiceAnswer, ServiceRequest
from casemgr.intervention.services.terms import EMERGENCY, Asked, Channel, Passed, Said, State
from casemgr.providers import queries as directory
from casemgr.security.audit import AuditEntry
from tests.handovers.test_actions import answer, sent
from tests.intervention.plan.pages import Page
from tests.intervention.plan.work import a_case_carried_out
from tests.providers.directory import CENTRE, a_provider, joined
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, NA_SAM, THAT_KHE, HouseUnderTest

OFFICER, CHAIR, PROVIDER = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR, Role.SERVICE_PROVIDER
DAY = date(2026, 11, 18)
ASKED = Asked(
    "Tham vấn cho trẻ",
    "psychology",
    DAY,
    date(2027, 2, 26),
    Passed("Khang", 9, None, "Ngủ không yên, sợ tiếng động mạnh"),
    unit="Na Sầm",
    call_back="Ủy ban xã, 0205 222 2222",
)
DONE = Said(report="Đã gặp 4 buổi, trẻ ngủ được", cost=2_400_000, on=DAY)


def service(house: HouseUnderTest, number: str) -> str:
    """The mark of the service of counselling in the approved plan."""
    with house.maintenance(writing=False) as desk:
        plan = plans.approved(desk, cases.case(desk, number))
        assert plan is not None and plan.content is not None
        return next(row.key for row in plan.content.services if row.kind == "psychology")


def asked_of(house: HouseUnderTest, number: str, provider: UUID | None, **changes: object) -> UUID:
    """Ask a provider, or 111, for the counselling of the plan."""
    told: dict[str, object] = {
        "service": service(house, number),
        "asked": ASKED,
        "channel": Channel.PROVIDER if provider else Channel.HOTLINE,
        "provider_id": provider,
        **changes,
    }
    with house.desk(OFFICER) as desk:
        return actions.ask(desk, cases.case(desk, number), **told).id  # type: ignore[arg-type]


def answered(house: HouseUnderTest, request: UUID, state: State, said: Said, *, person: int = 0) -> UUID:
    with house.desk(PROVIDER, person=person) as desk:
        return actions.answer(desk, queries.assignment(desk, request), answer=state, said=said).id


def steps(house: HouseUnderTest, number: str) -> list[str]:
    with house.maintenance(writing=False) as desk:
        return [line.step for line in cases.timeline(desk, cases.case(desk, number))]


def waits(house: HouseUnderTest, unit_code: str = NA_SAM) -> list[str]:
    """The cases of which the worklist says that a provider has answered."""
    with house.desk(OFFICER, unit_code, writing=False) as desk:
        return [one.number for one in day.of_today(desk, ()).answers]


def unanswered(house: HouseUnderTest, unit_code: str = NA_SAM) -> list[str]:
    """The cases of which the worklist says that a provider is silent."""
    with house.desk(OFFICER, unit_code, writing=False) as desk:
        return [one.number for one in day.of_today(desk, ()).unanswered]


@pytest.fixture
def shared(house: HouseUnderTest) -> tuple[str, UUID, UUID]:
    """A case, a provider with one account, and what was asked of it."""
    number, provider = a_case_carried_out(house), a_provider(house)
    joined(house, provider)
    return number, provider, asked_of(house, number, provider)


def test_a_provider_sees_its_referral_and_nothing_else(
    house: HouseUnderTest, shared: tuple[str, UUID, UUID]
) -> None:
    number, _provider, request = shared
    other = a_provider(house)
    joined(house, other, person=1)
    beside = asked_of(house, number, other, service=EMERGENCY)
    with house.desk(PROVIDER, writing=False) as desk:
        assert [row.id for row in queries.assignments(desk)] == [request]
        seen = {
            table.__tablename__: desk.session.scalar(select(func.count()).select_from(table))
            for table in scoped_tables()
        }
        assert {name: count for name, count in seen.items() if count} == {"service_request": 1}
        with pytest.raises(NotFound):
            queries.assignment(desk, beside)
        with pytest.raises(NotFound):
            cases.case(desk, number)
    with house.desk(PROVIDER, person=2, writing=False) as desk:  # an account that acts for nobody
        assert not queries.assignments(desk) and not desk.all(select(ServiceRequest))
    for table in (Case, Child, Report, CaseEvent):
        with house.desk(PROVIDER, writing=False) as desk:
            assert not desk.all(select(table))


def test_the_pages_of_a_provider_show_what_was_chosen_alone(
    house: HouseUnderTest, shared: tuple[str, UUID, UUID]
) -> None:
    number, _provider, request = shared
    client = house.client(PROVIDER)
    listed = Page(client.get("/assignments").text).sound()
    shown = Page(client.get(f"/assignments/{request}").text).sound()
    for text in (listed.text, shown.text):
        assert "Khang" in text and "9 tuổi" in text
        for hidden in ("Nông Minh", "Đức", "Bản Tích", "Nà Tềnh", "đánh bằng roi", number):
            assert hidden not in text, hidden
    assert "Ngủ không yên" in shown.text and "0205 222 2222" in shown.text
    for address in (
        f"/cases/{number}",
        f"/cases/{number}/plan",
        f"/cases/{number}/services/asked",
        f"/cases/{number}/safe-contact",
        "/providers",
        "/cases",
    ):
        assert client.get(address).status_code in (403, 404), address
    assert house.client(PROVIDER, person=5).get(f"/assignments/{request}").status_code == 404
    assert house.client(OFFICER).get("/assignments").status_code == 403


def test_a_whole_way_from_asking_to_the_diary(house: HouseUnderTest, shared: tuple[str, UUID, UUID]) -> None:
    number, _provider, request = shared
    assert steps(house, number).count(Step.ASK_PROVIDER) == 1
    client = house.client(PROVIDER)
    address = f"/assignments/{request}"
    assert client.post(address, data={"answer": "accepted"}).status_code == 303
    assert client.post(address, data={"answer": "accepted"}).status_code == 303, "the same page sent twice"
    unfinished = client.post(address, data={"answer": "done", "on": "18/11/2026"})
    assert unfinished.status_code == 409 and "Ghi đã làm gì" in unfinished.text
    done = {"answer": "done", "on": "18/11/2026", "report": DONE.report, "cost": "2.400.000"}
    assert client.post(address, data=done).status_code == 303
    assert client.post(address, data={"answer": "begun", "on": "18/11/2026"}).status_code == 409
    assert Step.PROVIDER_ANSWER not in steps(house, number), "a provider writes no line of the timeline"
    officer = house.client(OFFICER)
    shown = Page(officer.get(f"/cases/{number}/services/asked").text).sound()
    marks = re.findall(r"/services/answers/([0-9a-f-]{36})/seen", shown.text)
    assert len(marks) == 2 and "2.400.000 đồng" in shown.text
    for mark in marks * 2:
        seen = officer.post(f"/cases/{number}/services/answers/{mark}/seen")
        assert seen.status_code == 303
    assert steps(house, number).count(Step.PROVIDER_ANSWER) == 2
    diary = officer.get(f"/cases/{number}/services").text
    assert diary.count("Đã gặp 4 buổi") == 1
    assert not waits(house)


def test_a_refusal_comes_back_and_closes_the_facts(
    house: HouseUnderTest, shared: tuple[str, UUID, UUID]
) -> None:
    number, _provider, request = shared
    client = house.client(PROVIDER)
    bare = client.post(f"/assignments/{request}", data={"answer": "refused"})
    assert bare.status_code == 409 and "Ghi vì sao không nhận" in bare.text
    told = {"answer": "refused", "reason": "Hết tư vấn viên nữ"}
    assert client.post(f"/assignments/{request}", data=told).status_code == 303
    after = client.get(f"/assignments/{request}").text
    assert "Khang" not in after and "Ngủ không yên" not in after and "Hết tư vấn viên nữ" in after
    assert "Khang" not in client.get("/assignments").text
    assert waits(house) == [number] and not waits(house, ELSEWHERE)
    shown = house.client(OFFICER).get(f"/cases/{number}/services/asked").text
    assert "Cần tìm nơi khác" in shown
    (mark,) = re.findall(r"/services/answers/([0-9a-f-]{36})/seen", shown)
    assert house.client(OFFICER).post(f"/cases/{number}/services/answers/{mark}/seen").status_code == 303
    assert not waits(house)


def test_silence_of_days_comes_to_the_worklist(house: HouseUnderTest, shared: tuple[str, UUID, UUID]) -> None:
    number, _provider, request = shared
    house.clock.move(timedelta(days=2))
    assert not unanswered(house)
    house.clock.move(timedelta(days=1))
    assert unanswered(house) == [number] and not unanswered(house, ELSEWHERE)
    page = Page(house.client(OFFICER).get("/").text).sound()
    assert f'href="/cases/{number}/services/asked"' in page.text and "Đang chờ nơi khác" in page.text
    answered(house, request, State.ACCEPTED, Said())
    assert not unanswered(house) and waits(house) == [number]


def test_what_is_withdrawn_is_shown_no_more(house: HouseUnderTest, shared: tuple[str, UUID, UUID]) -> None:
    number, _provider, request = shared
    officer, address = house.client(OFFICER), f"/cases/{number}/services/asked/{request}/withdrawal"
    assert officer.post(address, data={}).status_code == 409
    assert officer.post(address, data={"withdraw_reason": "Gia đình đã có nơi khác"}).status_code == 303
    shown = house.client(PROVIDER).get(f"/assignments/{request}").text
    assert "Khang" not in shown and "Gia đình đã có nơi khác" in shown
    with pytest.raises(RuleBroken):
        answered(house, request, State.ACCEPTED, Said())


def test_whoever_left_a_provider_sees_nothing(house: HouseUnderTest, shared: tuple[str, UUID, UUID]) -> None:
    _number, provider, request = shared
    client = house.client(OFFICER)
    with house.maintenance(writing=False) as desk:
        (person,) = directory.members(desk, directory.provider(desk, provider))
    assert client.post(f"/providers/{provider}/members/{person.id}/end").status_code == 303
    gone = house.client(PROVIDER)
    assert gone.get(f"/assignments/{request}").status_code == 404
    assert gone.post(f"/assignments/{request}", data={"answer": "accepted"}).status_code == 404


def test_the_officer_asks_on_pages_and_sees_first_what_is_passed_on(house: HouseUnderTest) -> None:
    number, provider = a_case_carried_out(house), a_provider(house)
    client, address = house.client(OFFICER), f"/cases/{number}/services/{service(house, number)}/ask"
    form = Page(client.get(address).text).sound()
    assert form.values["what"] == ["Tham vấn cho trẻ, 2 tuần một lần"] and "provider" not in form.values
    assert "pass_name" not in form.values, "a name is passed on only on purpose"
    bare = client.post(address, data=form.filled(do="look"))
    assert bare.status_code == 409 and "Chọn một nơi cung cấp" in bare.text
    told = form.filled(do="look", provider=str(provider), needs="Sợ tiếng động mạnh", pass_name="y")
    look = Page(client.post(address, data=told).text).sound()
    assert "Khang, 9 tuổi" in look.text and "Sợ tiếng động mạnh" in look.text
    assert "không gọi ai trong gia đình" in look.text
    back = Page(client.post(address, data=look.filled(do="back")).text).sound()
    assert back.values["needs"] == ["Sợ tiếng động mạnh"] and back.values["provider"] == [str(provider)]
    for _click in range(2):
        assert client.post(address, data=look.filled(do="ask")).status_code == 303
    with house.maintenance(writing=False) as desk:
        (row,) = desk.all(select(ServiceRequest))
        assert row.asked is not None and row.asked.passed.given_name == "Khang"
    listed = Page(client.get(f"/cases/{number}/services/asked").text).sound()
    assert "Chờ trả lời" in listed.text and CENTRE.name in listed.text
    assert house.client(CHAIR).get(address).status_code == 403
    assert house.client(OFFICER, ELSEWHERE).get(address).status_code == 404
    assert client.get(f"/cases/{number}/services/khongco/ask").status_code == 404


def test_a_provider_that_does_not_fit_wants_a_reason(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    small = a_provider(house, replace(CENTRE, oldest=5))
    with pytest.raises(RuleBroken) as broken:
        asked_of(house, number, small)
    assert {one.code for one in broken.value.findings.to_explain} == {"does-not-fit"}  # type: ignore[union-attr]
    assert asked_of(house, number, small, explanations={"does-not-fit": "Đã hỏi, nơi này đồng ý"})


def test_hotline_111_is_asked_when_nobody_fits(house: HouseUnderTest) -> None:
    number = a_case_carried_out(house)
    request = asked_of(house, number, None)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        told = Said(told_by="Tổng đài viên 111")
        actions.tell(desk, case, request_id=request, answer=State.ACCEPTED, said=told)
        assert queries.request(desk, case, request).state == State.ACCEPTED
    assert steps(house, number).count(Step.PROVIDER_ANSWER) == 1
    a_provider(house)
    with pytest.raises(RuleBroken) as broken:
        asked_of(house, number, None, service=EMERGENCY)
    assert {one.code for one in broken.value.findings.to_explain} == {"others-fit"}  # type: ignore[union-attr]


def test_an_emergency_service_needs_no_plan_and_a_plan_service_does(house: HouseUnderTest) -> None:
    number, provider = a_case(house, stage=Stage.STUDYING), a_provider(house)
    with house.desk(OFFICER) as desk:
        case = cases.case(desk, number)
        told = {"asked": ASKED, "channel": Channel.PROVIDER, "provider_id": provider}
        with pytest.raises(RuleBroken):
            actions.ask(desk, case, service="abc123", **told)  # type: ignore[arg-type]
        row = actions.ask(desk, case, service=EMERGENCY, **told)  # type: ignore[arg-type]
        assert row.plan_id is None and row.service_key is None
    fresh = a_case(house, stage=Stage.RECEIVED)
    with pytest.raises(RuleBroken), house.desk(OFFICER) as desk:
        actions.ask(desk, cases.case(desk, fresh), service=EMERGENCY, **told)  # type: ignore[arg-type]


def test_what_an_officer_tells_of_a_provider_names_who_told(
    house: HouseUnderTest, shared: tuple[str, UUID, UUID]
) -> None:
    number, _provider, request = shared
    client, address = house.client(OFFICER), f"/cases/{number}/services/asked/{request}/answer"
    told = {"answer": "accepted", "request": str(request)}
    answer = client.post(address, data=told)
    assert answer.status_code == 409 and "Ghi ai báo câu trả lời này" in answer.text
    Page(answer.text).sound()
    assert client.post(address, data={**told, "told_by": "Bà Giả Định"}).status_code == 303
    assert "Bà Giả Định" in client.get(f"/cases/{number}/services/asked").text


def test_an_answer_after_the_case_was_closed_is_not_lost(
    house: HouseUnderTest, shared: tuple[str, UUID, UUID]
) -> None:
    number, _provider, request = shared
    with house.maintenance() as desk:
        case = cases.case(desk, number)
        spine.advance(desk, case, Step.PROPOSE_CLOSURE)
        spine.advance(desk, case, Step.CLOSE)
    answered(house, request, State.ACCEPTED, Said())
    done = answered(house, request, State.DONE, DONE)
    with house.desk(OFFICER) as desk:
        actions.see(desk, cases.case(desk, number), answer_id=done)
    assert steps(house, number).count(Step.PROVIDER_ANSWER) == 1


def test_no_word_of_it_stands_in_the_trail(house: HouseUnderTest, shared: tuple[str, UUID, UUID]) -> None:
    _number, _provider, request = shared
    answered(house, request, State.REFUSED, Said(reason="Hết tư vấn viên nữ"))
    house.client(PROVIDER).get(f"/assignments/{request}")
    with house.maintenance(writing=False) as desk:
        rows = desk.all(select(AuditEntry))
        bodies = " ".join(json.dumps(json.loads(row.body), ensure_ascii=False) for row in rows)
        (answer,) = desk.all(select(ServiceAnswer))
    assert "assignment opened" in bodies and "service answered" in bodies
    for word in ("Khang", "Ngủ không yên", "tư vấn viên", "0205 222"):
        assert word not in bodies
    assert b"Khang" not in (answer._said or b"")


def test_once_another_commune_answers_for_the_case_what_was_asked_is_its_own(
    house: HouseUnderTest, shared: tuple[str, UUID, UUID]
) -> None:
    number, _provider, request = shared
    told = answered(house, request, State.ACCEPTED, Said())
    answer(house, handovers.accept, sent(house, number), at=THAT_KHE)
    for what in (
        lambda desk, case: actions.withdraw(desk, case, request_id=request, reason="Đã có nơi khác"),
        lambda desk, case: actions.tell(
            desk, case, request_id=request, answer=State.BEGUN, said=Said(on=DAY, told_by="Trung tâm")
        ),
        lambda desk, case: actions.see(desk, case, answer_id=told),
    ):
        with house.desk(OFFICER) as desk, pytest.raises(RuleBroken) as broken:
            what(desk, cases.case(desk, number))
        assert {finding.code for finding in broken.value.findings.blocking} == {"not-responsible"}
    with house.desk(OFFICER, THAT_KHE) as desk:
        case = cases.case(desk, number)
        actions.see(desk, case, answer_id=told)
        actions.withdraw(desk, case, request_id=request, reason="Trẻ đã chuyển xã")
