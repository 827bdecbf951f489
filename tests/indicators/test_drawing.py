"""Charts and maps of tiles: the numbers of the table, places that stay, and three kinds of nothing that look different."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts.models import Appointment
from casemgr.indicators import drawing, sheets
from casemgr.indicators.suppression import protected
from casemgr.indicators.terms import Level
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.terms import Decision
from casemgr.places import queries as places
from casemgr.places.terms import Level as Tier
from casemgr.places.terms import UnitFacts
from casemgr.web.charts import RampClass, cartogram
from tests.indicators.country import TURN
from tests.indicators.tables import KEYS, LEAVES, table, world
from tests.support import factories
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

B0101 = "/indicators/B/0101"


def unit(code: str, name: str = "") -> UnitFacts:
    return UnitFacts(int(code), Tier.COMMUNE, code, "Xã", f"Xã {name or code}", "20", TURN)


def test_every_province_has_its_own_square(house: HouseUnderTest) -> None:
    with house.maintenance(writing=False) as desk:
        found = places.atlas(desk).children("", places.today(desk))
    laid = drawing.layout(found)
    assert len(laid) == 34
    assert len({(place.column, place.row) for place in laid}) == 34
    at = {place.name: (place.column, place.row) for place in laid}
    assert at["Cà Mau"][1] > at["Hà Nội"][1] > at["Cao Bằng"][1], "north is above"
    assert at["Quảng Ninh"][0] > at["Điện Biên"][0], "east is right"


def test_communes_stand_in_the_order_of_their_names_whatever_order_they_come_in() -> None:
    units = [unit("00003", "Đồng Tâm"), unit("00001", "An Hòa"), unit("00002", "Dân Tiến")]
    laid = drawing.layout(units)
    assert [place.name for place in laid] == ["An Hòa", "Dân Tiến", "Đồng Tâm"]
    assert drawing.layout(units[::-1]) == laid


@given(st.lists(st.integers(0, 100_000), max_size=40))
def test_classes_begin_at_nothing_and_reach_the_largest(values: list[int]) -> None:
    """Zero is a class of its own; no class is empty of numbers; the last begins at or below the largest."""
    ramp = cartogram((), {}, bounds=drawing.bounds(values)).ramp
    assert ramp[0] == RampClass(0, 0, 0)
    assert all(one.last is None or one.last >= one.first for one in ramp)
    assert [one.first for one in ramp] == sorted({one.first for one in ramp})
    assert max(values, default=0) <= 4 or ramp[-1].first <= max(values) * 2


def test_nothing_counted_nothing_known_and_withheld_are_three_things() -> None:
    children = world(3)
    children[0] = 0
    children[0, 0, 0] = 2
    (public,) = protected([table(children, Level.COMMUNE, KEYS[:1])])
    assert public.hidden is not None and public.hidden[:, -1].any() and not public.hidden[:, -1].all()
    units = [*(unit(commune) for _province, commune in LEAVES), unit("29999")]
    here = {one.code for one in units}
    shown = drawing.tiles(public, units, lambda code: f"?{code}", "", recorded=True, present=here).map
    assert shown is not None
    by_code = {tile.code: tile for tile in shown.tiles}
    for place, area in enumerate(public.areas):
        tile = by_code[area.code]
        assert tile.withheld is bool(public.hidden[place, -1])
        assert (tile.value is None) is tile.withheld
        assert tile.step == 0 or not tile.withheld, "a withheld number does not shine through its colour"
    assert (by_code["29999"].value, by_code["29999"].withheld) == (0, False), "no row is a nought"
    unknown = drawing.tiles(public, units, str, "", recorded=False, present=here).map
    assert unknown is not None and not any(tile.value == 0 for tile in unknown.tiles)
    away = drawing.tiles(public, units, str, "", recorded=True, present=here - {"29999"})
    assert away.map is not None and away.silent
    assert {tile.code for tile in away.map.tiles if tile.value is None and not tile.withheld} == {"29999"}


@pytest.fixture
def two(house: HouseUnderTest) -> HouseUnderTest:
    factories.a_case(house)
    factories.a_case(house)
    return house


def test_the_map_of_a_province_links_to_its_communes(two: HouseUnderTest) -> None:
    client = two.client(Role.STATISTICIAN)
    text = client.get(f"{B0101}?unit={LANG_SON}&rows=sex&columns=none&look=map").text
    tiles = re.findall(r'<a href="([^"]*)" aria-label="([^"]*: [^"]*)">\s*<rect class="(r\d|unsent)"', text)
    assert len(tiles) == 65
    (na_sam,) = [one for one in tiles if one[1] == "Na Sầm: 2"]
    assert f"unit={NA_SAM}" in na_sam[0]
    assert client.get(f"{B0101}{na_sam[0].replace('&amp;', '&')}").status_code == 200
    assert not [one for one in tiles if one[1].endswith(": 0")], "nobody else works with the system"
    assert {one[2] for one in tiles if one[1].endswith(": chưa có báo cáo")} == {"unsent"}
    assert "Không có nghĩa là bằng 0" in text
    assert 'id="table"' in text, "the table stands below"


def test_the_map_of_the_country_has_its_provinces(two: HouseUnderTest) -> None:
    with two.maintenance(writing=False) as desk:
        asked = sheets.read(desk, {"unit": "VN", "look": "map"})
        shown = sheets.sheet(desk, "B", "0101", asked).drawing.map
    assert shown is not None
    assert {tile.name: tile.value for tile in shown.tiles if tile.value} == {"Lạng Sơn": 2}
    assert len({tile.url for tile in shown.tiles}) == 34


def test_a_chart_shows_the_rows_of_the_table(two: HouseUnderTest) -> None:
    client = two.client(Role.STATISTICIAN)
    bars = client.get(f"{B0101}?rows=environment&columns=none&look=chart").text
    panel = bars[bars.index('id="drawing"') : bars.index('id="table"')]
    assert re.search(r'Gia đình</span>\s*<svg class="strip-bar" role="img" aria-label="2">', panel)
    stacks = client.get(f"{B0101}?rows=age_band:law&columns=sex&look=chart").text
    panel = stacks[stacks.index('id="drawing"') : stacks.index('id="table"')]
    assert "c-dark" in panel and "Nam" in panel


def test_downloads_are_listed_twice_and_the_public_ones_withhold(two: HouseUnderTest) -> None:
    client = two.client(Role.STATISTICIAN)
    text = client.get(f"{B0101}?rows=units:commune&columns=sex").text
    links = re.findall(r'href="(/indicators/B/0101/files/[^"]*)"', text)
    assert len(links) == 18
    for link in links:
        answer = client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, link
    public = client.get(f"{B0101}/files/csv?rows=units:commune&columns=sex&public=yes").data.decode(
        "utf-8-sig"
    )
    assert ",c," in public and f"{NA_SAM},Xã Na Sầm,male,2" not in public
    assert client.get(f"{B0101}/files/exe").status_code == 404


def test_a_nought_is_one_only_where_somebody_works(two: HouseUnderTest) -> None:
    """A case in November, none in December: 0 while an officer is there, no report when the officer has left."""
    number = factories.a_report(two, unit_code=THAT_KHE)
    with two.desk(Role.COMMUNE_OFFICER, THAT_KHE) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.ACCEPTED)
        officer = desk.actor.account_id
    two.clock.move(timedelta(days=60))
    client = two.client(Role.STATISTICIAN)
    address = f"{B0101}?unit={LANG_SON}&rows=units:commune&columns=none&period="
    row = r'<th scope="row">[^<]*Thất Khê([^<]*)</th><td class="n[^"]*">(.*?)</td>'

    def stands(period: str) -> tuple[str, str]:
        ((label, cell),) = re.findall(row, client.get(address + period).text)
        return label, re.sub("<[^>]*>", "", cell).strip()

    assert stands("2026-11") == ("", "1")
    assert stands("2026-12") == ("", "0")
    with two.maintenance() as desk:
        for held in desk.all(select(Appointment).where(Appointment.account_id == officer)):
            held.until = date(2026, 11, 30)
    assert stands("2026-11") == ("", "1"), "what was counted is a number, whoever is there"
    label, cell = stands("2026-12")
    assert label == ": chưa có báo cáo" and "0" not in cell
    assert "Không có nghĩa là bằng 0" in client.get(address + "2026-12").text
    measured = client.get(f"/indicators/P/12?unit={LANG_SON}&rows=units:commune&columns=none&period=2026-12")
    assert "chưa có báo cáo" not in measured.text, "its case is open still"
