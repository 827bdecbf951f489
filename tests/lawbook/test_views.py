"""Pages of the law in a browser without script: reading for everybody, changing with a preview for administrators."""

import io
import json
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser

import pytest
from sqlalchemy import func, select

from casemgr.access.roles import STAFF, Role
from casemgr.law.deadlines import Unit, shipped
from casemgr.legislation.models import LawChange
from tests.indicators.test_loading import renumbered
from tests.legislation.additions import FILE, a_law, a_limit, added
from tests.support.factories import KHANG, a_case
from tests.support.house import HouseUnderTest

LIMIT = {
    "document": "12/QĐ-UBND",
    "document_day-day": "1",
    "document_day-month": "11",
    "document_day-year": "2026",
    "basis": "Rút ngắn thời hạn (giả định)",
    "unit_code": "06124",
    "deadline": "emergency_12h",
    "value": "8",
    "unit": "hours",
    "since-day": "1",
    "since-month": "11",
    "since-year": "2026",
}


class Hidden(HTMLParser):
    """The hidden fields of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden":
            self.fields.append((told["name"] or "", told["value"] or ""))


def hidden(page: str) -> Mapping[str, str]:
    parser = Hidden()
    parser.feed(page[page.index('name="seen"') - 20000 if page.index('name="seen"') > 20000 else 0 :])
    return dict(parser.fields)


def kept(house: HouseUnderTest) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(LawChange)) or 0


@pytest.mark.parametrize("role", STAFF)
def test_everybody_reads_the_law(swept: HouseUnderTest, role: Role) -> None:
    client = swept.client(role)
    for address in ("/law", "/law/forms", "/law/lists", "/law/lists?name=harms", "/law/calendar", "/law/log"):
        assert client.get(address).status_code == 200, address
    assert client.get("/law/change").status_code == (200 if role is Role.ADMIN else 403)


def test_all_limits_stand_there_with_how_sure_we_are(swept: HouseUnderTest) -> None:
    page = swept.client(Role.COMMUNE_OFFICER).get("/law").get_data(as_text=True)
    for id, versions in shipped().items():
        assert f'id="{id}"' in page, id
        assert versions[-1].step.vi.replace('"', "&#34;") in page or versions[-1].step.vi in page
    assert "Luật không nói rõ" in page
    forms = swept.client(Role.COMMUNE_OFFICER).get("/law/forms").get_data(as_text=True)
    assert forms.count("Chưa đối chiếu bản chính") >= 10


def test_the_search_finds_without_marks(swept: HouseUnderTest) -> None:
    client = swept.client(Role.COMMUNE_OFFICER)
    found = client.get("/law", query_string={"q": "cach ly"}).get_data(as_text=True)
    assert 'id="separation_max_15d"' in found and 'id="plan_5wd"' not in found
    nothing = client.get("/law", query_string={"q": "zzzz"}).get_data(as_text=True)
    assert 'id="plan_5wd"' not in nothing and client.get("/law?on=gestern").status_code == 200
    assert client.get("/law/lists?name=nothing").status_code == 404


def test_the_culture_day_stands_as_doubtful(swept: HouseUnderTest) -> None:
    page = swept.client(Role.COMMUNE_OFFICER).get("/law/calendar").get_data(as_text=True)
    assert "24/11" in page and "Còn chưa chắc" in page


def test_a_limit_is_previewed_then_made(house: HouseUnderTest) -> None:
    number, admin = a_case(house), house.client(Role.ADMIN)
    page = admin.post(
        "/law/change?kind=limit", data={**LIMIT, "deadline": "plan_5wd", "value": "3", "unit": "working_days"}
    )
    shown = page.get_data(as_text=True)
    assert page.status_code == 200 and number in shown and kept(house) == 0
    assert str(KHANG.name) not in shown
    made = admin.post("/law/change?kind=limit", data=hidden(shown))
    assert made.status_code == 303 and kept(house) == 1
    log = admin.get(made.location).get_data(as_text=True)
    assert "12/QĐ-UBND" in log
    law = house.client(Role.COMMUNE_OFFICER).get("/law").get_data(as_text=True)
    assert "3 ngày làm việc (12/QĐ-UBND, 1/11/2026)" in law


@pytest.mark.parametrize(
    ("changed", "says", "status"),
    [
        ({"value": "14"}, "12 giờ", 409),
        ({"value": "không"}, "value", 422),
        ({"document": ""}, "document", 422),
        ({"document_day-day": "31"}, "document_day", 422),
        ({"unit_code": "khong co"}, "unit_code", 422),
        ({"since-year": "2025"}, "", 409),
        ({"document_day-year": "2027", "since-year": "2027"}, "", 409),
        ({"deadline": "ac_foreigner_residence", "unit": "months", "value": "3"}, "", 409),
    ],
)
def test_what_was_typed_is_kept_and_nothing_stored(
    swept: HouseUnderTest, changed: dict[str, str], says: str, status: int
) -> None:
    answer = swept.client(Role.ADMIN).post("/law/change?kind=limit", data={**LIMIT, **changed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == status and says in page and kept(swept) == 0
    assert "Rút ngắn thời hạn (giả định)" in page


def test_a_file_is_uploaded_previewed_and_taken_up(house: HouseUnderTest) -> None:
    admin = house.client(Role.ADMIN)
    data = json.dumps(a_law("plan_5wd", 3, date(2027, 1, 1)).body, ensure_ascii=False)
    typed = {name: said for name, said in LIMIT.items() if name.startswith(("document", "basis"))}
    page = admin.post(
        "/law/change?kind=law",
        data={**typed, "file": (io.BytesIO(data.encode()), "deadlines.json")},
        content_type="multipart/form-data",
    )
    shown = page.get_data(as_text=True)
    assert page.status_code == 200 and "3 ngày làm việc" in shown and kept(house) == 0
    assert admin.post("/law/change?kind=law", data=hidden(shown)).status_code == 303 and kept(house) == 1
    broken = admin.post("/law/change?kind=law", data={**typed, "data": "{"})
    assert broken.status_code == 422 and kept(house) == 1


@pytest.mark.parametrize("kind", ["limit", "start", "day", "law", "end"])
def test_an_empty_form_says_what_is_missing(swept: HouseUnderTest, kind: str) -> None:
    admin = swept.client(Role.ADMIN)
    assert admin.get(f"/law/change?kind={kind}").status_code == 200
    assert admin.post(f"/law/change?kind={kind}", data={}).status_code == 422
    assert admin.get("/law/change?kind=nothing").status_code == 404


def test_an_administrator_of_a_commune_is_not_offered_the_calendar(swept: HouseUnderTest) -> None:
    page = swept.client(Role.ADMIN, "06124").get("/law/change").get_data(as_text=True)
    assert "kind=limit" in page and "kind=day" not in page


def test_commands_load_and_tell(swept: HouseUnderTest, tmp_path: object) -> None:
    file = f"{tmp_path}/law.json"
    with open(file, "w", encoding="utf-8") as out:
        json.dump(a_law("plan_5wd", 3, date(2027, 1, 1)).body, out)
    run = swept.app.test_cli_runner().invoke
    dry = run(args=["law", "load", file, "--document", "1/NĐ-CP", "--day", "2026-11-01", "--dry-run"])
    assert dry.exit_code == 0 and "+ 3 working days" in dry.output and kept(swept) == 0
    done = run(args=["law", "load", file, "--document", "1/NĐ-CP", "--day", "2026-11-01", "--json"])
    assert json.loads(done.output)["stored"] is True and kept(swept) == 1
    told = run(args=["law", "show", "plan_5wd", "--on", "2027-01-01", "--json"])
    assert json.loads(told.output)["value"] == 3
    assert run(args=["law", "show", "no_such"]).exit_code == 1
    assert json.loads(run(args=["law", "recount", "--json"]).output) == {"clocks": 0}
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"about": FILE["about"], "deadlines": [{"id": "x"}]}, out)
    assert run(args=["law", "load", file, "--document", "1", "--day", "2026-11-01"]).exit_code == 1


def test_a_local_limit_that_nothing_reckons_with_says_so(house: HouseUnderTest) -> None:
    added(house, a_limit(house, "emergency_12h", 2, Unit.HOURS))
    client, says = house.client(Role.COMMUNE_OFFICER), "chỉ để xem; hệ thống vẫn tính ngày theo luật"
    assert says not in client.get("/law?on=2026-12-01").text
    added(house, a_limit(house, "ac_report_6m", 4, Unit.MONTHS))
    assert client.get("/law?on=2026-12-01").text.count(says) == 1
    assert "thì chỉ để xem" in house.client(Role.ADMIN).get("/law/change?kind=limit").text


def test_nothing_unverified_looks_official_where_it_is_read(house: HouseUnderTest) -> None:
    number = a_case(house)
    client, mark = house.client(Role.COMMUNE_OFFICER), "(chưa đối chiếu bản chính)"
    assert mark not in client.get(f"/cases/{number}").text
    unread = a_law("emergency_12h", 6, date(2026, 11, 18))
    for row in unread.body["deadlines"]:
        row["status"] = "provisional"
    added(house, unread)
    assert mark in client.get(f"/cases/{number}").text, "a clock says that its article was not compared"


def test_a_catalogue_is_looked_at_entry_by_entry_before_it_is_loaded(house: HouseUnderTest) -> None:
    client = house.client(Role.ADMIN)
    assert "entries" in client.get("/law/change").text
    page = client.get("/law/change?kind=entries").text
    assert "/indicators/catalogue.json" in page and 'enctype="multipart/form-data"' in page
    document = {name: said for name, said in LIMIT.items() if name.startswith(("document", "basis"))}
    wrong = json.dumps({"entries": [renumbered(valid_from="soon")]}).encode()
    answer = client.post(
        "/law/change?kind=entries",
        data={**document, "file": (io.BytesIO(wrong), "a.json")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422 and "Mục 1 (B 0102), valid_from" in answer.text and kept(house) == 0
    good = json.dumps({"entries": [renumbered()]}).encode()
    answer = client.post(
        "/law/change?kind=entries",
        data={**document, "file": (io.BytesIO(good), "a.json")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200 and "B 0102" in answer.text and "01-c1-p" in answer.text
    assert "đồng hồ" not in answer.text.casefold() and kept(house) == 0
    sent = {**hidden(answer.text), **document}
    assert client.post("/law/change?kind=entries", data=sent).status_code == 303
    assert kept(house) == 1
    assert "13/2026" in client.get("/law/log").text or "12/QĐ-UBND" in client.get("/law/log").text
    listed = house.client(Role.STATISTICIAN).get("/indicators/B/0102/definition").text
    assert "B 0102" in listed and "B 01-c1-p" in listed
    province = house.client(Role.ADMIN, "06124")
    assert "kind=entries" not in province.get("/law/change").text
