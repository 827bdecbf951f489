"""An export from the asking to its end: who may, what is asked, the second person, the file, and that it goes."""

import io
import json
import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msoffcrypto
import openpyxl
import pytest
import pyzipper
from sqlalchemy import func, select, update

from casemgr.access.roles import STAFF, Role
from casemgr.accounts.models import Factor, SignIn
from casemgr.accounts.terms import FactorKind, ProposalState
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children.terms import Birth, Precision
from casemgr.core.errors import NotFound, Refused, RuleBroken
from casemgr.exports import actions, making, queries
from casemgr.exports.columns import COLUMNS
from casemgr.exports.limits import limits
from casemgr.exports.models import Export, ExportPiece
from casemgr.exports.terms import Asking, Selection, Size, State, Which
from casemgr.privacy import actions as privacy
from casemgr.privacy.terms import Given, Method, Side
from casemgr.security.audit import AuditEntry
from casemgr.security.parts import RecordKey
from tests.support.factories import KHANG, a_case, a_report, a_story
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

OFFICER, SUPERVISOR = Role.COMMUNE_OFFICER, Role.PROVINCE_SUPERVISOR
ALL = Selection(Which.ALL)
TYPED = {
    "which": "all",
    "columns": ["number", "name", "condition"],
    "purpose": "đối chiếu quý",
    "recipient": "Sở Y tế",
    "basis": "state_duty",
    "format": "csv",
}


def asking(**changes: Any) -> Asking:
    return replace(Asking("đối chiếu", "Sở Y tế", ("number", "name"), ALL), **changes)


def ask(house: HouseUnderTest, *, person: int = 0, **changes: Any) -> str:
    more = {"basis": "state_duty", "format_": "csv", "outside": False}
    more |= {key: changes.pop(key) for key in list(changes) if key in more}
    with house.desk(OFFICER, person=person) as desk:
        return actions.ask(desk, asking=asking(**changes), **more).number


def made(house: HouseUnderTest, number: str, phrase: str = "ba-be-bi-bo-bu-by", *, person: int = 0) -> None:
    with house.desk(OFFICER, person=person) as desk:
        actions.begin(desk, queries.export(desk, number))
    assert making.make(house.office, house.actor(OFFICER, person=person), number, phrase) is State.READY


def state(house: HouseUnderTest, number: str) -> str:
    with house.maintenance(writing=False) as desk:
        return queries.export(desk, number).state


def second(house: HouseUnderTest, number: str) -> str | None:
    """How far the second person has come."""
    with house.maintenance(writing=False) as desk:
        line = queries.second(desk, queries.export(desk, number))
        return None if line is None else line.state


def codes(caught: pytest.ExceptionInfo[RuleBroken]) -> Sequence[str]:
    return [one.code for one in caught.value.findings.blocking]  # type: ignore[union-attr]


@pytest.fixture
def second_from_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second person has to confirm more than one child."""
    monkeypatch.setattr(actions, "limits", lambda: replace(limits(), second_person_over=1))


def test_from_the_form_to_the_opened_zip(house: HouseUnderTest) -> None:
    hostile = replace(KHANG, name="=cmd|'/C calc'!A0", condition="+84 900")
    a_case(house, story=a_story(children=(hostile,)))
    client = house.client(OFFICER)
    shown = client.get("/exports/new").get_data(as_text=True)
    assert "Nơi ở của trẻ và người báo tin không bao giờ được xuất" in shown
    for key in ("number", "name", "harms"):
        assert f'value="{key}"' in shown
    there = client.post("/exports/new", data=TYPED)
    assert there.status_code == 303
    number = there.location.rsplit("/", 1)[1]
    once = client.post(f"/exports/{number}/make").get_data(as_text=True)
    phrase = re.search(r'id="phrase">([a-z-]+)<', once)[1]  # type: ignore[index]
    again = client.post(f"/exports/{number}/make")
    assert again.status_code == 409 and phrase not in again.get_data(as_text=True), "shown once"
    assert phrase not in client.get(f"/exports/{number}").get_data(as_text=True)
    answer = client.post(f"/exports/{number}/file")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{number}.zip"'
    with pyzipper.AESZipFile(io.BytesIO(answer.data)) as archive:
        archive.setpassword(phrase.encode())
        plain = archive.read(f"{number}.csv").decode("utf-8-sig")
    assert "\"'=cmd|'/C calc'!A0\",\"'+84 900\"" in plain
    for stamp in (number, "Người Thử CO0", "Sở Y tế", "đối chiếu quý"):
        assert stamp in plain
    for hidden in ("bà ngoại", "Bản Tích", "Giả Định", "0900 000 000"):
        assert hidden not in plain, "neither the hidden place nor the reporter"


def test_a_workbook_with_every_column_holds_no_hidden_thing(house: HouseUnderTest) -> None:
    number = a_case(house)
    export = ask(house, columns=tuple(COLUMNS), format_="xlsx")
    made(house, export)
    with house.desk(OFFICER) as desk:
        data = actions.fetch(desk, queries.export(desk, export))
    assert data is not None
    office, opened = msoffcrypto.OfficeFile(io.BytesIO(data)), io.BytesIO()
    office.load_key(password="ba-be-bi-bo-bu-by")
    office.decrypt(opened)
    cells = " ".join(
        str(cell.value) for row in openpyxl.load_workbook(opened).active.iter_rows() for cell in row
    )
    assert number in cells and "Nông Minh Khang" in cells and "14/03/2017" in cells
    for hidden in ("bà ngoại", "Bản Tích", "Giả Định", "0900"):
        assert hidden not in cells


def test_nothing_stored_or_logged_tells_what_the_file_holds(house: HouseUnderTest) -> None:
    a_case(house)
    number = ask(house)
    made(house, number, "ba-be-bi-bo-bu-by")
    with house.maintenance(writing=False) as desk:
        bodies = " ".join(row.body for row in desk.all(select(AuditEntry)))
        pieces = b"".join(row._content or b"" for row in desk.all(select(ExportPiece)))
        raw = [row for row in desk.rows(select(Export._asking)) if row[0]]
    for said in ("ba-be-bi", "Khang", "Sở Y tế", "đối chiếu"):
        assert said not in bodies and said.encode() not in pieces and said.encode() not in raw[0][0]


def test_everything_is_in_the_trail_with_its_count(house: HouseUnderTest) -> None:
    a_case(house)
    number = ask(house)
    made(house, number)
    with house.desk(OFFICER) as desk:
        actions.fetch(desk, queries.export(desk, number))
    with house.maintenance(writing=False) as desk:
        rows = desk.all(select(AuditEntry).where(AuditEntry.object == number).order_by(AuditEntry.seq))
    told = [row.action for row in rows]
    wanted = ["export asked", "export begun", "export made", "list exported", "export fetched"]
    assert [name for name in wanted if name in told] == wanted
    body = next(json.loads(row.body) for row in rows if row.action == "list exported")
    assert body["count"] == 1 and body["parts"] == ["number", "name"]


def test_who_may_export(house: HouseUnderTest) -> None:
    for role in STAFF:
        answer = house.client(role).get("/exports")
        assert answer.status_code == (200 if role in (OFFICER, SUPERVISOR) else 403), role
    with house.desk(Role.COMMUNE_CHAIR) as desk, pytest.raises(Refused):
        actions.ask(desk, asking=asking(), basis="state_duty", format_="csv", outside=False)


def test_only_what_the_actor_s_wall_shows(house: HouseUnderTest) -> None:
    here, near, far = a_case(house), a_case(house, unit_code=THAT_KHE), a_case(house, unit_code=ELSEWHERE)
    for role, unit, wanted in (
        (OFFICER, NA_SAM, {here}),
        (SUPERVISOR, LANG_SON, {here, near}),
        (OFFICER, ELSEWHERE, {far}),
    ):
        with house.desk(role, unit, writing=False) as desk:
            found = list(queries.lines(desk, ALL, tuple(COLUMNS)))
            assert {line.number for line in found} == wanted
            assert queries.size(desk, ALL) == Size(len(wanted), len(wanted))
    with house.desk(OFFICER, writing=False) as desk:
        foreign = Selection(Which.ALL, unit_id=house.unit_id(ELSEWHERE))
        assert queries.size(desk, foreign) == Size(0, 0)


def test_a_colleague_sees_the_asking_and_nobody_but_the_asker_the_file(house: HouseUnderTest) -> None:
    a_case(house)
    number = ask(house)
    made(house, number)
    for role, unit, person in ((OFFICER, NA_SAM, 1), (SUPERVISOR, LANG_SON, 0)):
        with house.desk(role, unit, person=person) as desk:
            export = queries.export(desk, number)
            assert not queries.pieces(desk, export)
            with pytest.raises(NotFound):
                actions.fetch(desk, export)
        assert house.client(role, unit, person=person).post(f"/exports/{number}/file").status_code == 404
    assert house.client(OFFICER, ELSEWHERE).get(f"/exports/{number}").status_code == 404
    assert house.client(OFFICER).get("/exports/XD-FFFFFFFF").status_code == 404


@pytest.mark.parametrize(
    "change, code",
    [
        ({"purpose": ""}, "purpose"),
        ({"recipient": ""}, "recipient"),
        ({"columns": ()}, "columns"),
        ({"columns": ("number", "whereabouts")}, "columns"),
        ({"columns": ("reporter",)}, "columns"),
        ({"basis": None}, "basis"),
        ({"basis": "urgent_protection"}, "urgent"),
        ({"format_": None}, "format"),
        ({"selection": Selection(Which.CLOSED)}, "nothing"),
        ({"selection": Selection(Which.ALL, date(2026, 11, 19), date(2026, 11, 18))}, "days"),
    ],
)
def test_what_stands_against_asking(swept: HouseUnderTest, change: dict[str, Any], code: str) -> None:
    a_case(swept)
    with pytest.raises(RuleBroken) as caught:
        ask(swept, **change)
    assert code in codes(caught)
    with swept.maintenance(writing=False) as desk:
        assert not desk.all(select(Export)), "nothing half stored"


def test_bad_input_names_the_field_and_keeps_what_was_typed(house: HouseUnderTest) -> None:
    a_case(house)
    client = house.client(OFFICER)
    for change, said in (
        ({"since": "31/2/2026"}, "Ghi ngày như"),
        ({"basis": "because"}, 'href="#basis"'),
        ({"columns": ["number", "reporter"]}, 'href="#columns"'),
        ({"unit": "999999"}, 'href="#unit"'),
        ({"purpose": "x" * 501}, 'href="#purpose"'),
        ({"recipient": ""}, "Ghi ai nhận danh sách"),
    ):
        answer = client.post("/exports/new", data={**TYPED, **change})
        text = answer.get_data(as_text=True)
        assert answer.status_code in (409, 422) and said in text, change
        assert "đối chiếu quý" in text or "purpose" in change
    with house.maintenance(writing=False) as desk:
        assert not desk.all(select(Export))


def test_a_person_asks_for_so_many_a_day(house: HouseUnderTest) -> None:
    a_case(house)
    for _ in range(limits().files_per_day):
        ask(house)
    with pytest.raises(RuleBroken) as caught:
        ask(house)
    assert codes(caught) == ["quota"]
    ask(house, person=1)
    house.clock.move(timedelta(days=1))
    ask(house)


def test_a_second_person_confirms_many_children(house: HouseUnderTest, second_from_two: None) -> None:
    a_case(house), a_case(house)
    number = ask(house)
    assert second(house, number) == ProposalState.WAITING
    with house.desk(OFFICER) as desk:
        export = queries.export(desk, number)
        with pytest.raises(RuleBroken) as caught:
            actions.confirm(desk, export)
        assert codes(caught) == ["mine"], "nobody confirms what they asked for"
        with pytest.raises(RuleBroken) as caught:
            actions.begin(desk, export)
        assert "unconfirmed" in codes(caught)
    answer = house.client(OFFICER, person=1).post(f"/exports/{number}/confirm")
    assert answer.status_code == 303 and second(house, number) == ProposalState.DONE
    with house.desk(SUPERVISOR) as desk, pytest.raises(RuleBroken) as caught:
        actions.confirm(desk, queries.export(desk, number))
    assert codes(caught) == ["answered"]
    made(house, number)


def test_many_children_in_several_lists_of_a_day_need_a_second_person_too(
    house: HouseUnderTest, second_from_two: None
) -> None:
    """Nobody takes out a commune in small portions."""
    a_case(house)
    assert second(house, ask(house)) is None
    assert second(house, ask(house)) == ProposalState.WAITING
    assert second(house, ask(house, person=1)) is None
    house.clock.move(timedelta(days=1))
    assert second(house, ask(house)) is None


def test_who_has_no_right_confirms_nothing(house: HouseUnderTest, second_from_two: None) -> None:
    a_case(house), a_case(house)
    number = ask(house)
    for role in (Role.COMMUNE_CHAIR, Role.ADMIN, Role.INSPECTOR, Role.STATISTICIAN):
        assert house.client(role).post(f"/exports/{number}/confirm").status_code == 403
    assert house.client(OFFICER, ELSEWHERE).post(f"/exports/{number}/confirm").status_code == 404
    assert second(house, number) == ProposalState.WAITING


def test_a_confirmation_comes_in_time_and_covers_no_more_children(
    house: HouseUnderTest, second_from_two: None
) -> None:
    a_case(house), a_case(house)
    late, grown = ask(house), ask(house)
    with house.desk(OFFICER, person=1) as desk:
        actions.confirm(desk, queries.export(desk, grown))
    a_case(house)
    with house.desk(OFFICER) as desk, pytest.raises(RuleBroken) as caught:
        actions.begin(desk, queries.export(desk, grown))
    assert codes(caught) == ["grown"]
    house.clock.move(timedelta(hours=limits().hours_to_confirm))
    with house.desk(OFFICER, person=1) as desk, pytest.raises(RuleBroken) as caught:
        actions.confirm(desk, queries.export(desk, late))
    assert codes(caught) == ["expired"]


def test_a_second_person_may_decline_with_a_reason(house: HouseUnderTest, second_from_two: None) -> None:
    a_case(house), a_case(house)
    number = ask(house)
    colleague = house.client(OFFICER, person=1)
    assert colleague.post(f"/exports/{number}/decline", data={"reason": ""}).status_code == 409
    assert colleague.post(f"/exports/{number}/decline", data={"reason": "thừa cột"}).status_code == 303
    assert "thừa cột" in house.client(OFFICER).get(f"/exports/{number}").get_data(as_text=True)
    with house.desk(OFFICER) as desk, pytest.raises(RuleBroken):
        actions.begin(desk, queries.export(desk, number))


def test_the_file_goes_after_its_hours_with_its_key(house: HouseUnderTest) -> None:
    a_case(house)
    read, cleared = ask(house), ask(house)
    made(house, read)
    made(house, cleared)
    with house.maintenance(writing=False) as desk:
        keys = desk.session.scalar(select(func.count()).select_from(RecordKey))
    house.clock.move(timedelta(hours=limits().hours_kept))
    answer = house.client(OFFICER).post(f"/exports/{read}/file")
    assert answer.status_code == 303 and state(house, read) == State.GONE, "removed at reading"
    run = house.app.test_cli_runner().invoke
    assert json.loads(run(args=["exports", "clear", "--json"]).output) == {"removed": [cleared]}
    assert json.loads(run(args=["exports", "clear", "--json"]).output) == {"removed": []}, "may run twice"
    with house.maintenance(writing=False) as desk:
        assert not desk.all(select(ExportPiece))
        assert desk.session.scalar(select(func.count()).select_from(RecordKey)) == keys - 2
        assert len(desk.all(select(Export))) == 2, "that it was taken out stays"
    assert "Tệp đã bị gỡ bỏ" in house.client(OFFICER).get(f"/exports/{read}").get_data(as_text=True)


def test_making_that_fails_keeps_nothing_and_may_be_tried_again(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_case(house)
    number = ask(house)
    with house.desk(OFFICER) as desk:
        actions.begin(desk, queries.export(desk, number))
    with monkeypatch.context() as broken:
        broken.setattr(making.sheets, "encrypted", lambda *_: 1 / 0)
        assert making.make(house.office, house.actor(OFFICER), number, "x") is State.FAILED
    assert state(house, number) == State.FAILED
    made(house, number)


def test_a_long_list_is_made_beside_the_request(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casemgr.exports.views.limits", lambda: replace(limits(), rows_at_once=1))
    begun: list[threading.Thread] = []
    aside = making.make_aside
    monkeypatch.setattr(making, "make_aside", lambda *given: begun.append(aside(*given)))
    a_case(house), a_case(house)
    number = ask(house)
    client = house.client(OFFICER)
    answer = client.post(f"/exports/{number}/make")
    assert answer.status_code == 200 and "Danh sách dài" in answer.get_data(as_text=True)
    begun[0].join(timeout=30)
    assert state(house, number) == State.READY
    assert "Tải tệp về" in client.get(f"/exports/{number}").get_data(as_text=True)


def test_a_file_left_behind_while_being_made_may_be_made_again(house: HouseUnderTest) -> None:
    a_case(house)
    number = ask(house)
    with house.desk(OFFICER) as desk:
        actions.begin(desk, queries.export(desk, number))
    with house.desk(OFFICER) as desk, pytest.raises(RuleBroken):
        actions.begin(desk, queries.export(desk, number))
    house.clock.move(timedelta(minutes=11))
    made(house, number)


def test_a_fresh_proof_is_asked_of_who_has_a_second_one(house: HouseUnderTest) -> None:
    a_case(house)
    number = ask(house)
    client = house.client(OFFICER)
    account, _ = house.hire(OFFICER)
    with house.maintenance() as desk:
        desk.add(
            Factor(
                id=desk.id(),
                account_id=account,
                kind=FactorKind.TOTP,
                secret_sealed=b"x",
                created_at=desk.now,
            )
        )
    for path in (f"/exports/{number}/make", "/exports/new"):
        answer = client.post(path, data=TYPED)
        assert answer.status_code == 303 and answer.location.startswith("/step-up"), path
    with house.maintenance() as desk:
        desk.session.execute(update(SignIn).values(proved_at=desk.now))
    assert client.post(f"/exports/{number}/make").status_code == 200
    assert client.post(f"/exports/{number}/file").status_code == 200
    house.clock.move(timedelta(minutes=6))
    assert client.post(f"/exports/{number}/file").location.startswith("/step-up")


def consent(house: HouseUnderTest, number: str, side: Side, **changes: Any) -> None:
    with house.desk(OFFICER) as desk:
        case = desk.one(select(Case).where(Case.number == number))
        given = Given(
            giver="Người Thử",
            relation="mẹ",
            data_types="họ tên",
            opinion="đồng ý",
            evidence="giấy",
            method=Method.PAPER,
        )
        more = {"purpose": "publication", "at": desk.now, **changes}
        privacy.give_consent(desk, child=children.child(desk, case.child_id), given=given, side=side, **more)


def test_outside_the_case_team_the_needed_consents_are_there_or_nothing_goes(house: HouseUnderTest) -> None:
    nine = a_case(house)
    five = replace(KHANG, name="Nông Thị Bé", birth=Birth(date(2021, 3, 14), Precision.DAY))
    small = a_case(house, story=a_story(children=(five,)))
    for change in ({"outside": True}, {"basis": "consent"}):
        with pytest.raises(RuleBroken) as caught:
            ask(house, **change)
        assert codes(caught) == ["consents"]
        assert {nine, small} <= set(re.findall(r"[\w-]{8,}", str(caught.value.findings.blocking[0])))  # type: ignore[union-attr]
    consent(house, small, Side.REPRESENTATIVE)
    consent(house, nine, Side.REPRESENTATIVE)
    consent(house, nine, Side.CHILD, purpose="research")
    with pytest.raises(RuleBroken):
        ask(house, outside=True)
    consent(house, nine, Side.CHILD)
    number = ask(house, outside=True)
    with house.desk(OFFICER) as desk:
        case = desk.one(select(Case).where(Case.number == nine))
        row = next(
            one
            for one in privacy.queries.consents(desk, children.child(desk, case.child_id))
            if one.purpose == "publication" and one.side == Side.CHILD
        )
        privacy.withdraw_consent(desk, row, reason="trẻ nói với cán bộ")
    with house.desk(OFFICER) as desk, pytest.raises(RuleBroken) as caught:
        actions.begin(desk, queries.export(desk, number))
    assert codes(caught) == ["consents"], "a withdrawal stops what is not done yet"
    ask(house)


def test_two_batches_lose_no_line_and_repeat_none(
    swept: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_BATCH", 2)
    numbers = {a_report(swept) for _ in range(5)}
    with swept.desk(OFFICER, writing=False) as desk:
        lines = [line.number for line in queries.lines(desk, ALL, ("number",))]
    assert len(lines) == len(set(lines)) == len(numbers) == 5
