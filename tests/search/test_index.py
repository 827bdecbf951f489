"""The index follows each file in the transaction that changes it; `search reindex` writes the same rows."""

from datetime import date

import pytest
from sqlalchemy import delete, select

from casemgr.access.desk import Desk
from casemgr.children import actions as children
from casemgr.children import index
from casemgr.children.clues import of_file, weighed
from casemgr.children.models import Child, NameToken
from casemgr.children.terms import Birth, Card, Detail, Parent, Precision, Sex
from casemgr.security.keys import Purpose
from casemgr.security.tokens import Posted
from tests.search.people import BORN, KHANG, a_child, called
from tests.support.house import ELSEWHERE, NA_SAM, THAT_KHE, HouseUnderTest

FULL = Detail(
    father=Parent("Nông Văn Lâm"), mother=Parent("Hoàng Thị Yến"), identity="020217000123", phone="0912345678"
)


def stored(desk: Desk) -> set[tuple[int, bytes]]:
    return {(row.token, row.posting) for row in desk.all(select(NameToken))}


def expected(desk: Desk) -> set[tuple[int, bytes]]:
    rows = [
        row
        for child in desk.all(select(Child))
        for row in desk.safe.index.postings(child.id, of_file(index.known(desk, child)))
    ]
    return {tuple(row) for row in rows}  # type: ignore[misc]


def test_rows_follow_registering_correcting_and_moving(house: HouseUnderTest) -> None:
    number = a_child(house, detail=FULL)
    with house.maintenance(writing=False) as desk:
        assert stored(desk) == expected(desk) and len(stored(desk)) == 13
    changes = (
        (called("Nông Minh Khánh"), FULL),
        (Card("Khang", Sex.MALE, Birth(None, Precision.ESTIMATED, 9)), Detail()),
        (Card(), Detail()),
        (KHANG, FULL),
    )
    for card, detail in changes:
        with house.maintenance() as desk:
            children.correct(desk, desk.get(Child, number), card=card, detail=detail, whereabouts=None)
        with house.maintenance(writing=False) as desk:
            assert stored(desk) == expected(desk)
    with house.maintenance() as desk:
        children.move(desk, desk.get(Child, number), house.unit_id(ELSEWHERE))
    with house.maintenance(writing=False) as desk:
        assert stored(desk) == expected(desk), "the province has changed with the unit"


def test_a_failed_transaction_leaves_no_row(house: HouseUnderTest) -> None:
    with pytest.raises(ZeroDivisionError), house.maintenance() as desk:
        children.register(desk, unit_id=None, card=KHANG, detail=FULL, whereabouts=None)
        desk.flush()
        _ = 1 / 0
    with house.maintenance(writing=False) as desk:
        assert not stored(desk)


def test_reindex_writes_what_is_missing_and_may_be_begun_again(house: HouseUnderTest) -> None:
    for unit in (NA_SAM, THAT_KHE):
        a_child(house, detail=FULL, unit=unit)
    run = house.app.test_cli_runner()
    with house.maintenance() as desk:
        half = [row[0] for row in sorted(stored(desk))[::2]]
        desk.session.execute(delete(NameToken).where(NameToken.token.in_(half)))
    first = run.invoke(args=["search", "reindex", "--json"])
    assert first.exit_code == 0 and '"children": 2' in first.output, first.output
    with house.maintenance(writing=False) as desk:
        assert stored(desk) == expected(desk)
    assert '"rows_written": 0' in run.invoke(args=["search", "reindex", "--json"]).output


def test_reindex_brings_the_rows_under_a_new_key(swept: HouseUnderTest) -> None:
    a_child(swept, detail=FULL)
    ring = swept.office.ring
    before = ring.all()
    with swept.maintenance(writing=False) as desk:
        old = stored(desk)
    ring._take(ring.rotated(Purpose.INDEX_TOKEN, "2026-12-01"))
    try:
        with swept.maintenance(writing=False) as desk:
            child = desk.one(select(Child))
            assert index.find(desk, weighed(of_file(index.known(desk, child)))) == [child.id], (
                "still found under the old key"
            )
        assert swept.app.test_cli_runner().invoke(args=["search", "reindex"]).exit_code == 0
        with swept.maintenance(writing=False) as desk:
            assert stored(desk) == expected(desk) and not stored(desk) & old
    finally:
        ring._take(type(ring)({key.id: key for key in before}))


def test_the_table_tells_nothing_of_order_or_of_a_child(house: HouseUnderTest) -> None:
    numbers = [a_child(house, called(f"Nông Minh {given}"), FULL) for given in ("An", "Bách", "Chi", "Dũng")]
    with house.maintenance(writing=False) as desk:
        rows = [
            Posted(row.token, row.posting) for row in desk.all(select(NameToken).order_by(NameToken.token))
        ]
        assert set(desk.safe.index.records(rows)) == set(numbers)
    for number in numbers:
        assert not any(number.to_bytes(8, "big") in row.posting for row in rows)
    assert len({row.posting for row in rows}) == len(rows)
    assert (
        set(NameToken.__table__.columns.keys()) == {"token", "posting"}
        and not NameToken.__table__.foreign_keys
    )


def test_tidy_lays_the_rows_in_order_and_loses_none(house: HouseUnderTest) -> None:
    for given in ("An", "Bách", "Chi"):
        a_child(house, called(f"Nông Minh {given}"), FULL)
    with house.maintenance(writing=False) as desk:
        before = stored(desk)
    with house.owner.app.app_context():
        laid = house.owner.app.test_cli_runner().invoke(args=["search", "tidy", "--json"])
    assert f'"laid": {"true" if house.engine_name == "postgresql" else "false"}' in laid.output, laid.output
    with house.maintenance(writing=False) as desk:
        rows = [tuple(row) for row in desk.rows(select(NameToken.token, NameToken.posting))]
        backwards = house.engine_name == "sqlite"  # as its rows come in tests
        assert set(rows) == before and rows == sorted(rows, reverse=backwards)
    if house.owner is not house:
        refused = house.app.test_cli_runner().invoke(args=["search", "tidy"])
        assert refused.exit_code == 1 and "Only the owner of the tables" in refused.stderr


def test_a_name_of_one_word_is_found_with_its_date_only(house: HouseUnderTest) -> None:
    a_child(house, Card("Khang", Sex.MALE, BORN))
    a_child(house, Card("Khang", Sex.MALE, Birth(date(2017, 1, 1), Precision.YEAR)))
    with house.maintenance(writing=False) as desk:
        assert len(stored(desk)) == 1
