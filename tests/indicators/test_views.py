"""Pages of numbers: who may see which, what they show, and that opening a number reveals no more than the viewer may see."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.children.terms import Sex
from casemgr.indicators import queries
from casemgr.security.audit import AuditEntry
from tests.exchange.machine import hmac_machine
from tests.support import factories
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

B0101 = "/indicators/B/0101"


def figures(text: str) -> dict[str, list[str]]:
    """The figures of the page's table by the label of their row."""
    table = text[text.index("<table") : text.index("</table>")]
    rows = re.findall(r'<tr[^>]*><th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
    cells = re.compile(r'<td class="n[^"]*">(.*?)</td>', re.S)
    return {
        label: [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells.findall(rest)] for label, rest in rows
    }


def opened(house: HouseUnderTest, action: str) -> list[str | None]:
    with house.maintenance(writing=False) as desk:
        return list(
            desk.all(select(AuditEntry.object).where(AuditEntry.action == action).order_by(AuditEntry.seq))
        )


@pytest.fixture
def two_communes(house: HouseUnderTest) -> HouseUnderTest:
    girl = factories.a_story(
        children=(replace(factories.KHANG, sex=Sex.FEMALE, harms=("sexual_abuse", "violence")),)
    )
    factories.a_case(house)
    factories.a_case(house, unit_code=THAT_KHE, story=girl)
    factories.a_report(house)
    return house


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.COMMUNE_OFFICER, 200),
        (Role.COMMUNE_CHAIR, 200),
        (Role.PROVINCE_SUPERVISOR, 200),
        (Role.STATISTICIAN, 200),
        (Role.SOCIAL_WORKER, 403),
        (Role.HOTLINE_OPERATOR, 403),
        (Role.SERVICE_PROVIDER, 403),
        (Role.INSPECTOR, 403),
        (Role.ADMIN, 403),
    ],
)
def test_who_may_see_numbers(house: HouseUnderTest, role: Role, status: int) -> None:
    client = house.client(role)
    for address in ("/indicators", B0101, f"{B0101}/files/csv"):
        assert client.get(address).status_code == status, address


def test_everybody_counts_in_the_own_area_only(house: HouseUnderTest) -> None:
    officer, statistician = house.client(Role.COMMUNE_OFFICER), house.client(Role.STATISTICIAN)
    for client, own, foreign in (
        (officer, NA_SAM, THAT_KHE),
        (officer, NA_SAM, LANG_SON),
        (statistician, THAT_KHE, "04"),
    ):
        assert client.get(f"{B0101}?unit={own}").status_code == 200
        for unit in (foreign, "VN", f"{foreign}-unassigned"):
            assert client.get(f"{B0101}?unit={unit}").status_code in (403, 422)
    whole = house.client(Role.STATISTICIAN, person=1)
    assert whole.get(f"{B0101}?unit=20-unassigned").status_code == 200
    assert whole.get(f"{B0101}?unit=99999").status_code == 422
    assert whole.get(f"{B0101}?period=yesterday").status_code == 422
    for address in ("/indicators/B/9999", "/indicators/B/9999?period=yesterday"):
        assert whole.get(address).status_code == 404


def test_the_table_shows_the_numbers_and_adds_up(two_communes: HouseUnderTest) -> None:
    text = (
        two_communes.client(Role.PROVINCE_SUPERVISOR).get(f"{B0101}?rows=age_band:procuracy&columns=sex").text
    )
    rows = figures(text)
    assert rows["6 đến dưới 10"] == [
        "1",
        "1",
        "0",
        "2",
        "1",
    ]  # boys, girls, not classified, total, awaiting a decision
    assert rows["Tổng số"] == ["1", "1", "0", "2", "1"]
    assert rows["Chưa phân loại"] == ["0", "0", "0", "0", "0"]
    assert "cộng dòng và cột đều khớp" in text
    assert "chưa đối chiếu bản chính" in text
    assert "Chờ quyết định" in text
    assert "Nông" not in text


def test_rows_may_be_communes_and_forms_overlap(two_communes: HouseUnderTest) -> None:
    client = two_communes.client(Role.PROVINCE_SUPERVISOR)
    text = client.get(f"{B0101}?rows=units:commune&columns=harm").text
    rows = figures(text)
    assert {label for label in rows if label.startswith(("Xã", "Phường"))} == {"Xã Na Sầm", "Xã Thất Khê"}
    assert rows["Tổng số"][0] == "2"  # violence
    assert rows["Tổng số"][-2:] == ["2", "1"]
    assert "có thể trùng" in text
    assert "Cộng các dòng được 3, nhiều hơn 2 trẻ" in text
    assert figures(client.get(f"{B0101}?rows=harm&columns=none").text)["Tổng số"] == ["2", "1"]


@pytest.mark.parametrize("asked", ["rows=decision&columns=none", "rows=sex&columns=decision"])
def test_by_decision_the_total_holds_accepted_reports_and_nobody_is_said_to_overlap(
    two_communes: HouseUnderTest, asked: str
) -> None:
    client = two_communes.client(Role.PROVINCE_SUPERVISOR)
    text = client.get(f"{B0101}?{asked}").text
    table = text[text.index("<table") : text.index("</table>")]
    assert figures(text)["Tổng số"][-1] == "2" and "chỉ gồm tin báo được tiếp nhận xử lý" in table
    assert "có thể trùng" not in table and "khớp" not in table
    assert "Một em có thể ở nhiều dòng" not in text


def test_a_number_leads_to_its_cell_and_the_cell_to_its_cases(two_communes: HouseUnderTest) -> None:
    client = two_communes.client(Role.COMMUNE_OFFICER)
    text = client.get(B0101).text
    links = set(re.findall(r'<td class="n"><a href="([^"]+)#cell">1</a>', text))
    (link,) = (one for one in links if "row=0-15" in one and "column=male" in one)
    text = client.get(B0101 + link.replace("&amp;", "&")).text
    assert "Ô đang chọn: 1 trẻ em" in text
    (behind,) = re.findall(r'href="(/indicators/B/0101/cases[^"]+)"', text)
    text = client.get(behind.replace("&amp;", "&")).text
    (number,) = re.findall(r'href="/cases/([^"]+)"', text)
    assert number.startswith(f"{NA_SAM}-2026-00001-")
    assert "Con số là 1. Hồ sơ anh/chị được xem: 1" in text
    assert len(opened(two_communes, "cell opened")) == 1


def test_the_list_holds_only_what_the_viewer_may_see(two_communes: HouseUnderTest) -> None:
    address = f"{B0101}/cases?unit=20&period=2026&where=harm=violence"
    supervisor = two_communes.client(Role.PROVINCE_SUPERVISOR).get(address)
    assert "Con số là 2. Hồ sơ anh/chị được xem: 2" in supervisor.text
    assert two_communes.client(Role.STATISTICIAN).get(address).status_code == 403
    assert two_communes.client(Role.COMMUNE_OFFICER).get(address).status_code == 403
    text = two_communes.client(Role.STATISTICIAN).get(f"{B0101}?row=*&column=*").text
    assert "Ô đang chọn: 2" in text
    assert "/cases?" not in text
    own = two_communes.client(Role.COMMUNE_OFFICER).get(address.replace("unit=20", f"unit={NA_SAM}"))
    assert "Con số là 1. Hồ sơ anh/chị được xem: 1" in own.text


def test_files_hold_the_same_numbers(two_communes: HouseUnderTest) -> None:
    client = two_communes.client(Role.STATISTICIAN)
    answer = client.get(f"{B0101}/files/csv?rows=units:commune&columns=sex&period=2026")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {(row["unit_code"], row["sex"]): row["value"] for row in rows}[NA_SAM, "male"] == "1"
    answer = client.get(f"{B0101}/files/xlsx?rows=sex&columns=none&period=2026")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    numbers, about = book.worksheets
    assert [cell.value for cell in numbers[1]] == ["unit_code", "unit_name", "sex", "value"]
    assert [cell.value for cell in numbers[2]] == ["20", "Tỉnh Lạng Sơn", "male", 1]
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert said["Ngày tính"] == "ngày tiếp nhận tin"
    assert said["Căn cứ"].startswith("Thông tư 13/2021")
    assert len(opened(two_communes, "table exported")) == 2


def test_a_past_day_is_shown_as_it_was(two_communes: HouseUnderTest) -> None:
    two_communes.clock.move(timedelta(days=2))
    factories.a_case(two_communes)
    client = two_communes.client(Role.PROVINCE_SUPERVISOR)
    assert figures(client.get(f"{B0101}?as_of=2026-11-18").text)["Tổng số"][-2:] == ["2", "1"]
    assert figures(client.get(B0101).text)["Tổng số"][-2:] == ["3", "1"]
    assert "24:00 ngày 18/11/2026" in client.get(f"{B0101}?as_of=2026-11-18").text


def test_a_commune_of_today_is_shown_within_its_borders_also_for_old_periods(house: HouseUnderTest) -> None:
    client = house.client(Role.COMMUNE_OFFICER)
    text = client.get(f"{B0101}?period=2025-Q1").text
    assert "theo ngày 18/11/2026" in text
    assert "chưa có dữ liệu" in text
    assert "không có trẻ nào bị xâm hại được ghi nhận" not in text
    assert "không có trẻ nào bị xâm hại được ghi nhận" in client.get(B0101).text
    province = house.client(Role.STATISTICIAN).get(f"{B0101}?period=2025-Q1&borders=old").text
    assert "theo ngày 31/03/2025" in province


def test_the_series_tells_where_borders_changed(two_communes: HouseUnderTest) -> None:
    text = two_communes.client(Role.STATISTICIAN).get(f"{B0101}?period=2026-Q4").text
    chart = text[text.index('<svg class="columns') :]
    chart = chart[: chart.index("</svg>")]
    assert re.findall(r">([IV]+/\d\d)<", chart) == [
        "I/25",
        "II/25",
        "III/25",
        "IV/25",
        "I/26",
        "II/26",
        "III/26",
        "IV/26",
    ]
    assert "từ 1/7/2025: địa giới mới" in chart
    numbers = re.findall(
        r'<text class="[^"]*" x="[^"]+" y="[^"]+" text-anchor="middle">([0-9–]+)</text>', chart
    )
    assert numbers == ["–"] * 7 + ["2"]
    assert "Quý III năm 2026: chưa có dữ liệu; Quý IV năm 2026: 2" in chart


def test_english_is_complete(two_communes: HouseUnderTest) -> None:
    client: FlaskClient = two_communes.client(Role.PROVINCE_SUPERVISOR)
    client.set_cookie("lang", "en")
    for address in ("/indicators", f"{B0101}?row=*&column=*", f"{B0101}/cases?unit=20&period=2026&where="):
        text = client.get(address).text
        body = text[text.index("<main") : text.index("</main>")]
        for vietnamese in ("Tổng số", "Chưa", "Dòng", "trẻ em", "Số liệu"):
            assert vietnamese not in body.replace("Số trẻ em", ""), (address, vietnamese)


def test_numbers_of_a_page_are_those_of_the_table(two_communes: HouseUnderTest) -> None:
    for rows in (
        "sex",
        "harm",
        "environment",
        "relation",
        "ethnic_group",
        "month",
        "decision",
        "age_band:year",
    ):
        text = (
            two_communes.client(Role.STATISTICIAN).get(f"{B0101}?rows={rows}&columns=online&period=2026").text
        )
        with two_communes.maintenance(writing=False) as desk:
            asked = queries.question("B", "0101", unit="20", period="2026", by=f"{rows},online")
            table = queries.table(desk, asked)
        shown = figures(text)
        assert len(shown) == len(table.splits[0].members) + 1
        assert shown["Tổng số"][3] == str(table.value())


@pytest.mark.parametrize(
    "day", ["9999-12-31", "0001-01-01", "2026-11-19", "19/11/2026", "31/02/2026", "1899-12-31"]
)
def test_a_day_that_cannot_be_counted_is_refused_at_its_field(house: HouseUnderTest, day: str) -> None:
    client = house.client(Role.STATISTICIAN)
    answer = client.get(B0101, query_string={"as_of": day})
    assert answer.status_code == 422
    field = re.search(r'<div class="field bad"><label for="as_of">.*?</div>', answer.text, re.S)
    assert field and f'value="{day}"' in field[0] and "as_of-error" in field[0]
    assert "đến hôm nay, 18/11/2026" in field[0] or "không phải là một ngày" in field[0]
    assert 'id="table"' not in answer.text
    for file in ("files/csv", "files/xlsx"):
        assert client.get(f"{B0101}/{file}", query_string={"as_of": day}).status_code == 422
    officer = house.client(Role.COMMUNE_OFFICER)
    behind = officer.get(f"{B0101}/cases", query_string={"as_of": day, "where": "sex=male"})
    assert behind.status_code == 422


@pytest.mark.parametrize(
    "period",
    ["0001", "9999", "0001-01-01..9999-12-31", "2026-02-30..2026-03-01", "2026-03-02..2026-03-01", "2026-Q5"],
)
def test_a_period_that_does_not_exist_is_refused_at_its_field(house: HouseUnderTest, period: str) -> None:
    answer = house.client(Role.STATISTICIAN).get(f"{B0101}?period={period}")
    assert answer.status_code == 422
    field = re.search(r'<div class="field bad"><label for="period">.*?</div>', answer.text, re.S)
    assert field and "không phải là một kỳ" in field[0]


@pytest.mark.parametrize("period", ["1900", "1900-01", "2199", "1900-01-01..2199-12-31"])
def test_the_widest_periods_are_answered(house: HouseUnderTest, period: str) -> None:
    province = house.client(Role.STATISTICIAN)
    for more in ("", "&borders=new", "&rows=month&borders=new"):
        answer = province.get(f"{B0101}?period={period}{more}")
        assert answer.status_code in (200, 422), more  # 422: no such unit at that time
    assert answer.status_code == 200


def test_a_day_may_be_written_as_people_write_it(two_communes: HouseUnderTest) -> None:
    two_communes.clock.move(timedelta(days=2))
    factories.a_case(two_communes)
    client = two_communes.client(Role.PROVINCE_SUPERVISOR)
    for told in ("18/11/2026", "2026-11-18"):
        text = client.get(B0101, query_string={"as_of": told}).text
        assert figures(text)["Tổng số"][-2:] == ["2", "1"]
        assert 'type="text" autocomplete="off" id="as_of" name="as_of" value="18/11/2026"' in text
    assert "Ngày/tháng/năm" in text
    assert 'type="date"' not in text


def test_the_page_opens_on_the_ages_of_the_law_by_sex(two_communes: HouseUnderTest) -> None:
    text = two_communes.client(Role.PROVINCE_SUPERVISOR).get(B0101).text
    assert list(figures(text)) == ["Dưới 16 tuổi", "16 tuổi trở lên", "Chưa phân loại", "Tổng số"]
    assert '<option value="age_band:law" selected>' in text
    assert '<option value="sex" selected>' in text
    assert max(map(len, re.findall(r'<option value="age_band:[^>]+>([^<]+)<', text))) <= 22
    assert '<p class="hint phone">Kéo ngang để xem hết bảng.</p>' in text


def test_nothing_unverified_looks_official(two_communes: HouseUnderTest) -> None:
    client = two_communes.client(Role.PROVINCE_SUPERVISOR)
    text = client.get(f"{B0101}?rows=age_band:procuracy").text
    rule = text.index("trong tin báo đã được nhận")
    after = text[rule : text.index("</section>", rule)]
    assert '<span class="tag dashed"><span>quy tắc đếm của hệ thống, chưa đối chiếu bản chính</span>' in after
    concept = text.index("danh dự, nhân phẩm")
    assert "Khái niệm của văn bản" in text[:concept]
    assert "Hệ thống này đếm thế nào" in text[concept:rule]
    assert '<span class="tag dashed"><span>đối chiếu một phần</span>' in text[concept:rule]
    shown = text[text.index("Nhóm tuổi đang xem") :]
    assert "chưa đối chiếu bản chính" in shown[: shown.index("</div>")]
    green = re.findall(r"<dt>([^<]+)</dt><dd><span class=\"tag green\"", text)
    assert green == ["Tên chỉ tiêu"]
    assert text.count('class="tag green"') == 1
    assert (
        client.get(B0101).text.count('class="tag green"') == 1
    )  # the ages of the law are not those of the annex
    index = client.get("/indicators").text
    assert index.count('class="tag green"') == 3  # B 0101 with its name, A 0605
    assert "trong tin báo đã được nhận" not in index


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("period=2026&as_of=9999-12-31", "as_of"),
        ("period=2026&as_of=2026-11-19", "as_of"),
        ("period=2026&as_of=0001-01-01", "as_of"),
        ("period=9999", "period"),
    ],
)
def test_machines_are_told_too(house: HouseUnderTest, asked: str, field: str) -> None:
    reader = hmac_machine(house, "numbers", Role.STATISTICS)
    answer = reader.get(f"/api/v1{B0101}?unit=VN&{asked}")
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def test_a_table_may_count_by_where_the_child_lives(two_communes: HouseUnderTest) -> None:
    client = two_communes.client(Role.PROVINCE_SUPERVISOR)
    by_place = figures(client.get(f"{B0101}?rows=units:commune&columns=none").text)
    assert (by_place["Xã Na Sầm"][0], by_place["Xã Thất Khê"][0]) == ("1", "1")
    text = client.get(f"{B0101}?rows=units:commune&columns=none&place=residence").text
    by_home = figures(text)
    assert by_home["Xã Na Sầm"][0] == "2", "both children live there"
    assert by_home.get("Xã Thất Khê", ["0"])[0] == "0"
    assert '<option value="residence" selected>nơi trẻ cư trú' in text
    assert f"/files/csv?unit={LANG_SON}" in text and "place=residence" in text
    file = client.get(f"{B0101}/files/csv?rows=units:commune&columns=none&place=residence")
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert {row["unit_code"]: row["value"] for row in rows}[NA_SAM] == "2"
    cell = client.get(f"{B0101}/cases?unit={NA_SAM}&period=2026&place=residence")
    assert "Con số là 2" in cell.text
    assert client.get(f"{B0101}?place=responsible").status_code == 422
    assert client.get(f"{B0101}?place=moon").status_code == 422
