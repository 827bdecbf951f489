"""What pages and forms ask of the units, at a desk."""

from datetime import date

import pytest

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk, Office
from casemgr.core.errors import NotFound
from casemgr.places import actions, official_list, queries
from casemgr.places.terms import Level


@pytest.fixture
def desk(bare_desk: Desk) -> Desk:
    actions.load_units(bare_desk, official_list.shipped())
    return bare_desk


def test_the_atlas_is_made_once_for_a_list(bare_office: Office, keeper: Actor) -> None:
    with bare_office.open(keeper) as desk:
        assert len(queries.atlas(desk)) == 0
        actions.load_units(desk, official_list.shipped())
        first = queries.atlas(desk)
    with bare_office.open(keeper, writing=False) as desk:
        assert queries.atlas(desk) is first
        assert len(first) == 14_174


def test_without_a_list_nothing_is_found_and_nothing_fails(bare_desk: Desk) -> None:
    assert queries.provinces(bare_desk) == ()
    assert queries.search(bare_desk, "na sam") == []
    with pytest.raises(NotFound):
        queries.unit_at(bare_desk, "06124")


def test_units_by_number_and_by_code(desk: Desk) -> None:
    today = queries.unit_at(desk, "06124")
    assert (today.name, queries.unit(desk, today.id)) == ("Xã Na Sầm", today)
    assert queries.unit_at(desk, "06124", date(2025, 6, 30)).name == "Thị trấn Na Sầm"
    for wrong in (0, 99_999):
        with pytest.raises(NotFound):
            queries.unit(desk, wrong)


def test_provinces_and_their_communes(desk: Desk) -> None:
    assert len(queries.provinces(desk)) == 34
    assert len(queries.provinces(desk, date(2025, 6, 30))) == 63
    for day, communes in ((None, 3321), (date(2025, 6, 30), 10_035)):
        lists = [queries.communes(desk, province.code, day) for province in queries.provinces(desk, day)]
        assert sum(map(len, lists)) == communes
        assert all(unit.level is Level.COMMUNE for units in lists for unit in units)


def test_searching_at_a_desk_means_today(desk: Desk) -> None:
    assert [found.unit.name for found in queries.search(desk, "na sam", limit=1)] == ["Xã Na Sầm"]
    assert queries.search(desk, "na sam", date(2025, 6, 1))[0].unit.name == "Thị trấn Na Sầm"
