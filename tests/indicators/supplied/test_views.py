"""Pages of supplied figures: typed, kept on error, loaded from a file, explained, withdrawn; and what machines get."""

import io
import json
import re
from html import unescape

import openpyxl
from flask.testing import FlaskClient

from casemgr.access.roles import Role
from tests.exchange.machine import hmac_machine
from tests.indicators.supplied import figures
from tests.support import factories
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

HERE = "/indicators/A/0101-p"
OWN = f"?unit={NA_SAM}&period=2026"
ALL = f"?unit={LANG_SON}&period=2026&level=commune"
SOURCE = {"agency": "Thống kê tỉnh", "document": "12/BC", "day": "10/1/2026", "note": ""}


def seen(text: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', text)
    assert found
    return found[1]


def typed(client: FlaskClient, which: str = OWN, **boxes: str) -> dict[str, str]:
    return {**SOURCE, "seen": seen(client.get(f"{HERE}/enter{which}").text), **boxes}


def box(code: str, member: str = "*") -> str:
    return f"c-{code}-{member}"


def test_from_no_figure_to_a_figure(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    empty = client.get(HERE).text
    assert "Chưa có số" in empty and "Nhập số liệu" in empty and "<table" not in empty
    way_in = unescape(re.search(r'href="([^"]+/enter[^"]*)"', empty)[1])  # type: ignore[index]
    assert client.get(way_in).text.count('<tr id="row-') == 65
    boxes = {box(NA_SAM): "3.140", box(NA_SAM, "sex=male"): "1600", box(NA_SAM, "sex=female"): "1540"}
    stored = client.post(f"{HERE}/enter{ALL}", data=typed(client, ALL, **boxes))
    assert stored.status_code == 303
    shown = client.get(stored.location).text
    assert "3.140" in shown and "thiếu 64/65 đơn vị" in shown and "12/BC" in shown


def test_a_province_may_have_one_figure_where_its_communes_have_none(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    links = [unescape(link) for link in re.findall(r'href="([^"]+/enter[^"]*)"', client.get(HERE).text)]
    (way_in,) = (link for link in links if "level=" not in link)
    assert client.get(way_in).text.count('<tr id="row-') == 1
    data = {**SOURCE, "seen": seen(client.get(way_in).text), box(LANG_SON): "227.242"}
    shown = client.get(client.post(way_in, data=data).location).text
    assert "Đây không phải là số 0" not in shown
    assert "227.242" in shown and "chưa có số" in shown and "12/BC" in shown


def test_what_was_typed_stays_and_each_error_is_at_its_row(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    boxes = {box(NA_SAM): "1,234", box(THAT_KHE): "7", box(THAT_KHE, "sex=male"): "8"}
    answer = client.post(f"{HERE}/enter{ALL}", data={**typed(client, ALL, **boxes), "agency": ""})
    assert answer.status_code == 422 and 'value="1,234"' in answer.text and 'value="8"' in answer.text
    assert f'id="why-{NA_SAM}"' in answer.text and 'id="agency-error"' in answer.text
    boxes[box(NA_SAM)] = "1234"
    answer = client.post(f"{HERE}/enter{ALL}", data=typed(client, ALL, **boxes))
    assert (
        answer.status_code == 409 and f'id="why-{THAT_KHE}"' in answer.text and 'value="1234"' in answer.text
    )
    assert "chưa có số" in client.get(f"{HERE}?rows=units:commune&period=2026").text.lower()


def test_a_jump_is_asked_for_its_reason_where_it_was_typed(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    before = f"?unit={NA_SAM}&period=2025"
    assert (
        client.post(f"{HERE}/enter{before}", data=typed(client, before, **{box(NA_SAM): "1000"})).status_code
        == 303
    )
    data = typed(client, **{box(NA_SAM): "2000"})
    asked = client.post(f"{HERE}/enter{OWN}", data=data)
    assert asked.status_code == 409 and f'name="because-{NA_SAM}"' in asked.text
    assert (
        client.post(f"{HERE}/enter{OWN}", data={**data, f"because-{NA_SAM}": "Sáp nhập"}).status_code == 303
    )
    history = client.get(f"{HERE}/history{OWN}").text
    assert "Sáp nhập" in history and "Người Thử ST0" in history


def test_a_template_goes_out_and_comes_back_over_a_preview(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    client.post(f"{HERE}/enter{OWN}", data=typed(client, **{box(NA_SAM): "3140"}))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{HERE}/template.xlsx{ALL}").data))
    page = book.worksheets[0]
    lines = {page.cell(line, 1).value: line for line in range(5, page.max_row + 1)}
    assert page.cell(lines[NA_SAM], 3).value == 3140
    page.cell(lines[NA_SAM], 3).value, page.cell(lines[THAT_KHE], 3).value = 3150, 2000
    out = io.BytesIO()
    book.save(out)
    data = {**SOURCE, "file": (io.BytesIO(out.getvalue()), "a.xlsx")}
    preview = client.post(f"{HERE}/upload{ALL}", data=data, content_type="multipart/form-data")
    assert (
        preview.status_code == 200 and "1 đơn vị mới, 1 thay đổi, 0 giữ nguyên, 63 để trống" in preview.text
    )
    assert "3.140" in preview.text and "3.150" in preview.text
    assert "2.000" not in client.get(f"{HERE}{ALL}&rows=units:commune").text, (
        "nothing is stored before it is confirmed"
    )
    kept = {
        unescape(name): unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', preview.text)
    }
    assert client.post(f"{HERE}/enter{ALL}", data=kept).status_code == 303
    assert "2.000" in client.get(f"{HERE}{ALL}&rows=units:commune").text
    late = client.post(f"{HERE}/enter{ALL}", data={**kept, box(THAT_KHE): "2100"})
    assert late.status_code == 409 and "Vừa có người lưu" in late.text


def test_a_wrong_file_names_its_places_and_keeps_the_source(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    text = client.get(f"{HERE}/template.csv{OWN}").text.replace("Xã Na Sầm,,", "Xã Na Sầm,1.234,")
    data = {**SOURCE, "file": (io.BytesIO(text.encode()), "a.csv")}
    answer = client.post(f"{HERE}/upload{OWN}", data=data, content_type="multipart/form-data")
    assert (
        answer.status_code == 422
        and "Dòng 5, cột 3: Ô này là chữ" in answer.text
        and 'value="12/BC"' in answer.text
    )
    text = client.get(f"{HERE}/template.csv{OWN}").text.replace("Xã Na Sầm,,", "Xã Na Sầm,10,11")
    data = {**SOURCE, "file": (io.BytesIO(text.encode()), "a.csv")}
    answer = client.post(f"{HERE}/upload{OWN}", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422 and "Dòng 5, cột 4, Xã Na Sầm: Các nhóm cộng lại" in answer.text
    nothing = client.post(f"{HERE}/upload{OWN}", data=SOURCE, content_type="multipart/form-data")
    assert nothing.status_code == 422 and "Chọn tệp Excel" in nothing.text


def test_a_figure_is_withdrawn_with_a_reason(house: HouseUnderTest) -> None:
    client = house.client(Role.STATISTICIAN)
    client.post(f"{HERE}/enter{OWN}", data=typed(client, **{box(NA_SAM): "3140"}))
    looked_at = seen(client.get(f"{HERE}/history{OWN}").text)
    assert client.post(f"{HERE}/withdraw{OWN}", data={"reason": " ", "seen": looked_at}).status_code == 422
    client.post(f"{HERE}/enter{OWN}", data=typed(client, **{box(NA_SAM): "3200"}))
    late = client.post(f"{HERE}/withdraw{OWN}", data={"reason": "Nhầm kỳ", "seen": looked_at})
    assert late.status_code == 409 and "Vừa có người lưu hoặc rút" in late.text
    assert "3.200" in late.text and "Nhầm kỳ" in late.text
    again = client.post(f"{HERE}/withdraw{OWN}", data={"reason": "Nhầm kỳ", "seen": seen(late.text)})
    assert again.status_code == 303
    assert "Nhầm kỳ" in client.get(f"{HERE}/history{OWN}").text
    assert "Chưa có số" in client.get(f"{HERE}{OWN}").text


def test_readers_see_figures_and_no_way_to_change_them(house: HouseUnderTest) -> None:
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk, unit=NA_SAM, level="")
        figures.supply(desk, sheet, {NA_SAM: figures.line(3140)})
    officer = house.client(Role.COMMUNE_OFFICER)
    shown = officer.get(f"{HERE}{OWN}").text
    assert "3.140" in shown and "/enter" not in shown
    assert "3.140" in officer.get(f"{HERE}/history{OWN}").text
    assert officer.get(f"{HERE}/history?unit={THAT_KHE}&period=2026").status_code == 404
    for address in (f"enter{OWN}", f"upload{OWN}", f"template.xlsx{OWN}"):
        assert officer.get(f"{HERE}/{address}").status_code == 403
    foreign = house.client(Role.STATISTICIAN)
    for which in ("?unit=VN&period=2026", "?unit=04&period=2026"):
        assert foreign.get(f"{HERE}/enter{which}").status_code == 404
    assert foreign.get(f"{HERE}/enter?unit=20&period=x").status_code == 422


def test_a_rate_opens_to_its_cases_and_shows_its_denominator(house: HouseUnderTest) -> None:
    factories.a_case(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    address = f"/indicators/B/own-05?unit={NA_SAM}&period=2026&rows=sex&columns=none"
    assert "Chưa có mẫu số" in officer.get(address).text
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk, unit=NA_SAM, level="")
        figures.supply(desk, sheet, {NA_SAM: figures.line(4000, male=2000, female=2000)})
    shown = officer.get(address).text
    assert "25,00 (1/4.000)" in shown and "A 0101-p 2026: Thống kê tỉnh" in shown
    link = unescape(re.search(r'href="(/indicators/B/0101/cases[^"]+)"', shown)[1])  # type: ignore[index]
    assert officer.get(link).status_code == 200
    told = officer.get("/indicators/B/own-05/files/csv" + address.partition("own-05")[2]).text
    assert "25.0,1,4000,B,own-05" in told and "12/BC-TK" in told


def test_machines_get_figures_rates_and_where_they_come_from(house: HouseUnderTest) -> None:
    factories.a_case(house)
    with house.desk(Role.STATISTICIAN) as desk:
        sheet = figures.sheet(desk, unit=NA_SAM, level="")
        figures.supply(desk, sheet, {NA_SAM: figures.line(4000)})
    machine = hmac_machine(house, role=Role.STATISTICS)
    asked = f"unit={NA_SAM}&period=2026"
    figure = json.loads(machine.get(f"/api/v1/indicators/A/0101-p?{asked}").data)
    assert [one["value"] for one in figure["rows"]] == [4000]
    rate = json.loads(machine.get(f"/api/v1/indicators/B/01-c3-p?{asked}").data)
    assert rate["measure"] == "rate" and rate["rows"][0]["value"] == 0.03 and rate["rows"][0]["of"] == 4000
    assert rate["sources"][0]["document"] == "12/BC-TK" and rate["sources"][0]["units"] == [NA_SAM]
    missing = json.loads(machine.get(f"/api/v1/indicators/A/0202-p?{asked}").data)["rows"][0]
    assert missing["value"] is None and missing["missing"]["why"] == "none"
