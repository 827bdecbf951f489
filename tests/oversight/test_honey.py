"""Honey records: as any child to whoever looks or reads the database, in no number and on no list, and loud when touched."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from click.testing import Result
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.children import honey
from casemgr.children.models import Child
from casemgr.children.rules import mark_of
from casemgr.circumstances.models import Circumstance
from casemgr.core.db import Model
from casemgr.indicators import queries as numbers
from casemgr.indicators.catalogue import INDICATORS
from casemgr.indicators.terms import Kind
from casemgr.oversight import lures, rules
from casemgr.oversight.rules import Touch
from casemgr.search import actions as searching
from casemgr.search import queries as search
from casemgr.security.audit import AuditEntry
from tests.support.factories import a_case
from tests.support.house import LANG_SON, THAT_KHE, HouseUnderTest, without_tokens

OFFICER, SUPERVISOR, INSPECTOR = Role.COMMUNE_OFFICER, Role.PROVINCE_SUPERVISOR, Role.INSPECTOR
NAME = "Khương Thị Tơ Hồng"
SPELL = {"code": "orphan.3", "since-precision": "year", "since-year": "2025", "known_by": "Trưởng thôn báo"}
TOLD = {**SPELL, "name": NAME, "sex": "female", "birth-precision": "year", "birth-year": "2016"}


def registered(house: HouseUnderTest, *, void: bool = True, **more: str) -> str:
    """A child registered and corrected on the ordinary pages; gives its mark."""
    client = house.client(OFFICER)
    form = re.search(r'name="form_id"[^>]*value="(\w{32})"', client.get("/circumstances/new").text)
    assert form is not None
    made = client.post("/circumstances/new", data={**TOLD, **more, "form_id": form[1]})
    assert made.status_code == 303
    error = {"void": "y"} if void else {"since-year": "2024"}
    change = {**SPELL, "revision": "1", "why": "Ghi nhầm", **error}
    assert client.post(f"{made.location.partition('?')[0]}/correct", data=change).status_code == 303
    entry = UUID(made.location.partition("?")[0].rpartition("/")[2])
    with house.maintenance(writing=False) as desk:
        return mark_of(desk.all(select(Circumstance.child_id).where(Circumstance.spell_id == entry))[0])


def told(house: HouseUnderTest, *words: str) -> Result:
    return house.app.test_cli_runner().invoke(args=["audit", *words])


def planted(house: HouseUnderTest) -> str:
    mark = registered(house)
    house.clock.move(timedelta(days=1))
    assert told(house, "honey", "name", mark).exit_code == 0
    house.clock.move(timedelta(minutes=1))
    return mark


def asked_today(house: HouseUnderTest) -> str:
    """What inspectors read after a night."""
    assert told(house, "watch").exit_code == 0
    return without_tokens(house.client(INSPECTOR).get("/concerns").text)


def pages(clients: Mapping[Any, FlaskClient]) -> dict[Any, str]:
    found = {}
    for role, client in clients.items():
        for path in ("/", "/cases?show=all", "/reports", "/circumstances", "/circumstances?group=orphan",
                     "/notices", "/children/duplicates", "/oversight", "/exports", "/retention"):  # fmt: skip
            found[role, path] = re.sub(r'value="[^"]{32,}"|\d\d:\d\d', "", client.get(path).text)
    return found


def tables(house: HouseUnderTest) -> dict[str, Any]:
    with house.maintenance(writing=False) as desk:
        return {
            f"{entry.set}.{entry.code}": numbers.table(
                desk, numbers.question(entry.set, entry.code, unit=LANG_SON, period="2026-11")
            ).values.tolist()
            for entry in INDICATORS
            if entry.kind is Kind.COMPUTED
        }


def test_it_stands_in_no_table_and_on_no_list(house: HouseUnderTest) -> None:
    a_case(house)
    clients = {role: house.client(role, person=3) for role in (OFFICER, SUPERVISOR)}
    before, counted = pages(clients), tables(house)
    mark = planted(house)
    house.clock.move(timedelta(days=-1, minutes=-1))
    assert tables(house) == counted and len(counted) > 20
    assert pages(clients) == before
    assert mark not in str(before)
    registered(house, void=False, name="Triệu Văn Thật")
    assert tables(house) != counted and pages(clients) != before, "a child that is there changes them"


def test_nobody_is_warned_of_it(house: HouseUnderTest) -> None:
    mark = planted(house)
    clicked = house.client(OFFICER).post("/circumstances/new", data=TOLD)
    assert clicked.status_code == 303, "no child of the same name is told of"
    with house.maintenance() as desk:
        (other,) = (row for row in desk.all(select(Child)) if mark_of(row.id) != mark)
        assert not search.candidates(desk, other).warns
        assert not search.candidates(desk, desk.get(Child, int(mark, 16))).warns
        assert searching.queue(desk, [other.id, int(mark, 16)]) == 0


def test_whoever_opens_searches_or_asks_is_brought_before_the_inspectors(house: HouseUnderTest) -> None:
    mark = planted(house)
    assert "CO0" not in asked_today(house), "looks of before count against nobody"
    assert house.client(OFFICER, person=1).get(f"/children/{mark}").status_code == 200
    found = house.client(OFFICER, person=2).post("/children/search", data={"q": "khuong thi to hong"})
    assert mark in found.text, "a hit like any other"
    far = house.client(OFFICER, THAT_KHE, person=4)
    covered = far.post("/children/search/wide", data={"q": "khuong thi to hong 2016"})
    assert "K.T.T.H." in covered.text and mark in covered.text
    honest = house.client(OFFICER, person=5)
    honest.post("/children/search", data={"q": "khuong"})
    honest.post("/children/search", data={"q": "tơ hồng 2016"})
    asking = house.client(OFFICER, THAT_KHE, person=6)
    assert asking.post("/children/requests", data={"child": mark, "why": "xem"}).status_code == 303
    page = asked_today(house)
    assert "hồ sơ mồi" in page and "/audit?person=commune-officer.06124.1" in page
    assert [name for name in ("CO1", "CO2", "CO4", "CO5", "CO6") if name in page] == [
        "CO1",
        "CO2",
        "CO4",
        "CO6",
    ]
    supervisor = without_tokens(house.client(SUPERVISOR).get("/concerns").text)
    assert "hồ sơ mồi" not in supervisor and "CO1" not in supervisor
    house.clock.move(timedelta(days=31))
    assert "CO1" not in asked_today(house)


def test_where_there_is_work_there_is_a_reason(house: HouseUnderTest) -> None:
    mark = planted(house)
    number = a_case(house)
    with house.maintenance() as desk:
        desk.one(select(Case).where(Case.number == number)).child_id = int(mark, 16)
    house.client(OFFICER, person=1).get(f"/children/{mark}")
    assert "CO1" not in asked_today(house)
    assert "drop it" in told(house, "honey", "list").output
    assert told(house, "honey", "drop", mark).exit_code == 0
    assert told(house, "honey", "list", "--json").output.strip() == "[]"


def test_who_has_a_reason_to_be_opened_is_no_honey_record(house: HouseUnderTest) -> None:
    living = registered(house, void=False)
    refused = told(house, "honey", "name", living)
    assert refused.exit_code == 1 and living in refused.stderr and "reason to open it" in refused.stderr
    with house.maintenance(writing=False) as desk:
        assert honey.known(desk) == {}
    a_case(house)
    with house.maintenance(writing=False) as desk:
        of_case = mark_of(desk.one(select(Case.child_id)))
    assert told(house, "honey", "name", of_case).exit_code == 1
    assert "no such child" in told(house, "honey", "name", "7" * 16).stderr
    assert "no such child" in told(house, "honey", "name", "khương").stderr


def everything(house: HouseUnderTest) -> dict[str, list[tuple[Any, ...]]]:
    """Every row as a thief of the database reads it."""
    with house.maintenance(writing=False) as desk:
        found = {}
        for mapper in Model.registry.mappers:
            columns = [getattr(mapper.class_, mapper.get_property_by_column(c).key) for c in mapper.columns]
            found[mapper.class_.__tablename__] = [tuple(row) for row in desk.rows(select(*columns))]
    return found


def test_the_database_does_not_tell_which_they_are(house: HouseUnderTest) -> None:
    """Two children were registered and corrected alike. One of them is a honey record: which?"""
    marks = [registered(house), registered(house, void=False, name="Khương Thị Tơ Vàng")]
    rows = everything(house)
    of_child = {
        mark: {
            table: sorted(
                tuple(len(cell) if isinstance(cell, bytes) else type(cell).__name__ for cell in row)
                for row in found
                if int(mark, 16) in row or any(mark == str(cell) for cell in row)
            )
            for table, found in rows.items()
        }
        for mark in marks
    }
    assert of_child[marks[0]] == of_child[marks[1]] and of_child[marks[0]]["circumstance"]
    assert len({len(row[-1]) for row in rows["item_fact"]}) == 1
    owners = [row[rows_of("item_fact", "owner_id")] for row in rows["item_fact"]]
    assert {owners.count(one) for one in owners} == {2}, "both were corrected once"
    lengths = set()
    for chosen in (marks[:1], marks[:1]):
        house.clock.move(timedelta(hours=1))
        assert told(house, "honey", "name", *chosen).exit_code == 0
        now = everything(house)
        grown = [name for name in now if now[name] != rows[name]]
        assert set(grown) - {"audit_link"} == {"audit_entry"}
        (entry,) = (row for row in now["audit_entry"] if row not in rows["audit_entry"])
        body = next(cell for cell in entry if isinstance(cell, str) and cell.startswith("{"))
        assert not any(mark in body or str(int(mark, 16)) in body for mark in marks)
        lengths.add(len(json.loads(body)["asked"]))
        rows = now
    house.client(OFFICER, person=1).get(f"/children/{marks[0]}")
    rows = everything(house)
    assert told(house, "watch").exit_code == 0
    now = everything(house)
    new = [row for row in now["audit_entry"] if row not in rows["audit_entry"]]
    asked = [json.loads(cell)["asked"] for row in new for cell in row if '"asked"' in str(cell)]
    lengths |= {len(one) for one in asked}
    assert len(asked) == 1 and len(lengths) == 1 and not now["concern"], (
        "a night with a catch is a night like any"
    )


def rows_of(table: str, column: str) -> int:
    (mapper,) = (one for one in Model.registry.mappers if one.class_.__tablename__ == table)
    return [c.key for c in mapper.columns].index(column)


touches = st.lists(
    st.builds(
        Touch,
        st.sampled_from([UUID(int=1), UUID(int=2), UUID(int=3)]),
        st.integers(0, 60 * 24 * 40).map(lambda m: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=m)),
    ),
    max_size=12,
)


@given(touches)
def test_one_touch_is_enough_and_none_is_none(made: list[Touch]) -> None:
    since = datetime(2026, 10, 11, tzinfo=UTC)
    found = rules.lured(made, since)
    assert {one.account for one in found} == {one.account for one in made if one.at > since}
    assert sum(one.times for one in found) == sum(one.at > since for one in made)
    assert list(found) == sorted(found, key=lambda one: one.last, reverse=True)


def test_the_list_is_bounded_and_kept(house: HouseUnderTest) -> None:
    mark = planted(house)
    with house.maintenance(writing=False) as desk:
        since = honey.known(desk)[int(mark, 16)]
        assert [one.mark for one in lures.records(desk)] == [mark]
    house.clock.move(timedelta(days=2))
    assert told(house, "honey", "name", mark).exit_code == 0
    with house.maintenance(writing=False) as desk:
        assert honey.known(desk)[int(mark, 16)] == since, "named twice, it is one since then"
        assert desk.first(select(AuditEntry).where(AuditEntry.action == honey.NAMED)) is not None
