"""Items follow the files, in the same transaction: spells, decisions once, the course of a case; rehearsals never."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Card, Precision
from casemgr.handovers import actions as handovers
from casemgr.indicators import projection, queries
from casemgr.indicators.items import ITEMS, Item
from casemgr.indicators.models import ItemFact
from casemgr.proceedings import queries as proceedings
from casemgr.proceedings.actions import Said, correct, record
from casemgr.proceedings.terms import Criminal, CriminalStage
from tests.circumstances.test_views import a_child
from tests.handovers import test_actions as passing
from tests.proceedings.test_views import DUC, FINE, SAID, recorded, two_children
from tests.support import factories
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest


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


def moved(house: HouseUnderTest, case_number: str) -> None:
    """Another commune takes a child's case over."""
    passing.answer(house, handovers.accept, passing.sent(house, case_number), at=THAT_KHE)


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


def test_a_decision_is_one_though_nobody_sees_all_its_cases(house: HouseUnderTest) -> None:
    """A fine for two siblings; the commune to which one of them moved writes down that it is less, then that it was an error."""
    first, second = two_children(house)
    recorded(house, first, also=[second])
    moved(house, first)
    assert number(house, "B", "02-c3-p") == 15_000_000
    less = replace(SAID, sanction=replace(FINE, amount=10_000_000))
    for void, amount, people in ((False, 10_000_000, 1), (True, 0, 0)):
        house.clock.move(timedelta(hours=1))
        with house.desk(Role.COMMUNE_OFFICER, THAT_KHE) as desk:
            case = cases.case(desk, first)
            (shown,) = proceedings.of_case(desk, case)
            assert len(cases.of_report(desk, case.report_id)) == 1, "they do not see the other one"
            revision = shown.now.revision
            correct(desk, case, shown, said=less, revision=revision, why="ghi nhầm", void=void)
        assert number(house, "B", "02-c3-p") == amount
        assert number(house, "B", "02-c2-p") == people
        with house.maintenance() as desk:
            assert projection.refresh_all(desk, told=lambda done: None) == 0


def test_what_is_added_to_a_decision_of_no_day_leaves_it_where_it_was(house: HouseUnderTest) -> None:
    case_number = factories.a_case(house)
    received = Criminal("blhs185", CriminalStage.RECEIVED)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        record(desk, cases.case(desk, case_number), said=Said(DUC, None, received))
    assert number(house, "B", "own-01") == 1
    house.clock.move(timedelta(days=20))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, case_number)
        (shown,) = proceedings.of_case(desk, case)
        more = Said(DUC, None, replace(received, note="đã nhận tin"))
        correct(desk, case, shown, said=more, revision=1, why="thêm ghi chú")
    assert [number(house, "B", "own-01", month) for month in ("2026-11", "2026-12")] == [1, 0]


def test_the_page_of_every_indicator_opens(house: HouseUnderTest) -> None:
    client = house.client(Role.PROVINCE_SUPERVISOR)
    for entries in queries.listing(date(2026, 11, 18)).values():
        for entry in entries:
            answer = client.get(f"/indicators/{entry.set}/{entry.code}")
            assert answer.status_code == 200, entry.id
            assert entry.name_vi in answer.text
