"""The invented province is believable: every role, every stage, every kind of clock, and a true trail of two years."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.access.roles import STAFF
from casemgr.accounts.models import Absence, Account, SignIn
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.terms import Ending, Stage, Step
from casemgr.children.models import Child
from casemgr.circumstances.models import Circumstance
from casemgr.core.words import VIETNAMESE, catalogue
from casemgr.demo import mix
from casemgr.documents.models import Paper
from casemgr.handovers.models import Handover
from casemgr.indicators import projection
from casemgr.intake.models import Report
from casemgr.intake.terms import Decision, Story
from casemgr.intervention.care.models import Placement
from casemgr.intervention.emergency.models import Separation, Withholding
from casemgr.intervention.meeting.models import Meeting
from casemgr.intervention.services.models import ServiceRequest
from casemgr.notices.models import Notice
from casemgr.places import queries as places
from casemgr.places.terms import Level
from casemgr.proceedings.models import CrimeNews, Proceeding
from casemgr.providers.models import Provider
from casemgr.review.models import Review
from casemgr.review.terms import Reached
from casemgr.security.verifying import verify
from tests.demo.conftest import CHEAP, CHILDREN, Demo
from tests.support.house import HouseUnderTest


@pytest.fixture
def desk(demo: Demo) -> Desk:
    with demo.house.maintenance(writing=False) as desk:
        yield desk  # type: ignore[misc]


def stories(desk: Desk) -> list[Story]:
    reports = desk.all(select(Report))
    desk.safe.fetch_keys(report.id for report in reports)
    return [report.known or Story() for report in reports]


def test_there_are_as_many_children_as_were_asked_for(demo: Demo, desk: Desk) -> None:
    assert json.loads(demo.said)["cases"] == CHILDREN
    assert told_of(desk) == CHILDREN


def test_every_room_has_something_to_show(desk: Desk) -> None:
    """Several states of each, so that a newcomer finds something to do everywhere."""
    states = {
        Separation: {"running", "handed_in", "ended", "lifted", "at_court"},
        Placement: {"decided", "given", "ended", "proposed"},
        Handover: {"sent", "accepted", "returned"},
        ServiceRequest: {"asked", "accepted", "done", "refused"},
    }
    for table, wanted in states.items():
        assert wanted <= set(desk.all(select(table.state))), table.__tablename__
    for table in (
        Meeting,
        Withholding,
        Provider,
        Circumstance,
        CrimeNews,
        Proceeding,
        Paper,
        Absence,
        Notice,
    ):
        assert desk.session.scalar(select(func.count()).select_from(table)), table.__tablename__
    assert desk.session.scalar(select(func.count()).select_from(Case).where(Case.rehearsal)) == 1


def told_of(desk: Desk) -> int | None:
    """Children of real reports: those on a register without a case, and of rehearsals, are told of by nobody."""
    children = select(func.count(Case.child_id.distinct())).where(Case.rehearsal.is_(False))
    return desk.session.scalar(children)


def test_cases_stand_at_every_stage(desk: Desk) -> None:
    assert set(desk.all(select(Case.stage))) == {stage.value for stage in Stage}


def test_reports_were_taken_on_turned_away_and_wait(desk: Desk) -> None:
    decisions = set(desk.all(select(Report.decision)))
    assert {Decision.PENDING, Decision.ACCEPTED, Decision.NOT_VERIFIED, Decision.NO_PLAN_NEEDED} <= decisions
    assert {Ending.NOT_VERIFIED, Ending.NO_PLAN_NEEDED} <= set(desk.all(select(Case.ending)))


def test_files_are_written_in_vietnamese(desk: Desk) -> None:
    notes = [row.note for row in desk.all(select(CaseEvent)) if row.note is not None]
    assert not {note.text for note in notes} & set(catalogue(VIETNAMESE))


def test_some_wait_for_a_commune_and_some_only_ask_for_advice(desk: Desk) -> None:
    atlas = places.atlas(desk)
    waiting = desk.all(select(Report.unit_id).where(Report.decision == Decision.PENDING))
    levels = {unit.level for unit in (atlas.unit(number) for number in waiting if number) if unit}
    assert levels == {Level.COMMUNE, Level.PROVINCE}
    assert "consultation" in desk.all(select(Report.kind))


def test_clocks_have_run_out_run_out_soon_and_have_time(demo: Demo, desk: Desk) -> None:
    due = desk.all(
        select(CaseClock.due_at).where(CaseClock.stopped_at.is_(None), CaseClock.due_at.is_not(None))
    )
    overdue = [at for at in due if at < demo.now]
    soon = [at for at in due if demo.now <= at < demo.now + timedelta(hours=4)]
    assert overdue and soon and len(due) > len(overdue) + len(soon)
    assert {clock.clock for clock, _ in cases.overdue(desk)} >= {
        "emergency_12h",
        "plan_5wd",
        "plan_approval_2wd",
    }


def test_there_are_second_rounds_siblings_and_reopened_cases(desk: Desk) -> None:
    assert max(desk.all(select(Case.round))) >= 2
    assert max(Counter(desk.all(select(Case.report_id))).values()) >= 3
    assert {Step.REOPEN, Step.RETURN_PLAN, Step.NUDGE, Step.ROUTE} & set(desk.all(select(CaseEvent.step)))


def test_reviews_say_what_became_of_each_goal(desk: Desk) -> None:
    concluded = desk.all(select(Review).where(Review.state != "draft").order_by(Review.id))
    said = [review.answers.goals for review in concluded if review.answers is not None]
    assert said and all(said)
    assert {reply.outcome for goals in said for reply in goals.values()} == set(Reached)


def test_much_is_unknown_and_reporters_may_be_anonymous(desk: Desk) -> None:
    told = stories(desk)
    children = [child for story in told for child in story.children]
    assert any(child.name is None for child in children) and any(
        child.birth.date is None for child in children
    )
    assert any(not story.suspects for story in told)
    reports = desk.all(select(Report))
    assert any(report.reporter and report.reporter.anonymous for report in reports)
    phones = {report.reporter.phone for report in reports if report.reporter and report.reporter.phone}
    assert phones and all(phone.startswith("0900 000 0") for phone in phones)


def test_most_harm_is_violence_then_sexual_abuse(desk: Desk) -> None:
    harms = Counter(harm for story in stories(desk) for child in story.children for harm in child.harms or ())
    assert harms.most_common(1)[0][0] == "violence"
    assert harms["sexual_abuse"] > harms["trafficking"]


def test_it_is_spread_over_two_years_and_over_the_province(demo: Demo, desk: Desk) -> None:
    received = desk.all(select(Report.received_at))
    assert demo.now - max(received) < timedelta(hours=2)
    assert timedelta(days=200) < demo.now - min(received) <= timedelta(days=mix.MONTHS * 31)
    assert len(set(desk.all(select(Report.unit_id)))) > 8


def test_nothing_has_happened_in_the_future_or_before_it_was_told(demo: Demo, desk: Desk) -> None:
    for event in desk.all(select(CaseEvent)):
        assert event.at <= event.recorded_at <= demo.now
    for case in desk.all(select(Case)):
        assert case.received_at <= case.opened_at <= case.moved_at <= demo.now


def test_facts_and_trail_are_true(demo: Demo) -> None:
    with demo.house.maintenance() as desk:
        assert projection.refresh_all(desk, told=lambda done: None) == 0
        assert not list(verify(desk.trail, desk.session))
        desk.give_up()


def test_what_was_recorded_then_stands_at_its_time(desk: Desk) -> None:
    recorded = desk.all(select(CaseEvent.recorded_at).where(CaseEvent.step == Step.RECEIVE))
    assert len(set(recorded)) > CHILDREN // 2


def test_one_account_for_each_role_can_sign_in(demo: Demo, desk: Desk) -> None:
    answer = json.loads(demo.run.invoke(args=["demo", "accounts", "--json"]).stdout)
    assert [line["role"] for line in answer] == [role.value for role in STAFF]
    assert {line["username"] for line in answer} >= {"officer.na-sam", "chair.na-sam", "supervisor.lang-son"}
    assert answer[0]["unit"] == "06124"
    for line in answer:
        assert set(line) == {"username", "password", "role", "unit"}
        account = desk.one(select(Account).where(Account.username == line["username"]))
        assert CHEAP.check(account.password_hash, line["password"])
        assert not account.must_change and account.demo


def test_scripts_may_ask_for_the_accounts_of_the_whole_country_too(demo: Demo) -> None:
    each = json.loads(demo.run.invoke(args=["demo", "accounts", "--json"]).stdout)
    answer = json.loads(demo.run.invoke(args=["demo", "accounts", "--json", "--country"]).stdout)
    assert answer[: len(each)] == each
    assert [line["unit"] for line in answer[len(each) :]] == ["VN", "VN"]
    assert answer[-1]["username"] == "statistician.vn"


def test_no_password_is_stored_and_the_table_for_people_has_them_all(demo: Demo, desk: Desk) -> None:
    answer = json.loads(demo.run.invoke(args=["demo", "accounts", "--json"]).stdout)
    table = demo.run.invoke(args=["demo", "accounts"]).stdout
    database = b"".join(
        path.read_bytes() for path in demo.house.app.extensions["settings"].data_dir.rglob("*.sqlite3*")
    )
    for line in answer:
        assert line["username"] in table and line["password"] in table
        assert line["password"].encode() not in database


def test_a_changed_password_is_not_printed(demo: Demo) -> None:
    before = json.loads(demo.run.invoke(args=["demo", "accounts", "--json"]).stdout)
    officer = before[0]["username"]
    with demo.house.maintenance() as desk:
        account = desk.one(select(Account).where(Account.username == officer))
        kept, account.password_hash = account.password_hash, CHEAP.hash("another password of their own")
    after = json.loads(demo.run.invoke(args=["demo", "accounts", "--json"]).stdout)
    assert officer not in {line["username"] for line in after}
    assert [line["role"] for line in after] == [line["role"] for line in before]
    with demo.house.maintenance() as desk:
        desk.one(select(Account).where(Account.username == officer)).password_hash = kept


def test_loading_twice_says_so_and_changes_nothing(demo: Demo, desk: Desk) -> None:
    again = demo.run.invoke(args=["demo", "load", "--children", "5"])
    assert again.exit_code == 0 and "already" in again.stdout
    assert told_of(desk) == CHILDREN


def test_a_wrong_province_is_refused_before_anything_is_cleared(demo: Demo, desk: Desk) -> None:
    wrong = demo.run.invoke(args=["demo", "load", "--province", "99", "--again"])
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.strip() == "province: No province has this code today."
    assert told_of(desk) == CHILDREN


def test_it_is_refused_outside_demo_mode(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    class Production:
        demo = False

    monkeypatch.setitem(demo.house.app.extensions, "settings", Production())
    for command in (["demo", "load"], ["demo", "load", "--again"], ["demo", "accounts"]):
        refused = demo.run.invoke(args=command)
        assert refused.exit_code == 1 and "demo mode" in refused.stderr and not refused.stdout


def test_it_builds_and_rebuilds_on_both_engines(house: HouseUnderTest) -> None:
    house.app.extensions["casemgr"].passwords = CHEAP
    runner = house.app.test_cli_runner()
    wrong = runner.invoke(args=["demo", "load", "--province", "99"])
    assert wrong.exit_code == 1 and "province" in wrong.stderr
    first = runner.invoke(args=["demo", "load", "--children", "8", "--json"])
    assert first.exit_code == 0, first.output
    signed_in = json.loads(runner.invoke(args=["demo", "accounts", "--json"]).stdout)
    with house.maintenance(writing=False) as desk:
        numbers = sorted(desk.all(select(Case.number)))
        names = sorted(child.card.name or "" for child in desk.all(select(Child)) if child.card)
    second = runner.invoke(args=["demo", "load", "--children", "8", "--again", "--json"])
    assert second.exit_code == 0, second.output
    assert json.loads(runner.invoke(args=["demo", "accounts", "--json"]).stdout) == signed_in
    with house.maintenance(writing=False) as desk:
        assert sorted(desk.all(select(Case.number))) == numbers
        assert sorted(child.card.name or "" for child in desk.all(select(Child)) if child.card) == names
        assert not desk.all(select(SignIn.id))
        assert not list(verify(desk.trail, desk.session))
