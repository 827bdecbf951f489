"""What leaves the state chain: the edition of a published return for everybody."""

import io
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.indicators import editions, suppression
from casemgr.indicators import queries as indicators
from casemgr.indicators.models import PublicTable
from casemgr.indicators.tables import Table
from casemgr.reporting import queries, schedules
from tests.reporting import chain
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import LANG_SON, HouseUnderTest

YEAR = f"/reporting/year/{chain.YEAR}/{chain.NATION}"
REASON = "Trạm y tế Na Sầm báo muộn một em"


def some_cases(house: HouseUnderTest, count: int) -> None:
    """So many abused children of one report."""
    told = [replace(KHANG, ref=f"c{place}", name=f"Lê Thị Giả {place}") for place in range(1, count + 1)]
    a_case(house, story=a_story(children=tuple(told)))
    chain.later(house, hours=1)


def publish(
    house: HouseUnderTest,
    place: str = chain.NATION,
    *,
    period: str = chain.YEAR,
    reason: str = "",
    nil: bool = False,
) -> None:
    chain.sign(house, place, period=period, reason=reason, nil=nil)
    chain.approve(house, place, period=period)
    chain.publish(house, place, period=period)
    chain.later(house, hours=1)


def test_nothing_a_person_wrote_leaves_in_the_edition_for_everybody(swept: HouseUnderTest) -> None:
    house = swept
    some_cases(house, 6)
    publish(house)
    some_cases(house, 7)
    publish(house, reason=REASON)
    client = house.client(Role.STATISTICIAN, chain.NATION)
    secrets = (REASON, chain.nation(house).name, chain.nation(house, person=1).name, _digest(house))
    for form in ("json", "xlsx"):
        inside, outside = (
            words(client.get(f"{YEAR}/versions/2/files/{form}{query}").data) for query in ("", "?public=yes")
        )
        for secret in secrets:
            assert secret in inside and secret not in outside


def _digest(house: HouseUnderTest) -> str:
    """The fingerprint of all numbers as they were signed: with it a guess at what is withheld could be tried."""
    with house.maintenance(writing=False) as desk:
        newest = queries.newest(desk, chain.row_of(desk, chain.NATION, chain.YEAR))
        assert newest is not None
        return newest.digest


def words(packed: bytes) -> str:
    """All text of a file, unpacked where it is packed."""
    if not packed.startswith(b"PK"):
        return packed.decode()
    with zipfile.ZipFile(io.BytesIO(packed)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def test_what_an_edition_withholds_stays_withheld_when_the_return_is_amended(swept: HouseUnderTest) -> None:
    house = swept
    some_cases(house, 3)
    publish(house)
    some_cases(house, 6)
    publish(house, reason=REASON)
    client = house.client(Role.STATISTICIAN, chain.NATION)

    def children(version: int, query: str = "?public=yes") -> list[int | None]:
        """Every number of the abused children of the province."""
        told = client.get(f"{YEAR}/versions/{version}/files/json{query}").get_json()
        (table,) = (one for one in told["tables"] if one["code"] == "0101" and one["level"] == "province")
        return [row["value"] for row in table["rows"] if row["unit_code"] == LANG_SON and row["value"] != 0]

    assert children(1, "") == [3, 3] and children(2, "") == [9, 9]
    assert set(children(1)) == {None}
    assert set(children(2)) == {None}


def test_editions_of_several_units_never_stand_side_by_side(swept: HouseUnderTest) -> None:
    house = swept
    told = {(chain.NATION, chain.YEAR): 200, (LANG_SON, chain.YEAR): 404, (chain.NATION, chain.HALF): 200}
    for place, period in told:
        publish(house, place, period=period, nil=True)
    client = house.client(Role.STATISTICIAN, chain.NATION)
    for (place, period), expected in told.items():
        version = f"/reporting/{chain.schedule_of(period)}/{period}/{place}/versions/1"
        assert client.get(f"{version}/files/json?public=yes").status_code == expected
        page = client.get(version).get_data(as_text=True)
        assert ("public=yes" in page) is (expected == 200)
        assert ("báo cáo 6 tháng, báo cáo năm" in page) is (expected == 404)


def test_only_returns_of_the_country_are_for_everybody() -> None:
    told = schedules.shipped()
    assert [one.id for one in schedules.for_everybody()] == ["half", "year"]
    for schedule in told["schedules"]:
        for step in schedule["steps"]:
            step["public"] = (schedule["id"], step["level"]) == ("year", "province")
    with pytest.raises(TypeError, match="of the country only"):
        schedules.loaded(told)


def test_an_edition_is_told_as_it_left(swept: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is decided again: who had the edition has the same one still, or is told that it is not whole."""
    house = swept
    some_cases(house, 3)
    publish(house)
    client = house.client(Role.STATISTICIAN, chain.NATION)
    before = client.get(f"{YEAR}/versions/1/files/json?public=yes").data
    monkeypatch.setattr(suppression, "protected", None)
    assert client.get(f"{YEAR}/versions/1/files/json?public=yes").data == before
    with house.maintenance() as desk:
        row = desk.all(select(PublicTable).order_by(PublicTable.number))[0]
        row.digest = "0" * 64
    answer = client.get(f"{YEAR}/versions/1/files/json?public=yes")
    assert answer.status_code == 503, "what is not as it left is not told"


def test_a_single_table_for_everybody_knows_what_has_left(swept: HouseUnderTest) -> None:
    """The year's edition as it left where it has the table; else nothing that it withholds, nor what is left of the half."""
    house = swept
    some_cases(house, 3)
    publish(house, period=chain.HALF)
    publish(house)
    some_cases(house, 6)
    whole = tables_of(house, "B", "0101", level="province", by="sex")
    alone = tables_of(house, "B", "0101", level="province", by="")
    half = tables_of(house, "B", "0101", level="province", by="", period=chain.HALF)
    for found in (whole, alone, half):
        assert found.hidden is not None and found.row(LANG_SON).hidden
    assert whole.digest in client_digests(house), "the edition's own table"
    assert alone.digest not in client_digests(house)
    seen = tables_of(house, "B", "0101", level="nation", by="environment", period=chain.YEAR)
    assert seen.hidden is not None and seen.as_of == whole.as_of


def tables_of(
    house: HouseUnderTest, set_: str, code: str, *, level: str, by: str, period: str = chain.YEAR
) -> Table:
    with house.maintenance(writing=False) as desk:
        asked = indicators.question(set_, code, unit=chain.NATION, period=period, by=by, level=level)
        return editions.for_everybody(desk, indicators.table(desk, asked))


def client_digests(house: HouseUnderTest) -> set[str]:
    with house.maintenance(writing=False) as desk:
        return {one.digest for one in editions.stored(desk)}
