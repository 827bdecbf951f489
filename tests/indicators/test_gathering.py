"""Items follow the files, in the same transaction: spells, decisions once, the course of a case; rehearsals never."""

from datetime import date, timedelta

from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Card, Precision
from casemgr.indicators import queries
from casemgr.indicators.items import ITEMS, Item
from casemgr.indicators.models import ItemFact
from tests.circumstances.test_views import a_child
from tests.support import factories
from tests.support.house import NA_SAM, HouseUnderTest


def number(house: HouseUnderTest, set_: str, code: str, period: str = "2026-11", **more: str) -> object:
    with house.maintenance(writing=False) as desk:
        table = queries.table(desk, queries.question(set_, code, unit=NA_SAM, period=period, **more))
        row = table.row(table.place.code)
        return row.value if row.n is None else (row.n, row.of)


def log(house: HouseUnderTest, kind: str) -> list[Item]:
    with house.maintenance(writing=False) as desk:
        rows = desk.rows(
            select(ItemFact.item_id, ItemFact.sealed).where(ItemFact.kind == kind).order_by(ItemFact.seq)
        )
        return [ITEMS.unpack(packed) for packed in desk.safe.open_facts((row[0], row[1]) for row in rows)]


def test_a_case_is_open_from_its_receipt(house: HouseUnderTest) -> None:
    factories.a_case(house)
    assert number(house, "P", "12", place="incident") == 1
    assert number(house, "P", "12") == 1
    assert [item.gone for item in log(house, "course")][-1] is None
    assert number(house, "B", "01-c4-p") == (0, 1)


def test_a_child_without_a_case_is_counted_on_the_register(house: HouseUnderTest) -> None:
    a_child(house)
    assert number(house, "A", "0301-p") == 1
    assert number(house, "A", "0302-p") == (0, 1)


def test_a_birth_date_known_later_ends_the_spell_at_sixteen(house: HouseUnderTest) -> None:
    a_child(house)
    sixteen = house.clock.now().date() - timedelta(days=1)
    with house.maintenance() as desk:
        child = desk.one(select(Child))
        card = child.card or Card()
        birth = Birth(date(sixteen.year - 16, sixteen.month, sixteen.day), Precision.DAY)
        desk.seal(child, card=Card(name=card.name, sex=card.sex, birth=birth))
    assert number(house, "A", "0301-p") == 0


def test_the_page_of_every_indicator_opens(house: HouseUnderTest) -> None:
    client = house.client(Role.PROVINCE_SUPERVISOR)
    for entries in queries.listing(date(2026, 11, 18)).values():
        for entry in entries:
            answer = client.get(f"/indicators/{entry.set}/{entry.code}")
            assert answer.status_code == 200, entry.id
            assert entry.name_vi in answer.text
