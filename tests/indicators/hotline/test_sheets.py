"""The thirteen sheets: laid out as described, adding up, opening to their cases, the same on screen, paper and in files."""

import io
import json
import re
from dataclasses import replace

import openpyxl
import pytest
from click.testing import Result

from casemgr.access.roles import Role
from casemgr.children.terms import Birth, Sex
from casemgr.cli.indicators import indicators
from casemgr.core.words import speaking
from casemgr.documents import pdf
from casemgr.indicators.catalogue.hotline import FORMS, UNSORTED
from casemgr.indicators.hotline import layout, letter
from casemgr.indicators.hotline.layout import Asked, Sheet
from casemgr.indicators.terms import State
from casemgr.intake import actions
from casemgr.intake.terms import Kind, Relation, Reporter, Suspect
from tests.indicators.hotline.test_contacts import heard
from tests.support import factories
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

AGES = (0, 3, 9, 10, 15, 16, 17, 18, 20, None)
SHEETS = {form.code: form for form in FORMS}
ASKED = Asked(LANG_SON, "2026-11")


def child(age: int | None, **more: object) -> object:
    birth = Birth(age_estimate=age) if age is not None else Birth()
    return replace(factories.KHANG, birth=birth, **more)  # type: ignore[arg-type]


@pytest.fixture
def month(swept: HouseUnderTest) -> HouseUnderTest:
    """Ten interventions of every age that the old software counted wrong, three consultations, one report of a commune."""
    house = swept
    for place, age in enumerate(AGES):
        person = Suspect(
            ref="s1",
            sex=Sex.MALE if place % 2 else None,
            age=age,
            relations=(Relation("c1", ("father", "stranger", "employer", "unknown")[place % 4]),),
        )
        story = factories.a_story(
            children=(child(age, harms=("violence",) if place % 3 else ("sexual_abuse", "violence")),),
            suspects=(person,),
        )
        where = NA_SAM if place % 2 else THAT_KHE
        heard(house, story=replace(story, incident=replace(story.incident, unit_code=where)))
    for age, problems in ((10, ("friends.conflict", "mental.suicide")), (18, ("mental",)), (None, None)):
        story = factories.a_story(children=(child(age, harms=None),), suspects=(), problems=problems)
        with house.desk(Role.HOTLINE_OPERATOR) as desk:
            actions.receive(
                desk,
                factories.a_telling(
                    house,
                    kind=Kind.CONSULTATION,
                    channel="app",
                    reporter=Reporter(kind="friend", age=age, ethnic_group="kinh"),
                    story=replace(story, incident=replace(story.incident, online=age != 18)),
                ),
            )
    factories.a_report(house)
    return house


def sheet(house: HouseUnderTest, code: str, asked: Asked = ASKED) -> Sheet:
    with house.maintenance(writing=False) as desk, speaking("vi"):
        return layout.sheet(desk, SHEETS[code], asked)


def row(found: Sheet, label: str) -> list[int | float | None]:
    return next([cell.value for cell in line.cells] for line in found.lines if line.labels[0] == label)


def test_ten_forms_are_thirteen_sheets() -> None:
    assert len(FORMS) == 13
    assert [form.form for form in FORMS] == [1, 2, 3, 4, 5, 5, 5, 5, 6, 7, 8, 9, 10]
    for form in FORMS:
        assert form.entry.state is State.PROVISIONAL
        assert "không phải biểu mẫu do văn bản pháp luật ban hành" in str(
            form.entry.note and form.entry.note.vi
        )


DESCRIBED = {  # groups of columns as they were read, each with what has no column of its own at its end
    "01-p": {
        "Độ tuổi": "0-3|4-6|7-9|10|11-12|13-14|15 (15 dưới 16)|16-17 (16 dưới 18)|Từ 18 trở lên|Chưa phân loại",
        "Giới tính": "Nam|Nữ|Không xác định",
        "Dân tộc": "Kinh|Khác|Chưa phân loại",
    },
    "02-p": {"Số lượng": "Số|%"},
    "03-p": {
        "Loại ca": "Khẩn cấp|Không khẩn cấp|Chưa phân loại",
        "Môi trường xâm hại": "Gia đình|Trường học|Cộng đồng|Khác|Chưa phân loại",
    },
    "05-3-p": {
        "Giới tính": "Nam|Nữ|Không xác định",
        "Độ tuổi": "Dưới 16|16 đến dưới 18|Từ 18 trở lên|Chưa phân loại",
    },
    "06-p": {
        "Nguồn thông tin": "Gọi đến tổng đài|Báo chí|Mạng xã hội|Đơn thư|Công văn|Đến trực tiếp|Khác|Chưa phân loại"
    },
    "07-p": {
        "Độ tuổi": "Đến 10|11-14|15 dưới 16|16 dưới 18|Từ 18 trở lên|Chưa phân loại",
        "Giới tính": "Nam|Nữ|Không xác định",
        "Dân tộc": "Kinh|Khác|Chưa phân loại",
    },
}


@pytest.mark.parametrize("code", DESCRIBED)
def test_the_columns_are_those_of_the_description(swept: HouseUnderTest, code: str) -> None:
    found = sheet(swept, code)
    shown = {
        heading.label: "|".join(heading.columns) for heading in found.headings if heading.label != "Tổng số"
    }
    assert shown == DESCRIBED[code]


def test_results_stand_under_their_three_headings(swept: HouseUnderTest) -> None:
    found = sheet(swept, "04-p")
    counted = {heading.label: len(heading.columns) // 2 for heading in found.headings[1:]}
    assert counted == {"Có hỗ trợ": 1 + 7, "Không hỗ trợ": 1 + 3, "Xác minh không có": 1, "Chưa phân loại": 1}


def test_every_row_of_single_columns_adds_up(month: HouseUnderTest) -> None:
    for code in ("01-p", "03-p", "05-1-p", "06-p", "07-p", "10-p"):
        found = sheet(month, code)
        at = 1
        for heading in found.headings[1:]:
            for line in found.lines:
                numbers = [cell.value or 0 for cell in line.cells[at : at + len(heading.columns)]]
                if line.cells[0].value is not None:
                    assert sum(numbers) == line.cells[0].value, (code, line.labels, heading.label)
            at += len(heading.columns)


def test_the_defects_of_the_old_software_are_not_copied(month: HouseUnderTest) -> None:
    found = sheet(month, "01-p")
    labels = [label for heading in found.headings for label in heading.columns]
    told = dict(zip(labels, row(found, "Tổng số"), strict=False))
    assert (told["15 (15 dưới 16)"], told["16-17 (16 dưới 18)"], told["Từ 18 trở lên"]) == (1, 2, 2)
    assert (told["0-3"], told["10"], told["Tất cả"]) == (2, 1, 10)
    nine = row(found, "Tổng số")[1:11]
    assert nine == [2, 0, 1, 1, 0, 0, 1, 2, 2, 1]
    who = sheet(month, "07-p")
    assert row(who, "Bạn bè trẻ")[1:7] == [1, 0, 0, 0, 1, 1]  # ten and eighteen are in a group


def test_unknown_is_no_zero_and_what_cannot_be_told_is_a_dash(month: HouseUnderTest) -> None:
    who = sheet(month, "07-p")
    assert set(row(who, "Báo chí")) == {None}
    assert row(who, "Giáo viên")[0] == 0
    people = sheet(month, "05-1-p")
    assert set(row(people, "Người nước ngoài")) == {None}
    assert row(people, "Khác")[0] == 2  # employers have no row of their own
    content = sheet(month, "08-p")
    assert row(content, "Chưa phân loại")[0] == 1
    assert row(content, "Sức khỏe tâm lý") == [2, 66.7]
    assert row(content, "Tự tử") == [1, 33.3]


def test_children_are_in_groups_and_in_what_these_stand_under(month: HouseUnderTest) -> None:
    found = sheet(month, "01-p")
    assert row(found, "Trẻ em bị bạo lực")[0] == 10
    assert row(found, "Trẻ em bị xâm hại tình dục")[0] == 4
    assert row(found, "14 nhóm trẻ em có hoàn cảnh đặc biệt")[0] == 10
    assert found.total == 10


def test_where_children_are_stands_area_by_area(month: HouseUnderTest) -> None:
    found = sheet(month, "02-p")
    totals = {line.labels[1]: line.cells[0].value for line in found.lines if line.kind == "sum"}
    assert totals == {"Xã Na Sầm": 5, "Xã Thất Khê": 5, "Tất cả": 10}
    whole = sheet(month, "02-p", Asked("VN", "2026-11"))
    assert [line.labels[1] for line in whole.lines if line.kind == "sum"] == ["Tỉnh Lạng Sơn", "Tất cả"]


def test_consultations_are_counted_apart(month: HouseUnderTest) -> None:
    assert sheet(month, "06-p").total == 13
    assert row(sheet(month, "06-p"), "Tư vấn")[0] == 3
    assert sheet(month, "08-p").total == 3
    assert sheet(month, "09-p").total == 2
    assert row(sheet(month, "06-p"), "Tư vấn")[7] == 3  # the app has no column of its own


def test_a_number_opens_to_exactly_its_cases(month: HouseUnderTest) -> None:
    client = month.client(Role.PROVINCE_SUPERVISOR)
    with month.desk(Role.PROVINCE_SUPERVISOR, writing=False) as desk:
        found = layout.sheet(desk, SHEETS["01-p"], ASKED)
    counted = [cell for line in found.lines[9:11] for cell in line.cells if cell.value]
    assert len(counted) > 1
    for cell in counted:
        opened = client.get(cell.address)
        assert opened.status_code == 200
        assert opened.text.count('class="num" href="/cases/') == cell.value


def test_every_sheet_is_on_screen_on_paper_and_in_a_workbook(month: HouseUnderTest) -> None:
    client = month.client(Role.STATISTICIAN)
    query = "?unit=20&period=2026-11"
    for form in FORMS:
        answer = client.get(f"/indicators/H/{form.code}/sheet{query}")
        assert answer.status_code == 200, form.code
        assert form.entry.name_vi in answer.text
    listing = client.get(f"/indicators/H{query}").text
    printed = client.get(f"/indicators/H/print{query}").text
    assert all(form.entry.name_vi in listing and form.entry.name_vi in printed for form in FORMS)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/indicators/H/sheets.xlsx{query}").data))
    assert len(book.sheetnames) == 13
    first = sheet(month, "01-p")
    page = book["H 01"]
    cells = [[cell.value for cell in line] for line in page.iter_rows()]
    assert cells[-2 - len(first.notes)][1 : 1 + len(first.lines[-1].cells)] == row(first, "Tổng số")
    head = {line[0]: line[1] for line in cells[:9]}
    assert (head["Địa bàn"], head["Kỳ"]) == ("20 Tỉnh Lạng Sơn", "Tháng 11 năm 2026")
    assert head["Dấu kiểm"] == first.digest
    assert "không phải biểu mẫu" in str(head["Mức độ chắc chắn của biểu"])
    if pdf.available():
        assert client.get(f"/indicators/H/sheets.pdf{query}&sheet=10-p").data.startswith(b"%PDF")


def test_the_menu_marks_one_entry_and_the_sheet_promises_no_list_to_whom_it_opens_none(
    month: HouseUnderTest,
) -> None:
    client = month.client(Role.STATISTICIAN)
    for address, entry in (("/indicators/H", "/indicators"), ("/indicators/H/match", "/indicators/H/match")):
        assert set(re.findall(r'<a href="([^"]+)" aria-current="page"', client.get(address).text)) == {entry}
    for address in ("/indicators/H/01-p/sheet?period=2026-11", "/indicators/P/12"):
        assert "Bấm vào số" not in client.get(address).text
        assert "Bấm vào số" in month.client(Role.COMMUNE_OFFICER).get(address).text
    listing = client.get("/indicators").text
    for address in re.findall(r'href="#(set-[a-z])"', listing):
        assert f'id="{address}"' in listing
    assert 'href="/indicators/H"' in listing


def test_the_letter_says_what_the_sheets_say_and_signs_nothing(month: HouseUnderTest) -> None:
    with month.maintenance(writing=False) as desk, speaking("vi"):
        found = letter.letter(desk, ASKED)
    said = {section.number: " ".join(section.sentences) for section in found.sections}
    assert list(said) == ["1", "2", "3.1", "3.2", "3.3", "3.4.1", "3.4.2", "3.4.3", "4"]
    assert "chuyển 13 tin báo" in said["1"] and "Tư vấn: 3" in said["1"]
    assert "Sức khỏe tâm lý: 2 (66,7 %)" in said["3.2"]
    assert "Chưa phân loại: 1" in said["3.2"]
    assert "Xã Na Sầm: 5 (50,0 %)" in said["3.4.1"]
    assert [section.number for section in found.sections if section.open] == ["3.3", "3.4.3", "4"]
    text = month.client(Role.STATISTICIAN).get("/indicators/H/letter?unit=20&period=2026-11").text
    assert "nháp" in text and "chưa có ai ký" in text


def test_wrong_questions_are_named_at_their_field(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    for page in ("/indicators/H", "/indicators/H/01-p/sheet", "/indicators/H/letter"):
        answer = client.get(f"{page}?period=hôm qua")
        assert answer.status_code == 422
        assert 'id="period-error"' in answer.text
        assert client.get(f"{page}?unit=04").status_code == 403
    assert client.get("/indicators/H/99-p/sheet").status_code == 404
    assert client.get("/indicators/H/sheets.xlsx?sheet=99-p").status_code == 404
    assert house.client(Role.HOTLINE_OPERATOR).get("/indicators/H").status_code == 403


def run(house: HouseUnderTest, *words: str) -> Result:
    return house.app.test_cli_runner().invoke(indicators, words)


def test_the_command_line_counts_every_entry(month: HouseUnderTest, tmp_path: object) -> None:
    for entry in (*(form.entry for form in FORMS), UNSORTED):
        by = entry.splits[0]
        answer = run(
            month, "table", "H", entry.code, "--unit", "20", "--period", "2026-11", "--by", by, "--json"
        )
        assert answer.exit_code == 0, answer.stderr
        table = json.loads(answer.stdout)
        assert table["status"] == "provisional"
        assert table["source_status"]["definition"] == "our_rule"
    out = f"{tmp_path}/111.xlsx"
    assert run(month, "sheets", "--unit", "20", "--period", "2026-11", "--out", out).exit_code == 0
    assert len(openpyxl.load_workbook(out).sheetnames) == 13
    assert run(month, "sheets", "--unit", "20", "--period", "2026-11", "--out", "x.doc").exit_code == 2
    wrong = run(month, "sheets", "--unit", "20", "--period", "2026-11", "--sheet", "77", "--out", out)
    assert wrong.exit_code == 2 and "05-1-p" in wrong.stderr
    compared = json.loads(run(month, "match", "--unit", "20", "--period", "2026-11", "--json").stdout)
    assert compared["rows"][-1]["sent"] == 13
    assert "06124" in run(month, "match", "--unit", "20", "--period", "2026-11").stdout
