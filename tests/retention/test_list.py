"""The list of what is due: proposed at night, asked by one, signed by another, called off, held back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from casemgr.accounts import actions as accounts
from casemgr.accounts.models import Proposal
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, LegalHold
from casemgr.cases.terms import DisposalState, Ending, Stage
from casemgr.core.errors import Destroyed, NotFound, Refused, RuleBroken
from casemgr.files import queries as files
from casemgr.intake.models import Report
from casemgr.proceedings import actions as proceedings
from casemgr.retention import actions, queries, shredding
from casemgr.retention.terms import Standing
from casemgr.security.parts import RecordKey, named
from tests.handovers import test_actions as handovers
from tests.retention.ends import (
    ADMIN,
    CHAIR,
    LATER,
    OFFICER,
    SUPERVISOR,
    at,
    close,
    look,
    propose,
    reports_of,
    run,
    set_periods,
    sign,
)
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, NA_SAM, THAT_KHE, HouseUnderTest


def held(house: HouseUnderTest, number: str) -> None:
    with house.desk(CHAIR) as desk:
        actions.hold(desk, cases.case(desk, number), reason="Đang giải quyết khiếu nại")


def test_only_what_is_closed_long_enough_and_has_a_period(house: HouseUnderTest) -> None:
    old, still_open = a_case(house), a_case(house)
    close(house, old)
    with at(house, LATER):
        assert look(house) == {}, "no period was set"
        set_periods(house)
        assert look(house) == {old: "proposed"}
        assert look(house) == {old: "proposed"}, "looked at twice it stands once"
    assert look(house) == {}, "and it leaves the list when it is not due"
    with house.maintenance(writing=False) as desk:
        found = queries.verdicts(desk, reports_of(house, old, still_open))
        assert {one.standing for one in found.values()} == {Standing.OPEN, Standing.KEPT}


def test_two_persons_and_then_the_night(house: HouseUnderTest) -> None:
    number = a_case(house)
    close(house, number)
    set_periods(house)
    with at(house, LATER):
        look(house)
        asked = propose(house, number)
        with house.desk(CHAIR) as desk, pytest.raises(RuleBroken):
            accounts.sign(desk, desk.get(Proposal, asked))
        with house.desk(OFFICER) as desk, pytest.raises((Refused, NotFound)):
            accounts.sign(desk, desk.get(Proposal, asked))
        assert '"destroyed": 0' in run(house, "retention", "shred", "--json")
        sign(house, asked)
        assert look(house) == {number: "agreed"}
        assert "1 files would go" in run(house, "retention", "shred", "--dry-run")
        with house.desk(SUPERVISOR) as desk:
            (report_id,) = reports_of(house, number)
            actions.call_off(desk, report_id)
        assert look(house) == {number: "proposed"}
        assert '"destroyed": 0' in run(house, "retention", "shred", "--json")
        with house.desk(SUPERVISOR) as desk, pytest.raises(NotFound):
            actions.call_off(desk, report_id)


def test_a_report_of_two_units_takes_those_who_see_all_of_it(house: HouseUnderTest) -> None:
    """The second child's case was handed over to a commune of the same province: the province decides, not one commune."""
    mine, theirs = a_case(house), a_case(house, unit_code=THAT_KHE)
    with house.maintenance() as desk:
        one, other = (desk.one(select(Case).where(Case.number == number)) for number in (mine, theirs))
        other.report_id = one.report_id
    close(house, mine, theirs)
    set_periods(house)
    with at(house, LATER):
        assert look(house) == {mine: "proposed", theirs: "proposed"}
        for number in (mine, theirs):
            with house.desk(CHAIR, NA_SAM if number == mine else THAT_KHE) as desk:
                with pytest.raises(RuleBroken) as refused:
                    actions.ask(desk, reports_of(house, number), reason="Hết thời hạn lưu")
                assert [one.code for one in refused.value.findings] == ["hidden"]
        with house.desk(SUPERVISOR) as desk:
            asked = actions.ask(desk, reports_of(house, mine), reason="Hết thời hạn lưu").id
        with pytest.raises(RuleBroken) as refused, house.desk(CHAIR) as desk:
            accounts.sign(desk, desk.get(Proposal, asked))
        assert [one.code for one in refused.value.findings] == ["changed"]
        with house.desk(SUPERVISOR, person=1) as desk:
            accounts.sign(desk, desk.get(Proposal, asked))
        assert look(house) == {mine: "agreed", theirs: "agreed"}


@pytest.mark.parametrize("role", [OFFICER, ADMIN])
def test_others_do_not_ask(house: HouseUnderTest, role: str) -> None:
    number = a_case(house)
    with house.desk(role) as desk, pytest.raises(Refused):  # type: ignore[arg-type]
        actions.ask(desk, reports_of(house, number), reason="x")


def test_a_hold_keeps_the_file_to_the_last_moment(house: HouseUnderTest) -> None:
    number = a_case(house)
    close(house, number)
    set_periods(house)
    with at(house, LATER):
        look(house)
        sign(house, propose(house, number))
        held(house, number)
        with house.desk(CHAIR) as desk, pytest.raises(RuleBroken):
            actions.hold(desk, cases.case(desk, number), reason="Lần nữa")
        assert '"destroyed": 0' in run(house, "retention", "shred", "--json")
        assert look(house) == {}
        with house.desk(CHAIR) as desk:
            case = cases.case(desk, number)
            assert files.is_held(desk, case), "single files of it are kept as well"
            (shown,) = queries.holds(desk, case)
            assert shown.why == "Đang giải quyết khiếu nại"
            with pytest.raises(RuleBroken):
                actions.lift(desk, queries.hold(desk, case, shown.id), reason="")
            actions.lift(desk, queries.hold(desk, case, shown.id), reason="Đã giải quyết xong")
        assert look(house) == {number: "proposed"}


def test_who_only_reads_the_case_lifts_no_hold_but_their_own(house: HouseUnderTest) -> None:
    """The commune to which the case is offered may say that the file is needed, and not that others need it no more."""
    number = a_case(house)
    held(house, number)
    handovers.sent(house, number)
    page = f"/cases/{number}/hold"
    with house.desk(CHAIR) as desk:
        (shown,) = queries.holds(desk, cases.case(desk, number))
    theirs = house.client(CHAIR, THAT_KHE)
    assert f"{shown.id}/lift" not in theirs.get(page).text
    refused = theirs.post(f"{page}/{shown.id}/lift", data={"reason": "Đã giải quyết xong"})
    assert refused.status_code == 409 and "Đơn vị khác chịu trách nhiệm" in refused.text
    assert theirs.post(page, data={"reason": "Tòa án hỏi hồ sơ"}).status_code == 303
    with house.desk(CHAIR, THAT_KHE) as desk:
        (own,) = (one for one in queries.holds(desk, cases.case(desk, number)) if one.id != shown.id)
    assert theirs.post(f"{page}/{own.id}/lift", data={"reason": "Tòa đã trả"}).status_code == 303
    ours = house.client(CHAIR)
    assert f"{shown.id}/lift" in ours.get(page).text
    assert ours.post(f"{page}/{shown.id}/lift", data={"reason": "Đã giải quyết xong"}).status_code == 303


def test_a_hold_of_a_sibling_keeps_the_whole_report(house: HouseUnderTest) -> None:
    first, second = a_case(house), a_case(house)
    with house.maintenance() as desk:
        one, other = (desk.one(select(Case).where(Case.number == number)) for number in (first, second))
        other.child_id = one.child_id
    close(house, first, second)
    set_periods(house)
    held(house, second)
    with at(house, LATER):
        assert look(house) == {}, "both files are of one child"


def test_a_hold_calls_off_what_was_agreed_also_for_the_child_s_other_file(house: HouseUnderTest) -> None:
    """Lifted before the night, it must be agreed to anew: the two who agreed did not know why it was held."""
    first, second, stranger = a_case(house), a_case(house), a_case(house)
    with house.maintenance() as desk:
        one, other = (desk.one(select(Case).where(Case.number == number)) for number in (first, second))
        other.child_id = one.child_id
    close(house, first, second, stranger)
    set_periods(house)
    with at(house, LATER):
        look(house)
        sign(house, propose(house, first, second, stranger))
        held(house, first)
        with house.desk(CHAIR) as desk:
            case = cases.case(desk, first)
            (shown,) = queries.holds(desk, case)
            actions.lift(desk, queries.hold(desk, case, shown.id), reason="Đã giải quyết xong")
        assert look(house) == {first: "proposed", second: "proposed", stranger: "agreed"}


def test_from_the_point_of_no_return_nothing_stops_it_and_it_is_finished(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when the rows of its index are gone and nothing else: nobody finds, holds or calls off half a file."""
    number = a_case(house)
    close(house, number)
    set_periods(house)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with at(house, LATER):
        look(house)
        sign(house, propose(house, number))
        (report_id,) = reports_of(house, number)
        with house.desk(CHAIR, writing=False) as desk:
            case = cases.case(desk, number)
        with monkeypatch.context() as patched, house.app.app_context():
            patched.setattr("casemgr.retention.shredding.destroy", killed)
            assert house.app.test_cli_runner().invoke(args=["retention", "shred"]).exit_code != 0
        assert look(house) == {number: "going"}
        with house.desk(CHAIR, writing=False) as desk, pytest.raises(Destroyed):
            cases.case(desk, number)
        with house.desk(CHAIR) as desk, pytest.raises(RuleBroken):
            actions.hold(desk, case, reason="Có khiếu nại")
        with house.desk(CHAIR) as desk, pytest.raises(NotFound):
            actions.call_off(desk, report_id)
        assert '"destroyed": 1' in run(house, "retention", "shred", "--json")
        assert look(house) == {number: "destroyed"}
        with house.maintenance(writing=False) as desk:
            assert not desk.all(select(RecordKey.record).where(RecordKey.record == named(report_id)))


def test_a_hold_that_is_being_written_is_waited_for(house: HouseUnderTest) -> None:
    number = a_case(house)
    close(house, number)
    set_periods(house)
    with at(house, LATER):
        look(house)
        sign(house, propose(house, number))
        (report_id,) = reports_of(house, number)

        def begun() -> bool:
            with house.maintenance() as desk:
                return shredding.begin(desk, desk.get(Report, report_id)) is not None

        with ThreadPoolExecutor(1) as night:
            with house.desk(CHAIR) as desk:
                actions.hold(desk, cases.case(desk, number), reason="Có khiếu nại")
                desk.flush()
                going = night.submit(begun)
                with pytest.raises(TimeoutError):
                    going.result(0.5)
            assert not going.result(20)
        assert look(house) == {}


def test_criminal_proceedings_hold_by_themselves(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = a_case(house)
    close(house, number)
    set_periods(house)
    asked: list[str] = []

    def run_(_desk: object, case: Case) -> bool:
        asked.append(case.number)
        return True

    monkeypatch.setattr("casemgr.files.queries.proceedings_run", run_)
    with at(house, LATER):
        assert look(house) == {}
    assert asked == [number]
    assert proceedings


def test_foreign_files_are_not_on_anybody_s_list(house: HouseUnderTest) -> None:
    mine, theirs = a_case(house), a_case(house, unit_code=ELSEWHERE)
    close(house, mine, theirs)
    set_periods(house)
    with at(house, LATER):
        look(house)
        with house.desk(CHAIR) as desk:
            assert [line.numbers for line in queries.lines(desk, DisposalState.PROPOSED)] == [(mine,)]
            with pytest.raises(RuleBroken):
                actions.ask(desk, reports_of(house, theirs), reason="x")
        with house.desk(CHAIR) as desk, pytest.raises(NotFound):
            actions.hold(desk, cases.case(desk, theirs), reason="x")


def test_a_case_that_helped_a_child_is_kept_longer(house: HouseUnderTest) -> None:
    number = a_case(house, stage=Stage.CARRYING_OUT)
    close(house, number, ending=Ending.SAFE_AND_STABLE)
    set_periods(house)
    with at(house, LATER):
        assert look(house) == {}
    with house.maintenance(writing=False) as desk:
        (said,) = queries.verdicts(desk, reports_of(house, number)).values()
        assert said.until is not None
        assert said.until.isoformat() == "2045-03-14"
        assert desk.all(select(LegalHold)) == []


def test_pages(house: HouseUnderTest) -> None:
    number = a_case(house)
    close(house, number)
    admin = house.client(ADMIN)
    page = admin.get("/retention").get_data(as_text=True)
    assert "Đề xuất" in page, "what is only proposed says so"
    told = {"years": "1", "until_age": "", "document": "Danh mục 12/UBND", "document_day": "5/1/2026"}
    wrong = admin.post("/retention/periods/screened_out", data={**told, "document": ""})
    assert wrong.status_code == 409
    assert "screened_out" in wrong.request.path
    assert admin.post("/retention/periods/screened_out", data=told).status_code == 303
    page = admin.get("/retention").get_data(as_text=True)
    assert "Danh mục 12/UBND" in page and "1 năm sau khi kết thúc" in page and "1 tuổi" not in page
    with at(house, LATER):
        look(house)
        chair = house.client(CHAIR)
        assert number in chair.get("/retention").get_data(as_text=True)
        nothing = chair.post("/retention/destruction", data={"reason": "Hết thời hạn lưu hồ sơ"})
        assert (nothing.status_code, "Hết thời hạn lưu hồ sơ" in nothing.get_data(as_text=True)) == (
            409,
            True,
        )
        (report_id,) = reports_of(house, number)
        foreign = chair.post(
            "/retention/destruction", data={"files": "0" * 32, "reason": "Hết thời hạn lưu hồ sơ"}
        )
        assert foreign.status_code == 422
        sent = chair.post(
            "/retention/destruction", data={"files": report_id.hex, "reason": "Hết thời hạn lưu hồ sơ"}
        )
        assert sent.status_code == 303
        assert sent.location.startswith("/second-signature/")
        signing = house.client(SUPERVISOR).get(sent.location).get_data(as_text=True)
        assert '<button class="btn danger">Ký: hủy vĩnh viễn đêm nay</button>' in signing
        assert chair.post(f"/cases/{number}/hold", data={"reason": ""}).status_code == 409
        assert chair.post(f"/cases/{number}/hold", data={"reason": "Khiếu nại"}).status_code == 303
        assert "Khiếu nại" in chair.get(f"/cases/{number}/hold").get_data(as_text=True)
        assert f"/cases/{number}/hold" in chair.get(f"/cases/{number}").get_data(as_text=True)
