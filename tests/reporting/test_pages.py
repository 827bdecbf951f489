"""The pages: what a person is led to, what is refused, plans of due days, files, reminders, commands."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime

from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.indicators import queries as indicators
from casemgr.indicators.outputs.formats import FORMATS
from casemgr.notices import actions as notices
from casemgr.notices import queries as notice_queries
from casemgr.notices.models import Notice
from casemgr.notices.terms import About
from casemgr.reporting import frozen as keeping
from casemgr.reporting import queries
from tests.reporting import chain
from tests.support.factories import a_case
from tests.support.house import LANG_SON, NA_SAM, HouseUnderTest

RETURN = f"/reporting/half/{chain.HALF}/{NA_SAM}"
PROVINCE = f"/reporting/half/{chain.HALF}/{LANG_SON}"
SIGNING_DAY = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)


def test_a_zero_is_not_signed_by_accident(swept: HouseUnderTest) -> None:
    house = swept
    client = house.client(Role.COMMUNE_OFFICER)
    seen = client.get(f"{RETURN}/sign").get_data(as_text=True).split('name="seen" value="')[1].split('"')[0]
    refused = client.post(f"{RETURN}/sign", data={"seen": seen})
    assert refused.status_code == 409 and "không phát sinh" in refused.get_data(as_text=True)
    assert client.post(f"{RETURN}/sign", data={"seen": seen, "nil": "y"}).status_code == 303
    assert "Đã kiểm, chờ duyệt" in client.get(RETURN).get_data(as_text=True)


def test_numbers_that_changed_meanwhile_are_shown_anew(swept: HouseUnderTest) -> None:
    house = swept
    client = house.client(Role.COMMUNE_OFFICER)
    client.get(f"{RETURN}/sign")
    a_case(house)
    answer = client.post(f"{RETURN}/sign", data={"seen": "0" * 64})
    assert answer.status_code == 409 and "Số liệu đã đổi" in answer.get_data(as_text=True)
    assert 'name="seen" value="' in answer.get_data(as_text=True)


def test_a_reason_is_kept_when_it_is_too_short(swept: HouseUnderTest) -> None:
    house = swept
    chain.sign(house, nil=True)
    client = house.client(Role.STATISTICIAN)
    answer = client.post(f"{RETURN}/return", data={"reason": "Thiếu"})
    assert answer.status_code == 409 and "Thiếu" in answer.get_data(as_text=True)
    assert client.post(f"{RETURN}/return", data={"reason": "Thiếu vụ việc tháng 11"}).status_code == 303
    assert "Thiếu vụ việc tháng 11" in house.client(Role.COMMUNE_OFFICER).get(RETURN).get_data(as_text=True)


def test_a_number_is_asked_about_and_the_mark_stands_beside_it(house: HouseUnderTest) -> None:
    at = f"B/0101/commune/sex|{NA_SAM}|male"
    client = house.client(Role.STATISTICIAN)
    assert client.post(f"{RETURN}/cell", data={"at": at, "text": " "}).status_code == 422
    assert client.post(f"{RETURN}/cell", data={"at": at, "text": "Vì sao là 0?"}).status_code == 303
    page = house.client(Role.COMMUNE_OFFICER).get(RETURN).get_data(as_text=True)
    assert "? 1" in page and "Còn câu hỏi về số liệu chưa xong: 1" in page
    for wrong in (
        "B/0101/commune/sex|99999|male",
        "B/0101/commune/sex|06124|neither",
        "Z/1|06124|",
        "x" * 300,
    ):
        assert client.get(f"{RETURN}/cell", query_string={"at": wrong}).status_code == 404
    assert client.post(f"{RETURN}/cell", data={"at": "Z/1|06124|", "text": "Sai chỗ"}).status_code == 404


def test_the_cases_of_a_signed_number_are_those_of_then(house: HouseUnderTest) -> None:
    then = a_case(house)
    chain.later(house, hours=1)
    chain.sign(house)
    chain.later(house, hours=1)
    late = a_case(house)
    at = {"at": f"B/0101/commune/age_band:law,sex|{NA_SAM}|*,*"}
    page = house.client(Role.COMMUNE_OFFICER).get(f"{RETURN}/cell", query_string=at).get_data(as_text=True)
    assert then in page and late not in page
    statistician = house.client(Role.STATISTICIAN).get(f"{RETURN}/cell", query_string=at)
    assert statistician.status_code == 200 and then not in statistician.get_data(as_text=True)


def test_what_leaves_says_the_same_in_every_format(swept: HouseUnderTest) -> None:
    house = swept
    a_case(house)
    chain.later(house, hours=1)
    chain.sign(house, LANG_SON)
    client = house.client(Role.STATISTICIAN)
    files = {name: client.get(f"{PROVINCE}/versions/1/files/{name}").data for name in FORMATS}
    told = json.loads(files["json"])
    totals = {
        table["digest"]: row["value"]
        for table in told["tables"]
        for row in table["rows"]
        if row["unit_code"] == LANG_SON and set(row["dims"].values()) <= {"*"}
    }
    lines = csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")))
    keys = {name.partition(":")[0] for table in told["tables"] for name in table["by"]}
    plain = {
        line["digest"]: int(line["value"])
        for line in lines
        if line["unit_code"] == LANG_SON and {line.get(key, "") for key in keys} <= {"", "*"}
    }
    assert totals == plain and 1 in totals.values()
    with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as book:
        sheets = [name for name in book.namelist() if "worksheets/sheet" in name]
        assert len(sheets) == 2 * len(told["tables"])
    assert files["pdf"].startswith(b"%PDF")
    assert client.get(f"{PROVINCE}/versions/1/files/exe").status_code == 404


def test_in_files_of_a_return_communes_lie_in_their_province(swept: HouseUnderTest) -> None:
    """What is kept of a row is its code and name; where it lies must not be lost: DHIS2 would move the commune."""
    a_case(swept)
    chain.later(swept, hours=1)
    chain.sign(swept, LANG_SON)
    client = swept.client(Role.STATISTICIAN)
    of_return = client.get(f"{PROVINCE}/versions/1/files/dhis2-metadata").get_json(force=True)
    asked = {"unit": LANG_SON, "period": chain.HALF, "rows": "units:commune"}
    of_page = client.get("/indicators/B/0101/files/dhis2-metadata", query_string=asked).get_json(force=True)
    lying = [
        {unit["code"]: unit.get("parent") for unit in told["organisationUnits"]}
        for told in (of_return, of_page)
    ]
    here = f"{NA_SAM}@2025"
    assert lying[0][here] == lying[1][here]
    province = next(one for one in of_return["organisationUnits"] if one["code"] == f"{LANG_SON}@2025")
    assert lying[0][here] == {"id": province["id"]}
    with swept.maintenance(writing=False) as desk:
        row = chain.row_of(desk, LANG_SON)
        version = queries.newest(desk, row)
        assert version is not None
        one = queries.wanted(desk, "half", chain.HALF, LANG_SON)
        live = [
            indicators.table(desk, question)
            for question in keeping.questions(one)
            if question.level is not None
        ]
        kept = keeping.tables(desk, queries.kept(version), LANG_SON, chain.HALF)
        assert [table.areas for table in kept if table.level is not table.place.level] == [
            table.areas for table in live
        ]


def test_a_province_sets_the_days_of_its_own_plan(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    said = {
        "document": "63/KH-SYT",
        "document_day": "03/04/2026",
        "since": "01/07/2026",
        "half-commune-1": "11/31",
    }
    wrong = client.post("/reporting/plan", data=said)
    assert wrong.status_code == 422 and "11/31" in wrong.get_data(as_text=True)
    assert client.post("/reporting/plan", data={**said, "half-commune-1": "10/11"}).status_code == 303
    with house.maintenance(writing=False) as desk:
        one = queries.wanted(desk, "half", chain.HALF, NA_SAM)
        assert f"{one.due_on:%d/%m/%Y}" == "09/11/2026" and one.plan is not None
        assert queries.wanted(desk, "half", "2025-H2", NA_SAM).plan is None  # old periods keep theirs
        assert queries.wanted(desk, "half", chain.HALF, "00004").plan is None  # another province
    assert client.get(f"/reporting/half/2026-H1/{NA_SAM}").status_code == 200
    page = client.get("/reporting/plan").get_data(as_text=True)
    assert "63/KH-SYT" in page and 'value="10/11"' in page


def test_what_was_signed_is_no_longer_late_and_what_was_given_back_is(house: HouseUnderTest) -> None:
    a_case(house)
    chain.sign(house)
    chain.later(house, days=300)
    client = house.client(Role.COMMUNE_OFFICER)
    assert "đã ký ngày" in client.get(RETURN).text and "đã quá hạn" not in client.get(RETURN).text
    house.client(Role.STATISTICIAN).post(f"{RETURN}/return", data={"reason": "Thiếu vụ việc tháng 11"})
    assert "đã quá hạn" in client.get(RETURN).text


def test_tables_of_the_country_are_listed_by_its_name(house: HouseUnderTest) -> None:
    chain.sign(house, chain.NATION, nil=True)
    chain.approve(house, chain.NATION)
    chain.publish(house, chain.NATION)
    assert "cuối năm 2026, Cả nước</a>" in house.client(Role.COMMUNE_OFFICER).get("/reporting").text


def test_a_plan_asks_for_months_in_days_after_their_end(swept: HouseUnderTest) -> None:
    house = swept
    client = house.client(Role.STATISTICIAN, LANG_SON)
    said = {
        "document": "12/KH-UBND",
        "document_day": "01/11/2026",
        "since": "01/11/2026",
        "month-province-0": "12",
        "quarter-commune-3": "10/12",
    }
    for wrong in ("mai", "-1", "5.5", "61", "٥", "²", "9" * 5000):
        refused = client.post("/reporting/plan", data={**said, "month-commune-0": wrong})
        assert refused.status_code == 422 and "nhiều nhất là 60" in refused.text
        assert 'value="12"' in refused.text and "10/12" in refused.text, "what was typed is kept"
    with house.maintenance(writing=False) as desk:
        assert not {"2026-10", "2026-Q4"} & {span.code for span in queries.at_work(desk)}
    assert client.post("/reporting/plan", data={**said, "month-commune-0": "5"}).status_code == 303
    page = client.get("/reporting/plan").get_data(as_text=True)
    assert "trong 5 ngày sau kỳ" in page
    assert re.search(r'name="month-commune-0"[^>]*value="5"', page), "the form begins with what holds"
    with house.maintenance(writing=False) as desk:
        one = queries.wanted(desk, "month", "2026-11", NA_SAM)
        assert (one.due_on, one.level) == (date(2026, 12, 5), "commune")
        assert queries.wanted(desk, "month", "2026-11", LANG_SON).due_on == date(2026, 12, 12)
        assert {"2026-11", "2026-Q4"} <= {span.code for span in queries.at_work(desk)}


def test_a_plan_of_a_later_day_is_not_called_in_force(swept: HouseUnderTest) -> None:
    client = swept.client(Role.STATISTICIAN)
    client.post("/reporting/plan/van-lang-2023", data={"since": "01/01/2028"})
    assert "chưa áp dụng" in client.get("/reporting/plan").text


def test_a_plan_that_was_read_is_taken_over(swept: HouseUnderTest) -> None:
    house = swept
    client = house.client(Role.STATISTICIAN)
    assert client.post("/reporting/plan/van-lang-2023", data={"since": ""}).status_code == 422
    assert client.post("/reporting/plan/van-lang-2023", data={"since": "01/01/2027"}).status_code == 303
    with house.maintenance(writing=False) as desk:
        assert f"{queries.wanted(desk, 'half', '2027-H1', NA_SAM).due_on:%d/%m}" == "09/05"
    assert client.get(f"/reporting/half/2027-H2/{NA_SAM}").status_code == 404  # the plan asks for none


def test_who_signs_is_reminded_and_then_the_chair(house: HouseUnderTest) -> None:
    officer, _ = house.hire(Role.COMMUNE_OFFICER)
    chair, _ = house.hire(Role.COMMUNE_CHAIR)
    told = []
    for day in (SIGNING_DAY, datetime(2027, 1, 11, 2, 0, tzinfo=UTC)):
        house.clock.move(day - house.clock.now())
        for _again in range(2):
            with house.maintenance() as desk:
                mark = notices.run(desk).next
                while mark is not None:
                    mark = notices.run(desk, mark).next
        with house.maintenance(writing=False) as desk:
            rows = desk.all(select(Notice).where(Notice.matter == About.RETURN_DUE).order_by(Notice.made_at))
            told.append({row.account_id for row in rows if row.number == f"half {chain.HALF} {NA_SAM}"})
    assert told == [{officer}, {officer, chair}]
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert {(line.about, line.number) for line in notice_queries.lines(desk)} == {
            (About.RETURN_DUE, f"half {chain.HALF} {NA_SAM}"),
            (About.RETURN_DUE, f"year 2026 {NA_SAM}"),
        }
    client = house.client(Role.COMMUNE_OFFICER)
    assert RETURN in client.get("/notices").get_data(as_text=True)
    assert "Báo cáo 6 tháng" in client.get("/").get_data(as_text=True)


def test_who_has_signed_is_left_alone(swept: HouseUnderTest) -> None:
    house = swept
    chain.sign(house, nil=True)
    house.clock.move(SIGNING_DAY - house.clock.now())
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert {line.number for line in notice_queries.lines(desk)} == {f"year 2026 {NA_SAM}"}
        assert [one.schedule.id for one in queries.near(desk)] == ["year"]


def test_units_and_their_state_by_command(swept: HouseUnderTest) -> None:
    house = swept
    chain.sign(house, nil=True)
    run = house.app.test_cli_runner()
    told = json.loads(
        run.invoke(args=["reporting", "status", "--unit", LANG_SON, "--period", chain.HALF, "--json"]).stdout
    )
    assert told["units"]["nil"] == 1 and told["state"] == "draft"
    assert {one["unit"]: one["state"] for one in told["returns"]}[NA_SAM] == "checked"
    assert {
        one["id"] for one in json.loads(run.invoke(args=["reporting", "list", "--json"]).stdout)["schedules"]
    } == {
        "month",
        "quarter",
        "half",
        "year",
    }
    assert run.invoke(args=["reporting", "status", "--unit", "99999", "--period", "2026-H1"]).exit_code == 1


def test_every_page_speaks_english_too(swept: HouseUnderTest) -> None:
    house = swept
    a_case(house)
    chain.later(house, hours=1)
    chain.sign(house, LANG_SON)
    client = house.client(Role.STATISTICIAN)
    client.post("/language/en", data={"next": "/"})
    for below in ("", "/units", "/versions/1", "/changes"):
        page = client.get(PROVINCE + below).get_data(as_text=True)
        assert "Lạng Sơn" in page and "Half-yearly return" in page
