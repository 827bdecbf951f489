"""Pages of papers, as people use them: see what can be made, look first, issue, take, void, search, load a template."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from casemgr.access.roles import STAFF, Role
from casemgr.documents import docx, pdf
from casemgr.documents.catalogue import KINDS, of_cases
from casemgr.documents.models import Paper
from tests.documents.papers import text_of
from tests.handovers import test_actions as handovers
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, THAT_KHE, HouseUnderTest

TYPED = {
    "recipient": "police",
    "name": "Công an xã Na Sầm",
    "purpose": "Xác minh vụ việc",
    "secrecy": "private",
    "scope": "Chỉ nơi nhận",
}


def issued(client: FlaskClient, number: str, form: str = "01", **typed: str) -> str:
    answer = client.post(f"/cases/{number}/papers/{form}", data={**TYPED, **typed})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def test_the_page_of_a_case_shows_every_form_and_what_is_missing(house: HouseUnderTest) -> None:
    number = a_case(house)
    text = house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}/papers").get_data(as_text=True)
    for kind in of_cases():
        assert f'id="{"form" if kind.form == "01" else "waiting"}-{kind.form}"' in text
    assert "Chưa kết luận đánh giá ban đầu" in text and f"/cases/{number}/papers/01" in text
    assert f"/cases/{number}/papers/02" not in text


def test_looking_first_stores_nothing_and_hides_what_is_hidden(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    for text in (
        client.get(f"/cases/{number}/papers/01").get_data(as_text=True),
        client.post(f"/cases/{number}/papers/01/preview", data=TYPED).get_data(as_text=True),
    ):
        assert "Nông Minh Khang" in text and "Tiếp nhận thông tin trẻ em" in text
        assert "Giả Định" not in text and "Bản Tích" not in text
    assert "Công an xã Na Sầm" in text and "lược bỏ" in text
    with house.maintenance(writing=False) as desk:
        assert desk.session.query(Paper).count() == 0


def test_nobody_reads_what_is_hidden_by_looking_first(house: HouseUnderTest) -> None:
    """It is read by a reason and a proof: on its own page, or on the paper that was issued with them."""
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    asked = {**TYPED, "shown": ["reporter", "place"]}
    for recipient in ("police", "own_file"):
        typed = {**asked, "recipient": recipient}
        looked = client.post(f"/cases/{number}/papers/01/preview", data=typed)
        refused = client.post(f"/cases/{number}/papers/01", data=typed)
        assert (looked.status_code, refused.status_code) == (200, 409), "no reason was given"
        for text in (looked.text, refused.text):
            assert "Nông Minh Khang" in text and "chỉ hiện trên giấy đã cấp" in text
            assert "Giả Định" not in text and "Bản Tích" not in text


def test_the_proof_is_asked_for_and_the_paper_is_not_for_everybody(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    said = {"shown": "reporter", "explanation-shown": "Cần hỏi người báo"}
    url = issued(client, number, **said)
    assert "Giả Định" in text_of(client.get(f"{url}/docx").data)
    chair = house.client(Role.COMMUNE_CHAIR)
    assert f"{url}/docx" not in chair.get(url).text
    assert [chair.get(f"{url}/{kind}").status_code for kind in ("docx", "pdf")] == [403, 403]
    house.clock.move(timedelta(minutes=6))
    answers = (
        client.get(f"{url}/docx"),
        client.post(f"/cases/{number}/papers/01", data={**TYPED, **said}),
    )
    assert all("/step-up" in str(answer.location) for answer in answers)
    plain = issued(client, number)
    assert client.get(f"{plain}/docx").status_code == chair.get(f"{plain}/docx").status_code == 200


def test_another_unit_voids_no_paper_of_ours(house: HouseUnderTest) -> None:
    number = a_case(house)
    client, theirs = house.client(Role.COMMUNE_OFFICER), house.client(Role.COMMUNE_OFFICER, THAT_KHE)
    url = issued(client, number)
    handovers.sent(house, number)
    assert "hủy" not in theirs.get(url).text.casefold()
    refused = theirs.post(f"{url}/void", data={"reason": "Sai nơi nhận"})
    assert refused.status_code == 409 and "Đơn vị đó mới hủy được" in refused.text
    assert client.post(f"{url}/void", data={"reason": "Sai nơi nhận"}).status_code == 303


def test_issue_take_and_void(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    url = issued(client, number)
    text = client.get(url).get_data(as_text=True)
    assert "1/BC-UBND" in text and "Công an xã Na Sầm" in text and "SHA-256" in text
    word = client.get(f"{url}/docx")
    assert word.headers["Content-Disposition"] == 'attachment; filename="mau-01-2026-1.docx"'
    assert "no-store" in word.headers["Cache-Control"] and "Nông Minh Khang" in text_of(word.data)
    assert pdf.available(), "install Pango (see .ci/run)"
    printed = client.get(f"{url}/pdf")
    assert printed.data.startswith(b"%PDF-") and printed.data == client.get(f"{url}/pdf").data
    again = client.post(f"{url}/void", data={"reason": ""})
    assert again.status_code == 409 and "Ghi rõ vì sao hủy" in again.get_data(as_text=True)
    assert client.post(f"{url}/void", data={"reason": "Sai nơi nhận"}).status_code == 303
    assert "Sai nơi nhận" in client.get(url).get_data(as_text=True)


def test_what_was_typed_stays_when_something_is_missing(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    answer = client.post(f"/cases/{number}/papers/01", data={**TYPED, "secrecy": ""})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Chọn mức bảo mật" in text and "Xác minh vụ việc" in text
    answer = client.post(f"/cases/{number}/papers/01", data={**TYPED, "recipient": ""})
    assert answer.status_code == 422 and "Chọn nơi nhận" in answer.get_data(as_text=True)
    answer = client.post(f"/cases/{number}/papers/01", data={**TYPED, "shown": "place"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and 'name="explanation-shown"' in text
    assert issued(client, number, shown="place", **{"explanation-shown": "Cần đến nơi"})


def test_a_reissue_from_the_page(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    url = issued(client, number)
    link = re.search(rf'href="(/cases/{number}/papers/01\?[^"]*)"', client.get(url).get_data(as_text=True))
    assert link is not None
    page = client.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
    assert "thay cho số 1/BC-UBND" in page
    new = issued(client, number, replaces=url.rpartition("/")[2])
    assert "1/BC-UBND" in client.get(new).get_data(as_text=True)
    assert "đã được thay" in client.get(url).get_data(as_text=True)
    assert client.get(f"/cases/{number}/papers/01?replaces={uuid4()}").status_code == 404


def test_the_register_is_searched_by_number_day_and_form(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    issued(client, number)
    issued(client, number)
    for query, shown, hidden in (
        ("", ("1/BC-UBND", "2/BC-UBND"), ()),
        ("?running=2", ("2/BC-UBND",), (">1/BC-UBND",)),
        ("?day=2026-11-18&form=01", ("1/BC-UBND",), ()),
        ("?day=2026-11-17", (), ("/BC-UBND<",)),
        ("?form=02", (), ("/BC-UBND<",)),
        ("?running=abc&day=never", ("1/BC-UBND",), ()),
        ("?year=2025", (), ("/BC-UBND<",)),
    ):
        text = client.get(f"/papers{query}").get_data(as_text=True)
        assert all(one in text for one in shown) and not any(one in text for one in hidden), query
        assert "Nông" not in text


def test_others_find_nothing(house: HouseUnderTest) -> None:
    number = a_case(house)
    url = issued(house.client(Role.COMMUNE_OFFICER), number)
    stranger = house.client(Role.COMMUNE_OFFICER, ELSEWHERE)
    for address in (
        url,
        f"{url}/docx",
        f"{url}/pdf",
        f"/cases/{number}/papers",
        f"/cases/{number}/papers/01",
    ):
        assert stranger.get(address).status_code == 404, address
    assert stranger.post(f"{url}/void", data={"reason": "x"}).status_code == 404
    assert house.client(Role.STATISTICIAN).get("/papers").status_code == 403
    assert house.client(Role.COMMUNE_OFFICER).get("/papers/templates").status_code == 403
    assert house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}/papers/09").status_code == 404
    assert house.client(Role.COMMUNE_OFFICER).get("/papers/make/01").status_code == 404


def test_the_quarter_s_list(house: HouseUnderTest) -> None:
    client = house.client(Role.COMMUNE_OFFICER)
    assert "quý 4 năm 2026" in client.get("/papers/make/09").get_data(as_text=True)
    assert "quý 3 năm 2026" in client.get("/papers/make/09?quarter=2026-Q3").get_data(as_text=True)
    assert client.get("/papers/make/09?quarter=1850-Q9").status_code == 404
    answer = client.post("/papers/make/09", data={**TYPED, "recipient": "province", "quarter": "2026-Q3"})
    assert answer.status_code == 303
    assert "1/DS-UBND" in client.get(answer.location).get_data(as_text=True)
    assert client.get("/papers/make/08").status_code == 200
    assert client.post("/papers/make/08", data=TYPED).status_code == 404  # nobody is chosen


def test_a_province_loads_its_template(house: HouseUnderTest) -> None:
    client = house.client(Role.PROVINCE_SUPERVISOR)
    text = client.get("/papers/templates?form=01").get_data(as_text=True)
    assert "child_name" in text and "row.relation" in text
    given = client.get("/papers/templates/shipped/01")
    assert given.data == docx.shipped("01")

    def send(file: bytes, **more: str) -> tuple[int, str]:
        data = {"form": "01", "since": "2026-11-18", "file": (io.BytesIO(file), "mau.docx"), **more}
        answer = client.post("/papers/templates", data=data, content_type="multipart/form-data")
        return answer.status_code, answer.get_data(as_text=True)

    status, text = send(docx.shipped("02"))
    assert status == 422 and "Thiếu các tên trường" in text and "reporter_name" in text
    assert send(b"nothing")[0] == 422 and send(docx.shipped("01"), form="")[0] == 422
    assert send(docx.shipped("01"))[0] == 303
    text = client.get("/papers/templates").get_data(as_text=True)
    end = re.search(r'action="(/papers/templates/[0-9a-f-]+/end)"', text)
    assert end is not None and client.post(end[1]).status_code == 303
    assert end[1] not in client.get("/papers/templates").get_data(as_text=True)


def test_a_machine_without_a_printer_offers_word(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    url = issued(client, number)
    monkeypatch.setattr(pdf, "_printer", lambda: None)
    text = client.get(url).get_data(as_text=True)
    assert "không làm được tệp PDF" in text and f"{url}/pdf" not in text and f"{url}/docx" in text
    assert client.get(f"{url}/pdf").status_code == 503


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_command_issues_and_writes_a_file(house: HouseUnderTest, tmp_path: Path, kind: str) -> None:
    number = a_case(house)
    out = tmp_path / f"a.{kind}"
    runner = house.app.test_cli_runner()
    given = ["documents", "issue", "--case", number, "--form", "01", "--format", kind]
    done = runner.invoke(args=[*given, "--recipient", "Công an xã", "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["number"] == "1/BC-UBND"
    assert out.read_bytes()[:4] == (b"%PDF" if kind == "pdf" else b"PK\x03\x04")
    done = runner.invoke(args=[*given[:-3], "05", "--format", kind, "--recipient", "x", "--out", str(out)])
    assert done.exit_code == 1
    done = runner.invoke(
        args=["documents", "issue", "--case", "x", *given[4:], "--recipient", "x", "--out", str(out)]
    )
    assert done.exit_code == 1


def test_every_form_of_a_case_can_be_looked_at(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_CHAIR)
    for kind in of_cases():
        assert client.get(f"/cases/{number}/papers/{kind.form}").status_code == 200, kind.form
    assert len(KINDS) == 17


def test_junk_shows_the_page_again_and_stores_nothing(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(Role.COMMUNE_OFFICER)
    junk = {**TYPED, "recipient": "the-king", "secrecy": "very", "shown": "everything"}
    assert client.post(f"/cases/{number}/papers/01/preview", data=junk).status_code == 200
    assert client.post(f"/cases/{number}/papers/01", data=junk).status_code == 422
    assert client.post(f"/cases/{number}/papers/01", data={**TYPED, "name": "x" * 5000}).status_code == 422
    assert client.get(f"/cases/{number}/papers/01?about=nobody").status_code == 404
    assert client.get(f"/cases/{number}/papers/99").status_code == 404
    assert client.get("/papers?after=never&running=-4").status_code == 404
    with house.maintenance(writing=False) as desk:
        assert desk.session.query(Paper).count() == 0


@pytest.mark.parametrize("role", STAFF)
def test_no_role_meets_a_fault(swept: HouseUnderTest, role: Role) -> None:
    number = a_case(swept)
    paper = issued(swept.client(Role.COMMUNE_OFFICER), number)
    client = swept.client(role)
    rules = [rule for rule in swept.app.url_map.iter_rules() if rule.endpoint.startswith("documents.")]
    assert len(rules) > 14
    for rule in rules:
        form = "09" if "/papers/make/" in rule.rule else "01"
        address = rule.rule.replace("<number>", number).replace("<form>", form)
        address = address.replace("<uuid:paper_id>", paper.rpartition("/")[2])
        address = address.replace("<any(docx, pdf):format>", "docx").replace(
            "<uuid:template_id>", str(uuid4())
        )
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        assert client.open(address, method=method).status_code < 500, (method, address)


def test_the_list_of_children_in_facilities_says_whom_it_cannot_know(house: HouseUnderTest) -> None:
    client = house.client(Role.COMMUNE_OFFICER)
    assert "người đứng đầu cơ sở lập" in client.get("/papers/make/14").text
    assert "người đứng đầu cơ sở lập" not in client.get("/papers/make/09").text
