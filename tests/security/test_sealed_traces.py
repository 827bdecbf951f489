"""Sealed parts against the trail: whatever is put back, exchanged, changed or taken away in the tables is found and named."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from casemgr.access.roles import Role
from casemgr.cases import actions, removal
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseEvent
from casemgr.children.models import Child
from casemgr.core.db import WRITING, Model
from casemgr.intake.models import Report
from casemgr.security import verifying
from casemgr.security.audit import AuditEntry, AuditLink
from casemgr.security.parts import sealed_parts_of
from casemgr.security.traces import LONGEST_WORK, Fault
from casemgr.security.verifying import verify
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

TABLES = [
    mapper.class_
    for mapper in sorted(Model.registry.mappers, key=lambda it: it.class_.__name__)
    if sealed_parts_of(mapper.class_)
]


def faults(house: HouseUnderTest, connection: Connection | None = None) -> list[Fault]:
    house.office.chain_trail() if connection is None else None
    with Session(bind=connection or house.owner.office.engine) as session:
        return list(verify(house.office.trail, session, parts=True))


@contextmanager
def tampered(house: HouseUnderTest) -> Iterator[Connection]:
    with house.owner.office.engine.connect().execution_options(**{WRITING: True}) as connection:
        yield connection
        connection.rollback()


def live(house: HouseUnderTest) -> str:
    """Some work, with parts that are written more than once."""
    number = a_case(house)
    a_case(house)
    for text in ("Đã gọi", "Đã đến", "Đã báo"):
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            actions.note(desk, cases.case(desk, number), text=text)
    for name in ("một", "hai"):
        with house.maintenance() as desk:
            for child in desk.all(select(Child)):
                assert child.detail is not None
                desk.seal(child, detail=child.detail)
            desk.record("written again", name)
    return number


def sealed(connection: Connection) -> Sequence[tuple[Table, str, Any, bytes]]:
    """Every sealed part that lies in the tables: table, column, row, ciphertext."""
    found = []
    for model in TABLES:
        table: Table = model.__table__
        for column in table.c:
            if not column.name.endswith("_sealed"):
                continue
            key = _key(table)
            rows = connection.execute(select(key, column).where(column.is_not(None)).order_by(key))
            found += [(table, column.name, row, content) for row, content in rows]
    return found


def _key(table: Table) -> Column[Any]:
    (key,) = table.primary_key.columns
    return key


def put(connection: Connection, table: Table, column: str, row: Any, content: bytes | None) -> None:
    connection.execute(update(table).where(_key(table) == row).values({column: content}))


def test_what_people_did_is_whole(house: HouseUnderTest) -> None:
    live(house)
    assert not faults(house)


def test_an_entry_names_what_was_sealed_in_its_transaction(house: HouseUnderTest) -> None:
    number = live(house)
    with house.maintenance(writing=False) as desk:
        body = desk.all(select(AuditEntry.body).where(AuditEntry.action == "report received"))[0]
        report, event = desk.all(select(Report))[0], desk.all(select(CaseEvent))[0]
    told = {(table, part): after for table, _row, part, _before, after in json.loads(body)["sealed"]}
    assert {("report", "told"), ("report", "reporter"), ("child", "card")} <= told.keys()
    assert all(len(after) == 64 for after in told.values())
    assert report.number != number or event.id


@pytest.mark.parametrize("tampering", ["put back", "changed", "emptied", "exchanged", "taken away"])
def test_whatever_is_done_to_a_sealed_part_is_named(house: HouseUnderTest, tampering: str) -> None:
    live(house)
    with house.maintenance() as desk:
        older = {child.id: child._detail for child in desk.all(select(Child))}
        for child in desk.all(select(Child)):
            desk.seal(child, detail=child.detail)
        desk.record("written again", "ba")
    house.office.chain_trail()
    with house.owner.office.engine.connect() as connection:
        everything = sealed(connection)
    assert len(everything) > 12

    @given(st.data())
    @settings(max_examples=15, database=None)
    def anything(data: st.DataObject) -> None:
        table, column, row, content = everything[data.draw(st.integers(0, len(everything) - 1))]
        name = f"{table.name}/"
        with tampered(house) as connection:
            if tampering == "put back":
                row, before = sorted(older.items())[data.draw(st.integers(0, len(older) - 1))]
                name = "child/"
                put(connection, Child.__table__, "detail_sealed", row, before)
                wanted = {"part put back"}
            elif tampering == "changed":
                place = data.draw(st.integers(0, len(content) - 1))
                cut = content[:place] if data.draw(st.booleans()) else _flipped(content, place)
                put(connection, table, column, row, cut)
                wanted = {"part changed"}
            elif tampering == "emptied":
                put(connection, table, column, row, None)
                wanted = {"part vanished"}
            elif tampering == "exchanged":
                mine = [one for one in everything if one[:2] == (table, column) and one[2] != row]
                if not mine:
                    return
                other = mine[data.draw(st.integers(0, len(mine) - 1))]
                put(connection, table, column, row, other[3])
                put(connection, table, column, other[2], content)
                wanted = {"part changed"}
            else:
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                else:
                    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                connection.execute(delete(table).where(_key(table) == row))
                wanted = {"part vanished"}
            found = faults(house, connection)
        assert {fault.kind for fault in found} == wanted, found
        assert all(fault.what.startswith(name) for fault in found), found

    anything()
    assert not faults(house), "everything was undone"


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]


def test_a_part_that_nobody_wrote_and_a_write_that_is_hidden_are_named(house: HouseUnderTest) -> None:
    live(house)
    house.office.chain_trail()
    with house.owner.office.engine.connect() as connection:
        table = CaseEvent.__table__
        row = connection.execute(select(table).limit(1)).one()._asdict()
    with tampered(house) as connection:
        slipped_in = {**row, "id": UUID(int=row["id"].int ^ 1), "note_sealed": b"slipped in"}
        connection.execute(insert(table).values(slipped_in))
        assert [fault.kind for fault in faults(house, connection)] == ["part unknown"]
    with tampered(house) as connection:  # what was told of the first writing goes, the second refers to it
        first = connection.scalar(select(AuditEntry.seq).where(AuditEntry.object == "một"))
        connection.execute(delete(AuditEntry).where(AuditEntry.seq == first))
        assert {"part out of step", "missing"} <= {fault.kind for fault in faults(house, connection)}


def test_a_part_of_another_kind_is_named_as_well(house: HouseUnderTest) -> None:
    """SQLite keeps whatever it is given."""
    live(house)
    if house.engine_name != "sqlite":
        return
    with tampered(house) as connection:
        table, column, row, _content = sealed(connection)[0]
        put_as_text = f"UPDATE {table.name} SET {column} = 'nothing' WHERE {_key(table).name} = ?"
        connection.exec_driver_sql(put_as_text, (row.hex if isinstance(row, UUID) else row,))
        found = faults(house, connection)
    assert [fault.kind for fault in found] == ["part changed"], found


def test_beside_one_another_processes_find_the_same_of_the_parts(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(house)
    house.office.chain_trail()
    with house.owner.office.engine.connect().execution_options(**{WRITING: True}) as connection:
        events = [one for one in sealed(connection) if one[0].name == "case_event"]
        put(connection, *events[0][:3], _flipped(events[0][3], 5))
        put(connection, *events[1][:3], None)
        connection.commit()
        alone = faults(house, connection)
    assert sorted(fault.kind for fault in alone) == ["part changed", "part vanished"]
    monkeypatch.setattr(verifying, "STRETCH", 3)
    monkeypatch.setattr(verifying, "ALONE", 0)
    assert faults(house) == alone


def test_a_practice_case_that_was_taken_away_is_not_missed(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.maintenance() as desk:
        case = desk.one(select(Case).where(Case.number == number))
        case.rehearsal = True
        removal.remove(desk, Report, Child, case)
        desk.record("rehearsal deleted")
    assert not faults(house)


def test_a_tail_that_was_cut_off_while_the_server_ran_is_found_without_a_head(house: HouseUnderTest) -> None:
    """The chain ends in good order; the numbers of the run do not."""
    live(house)
    house.office.chain_trail()
    with house.owner.office.engine.begin() as connection:
        last = connection.scalar(select(AuditLink.position).order_by(AuditLink.position.desc()).limit(1))
        gone = connection.scalars(select(AuditLink.entry).where(AuditLink.position > last - 2)).all()
        connection.execute(delete(AuditLink).where(AuditLink.position > last - 2))
        connection.execute(delete(AuditEntry).where(AuditEntry.seq.in_(gone)))
    house.clock.move(LONGEST_WORK + timedelta(seconds=1))
    with house.maintenance() as desk:
        desk.record("work goes on")
    assert "number missing" in {fault.kind for fault in faults(house)}


def test_work_that_came_to_nothing_leaves_no_gap(house: HouseUnderTest) -> None:
    live(house)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), house.maintenance() as desk:
            desk.record("never")
            desk.flush()
            1 / 0  # noqa: B018 - any fault after the work
    house.clock.move(LONGEST_WORK + timedelta(seconds=1))
    with house.maintenance() as desk:
        desk.record("work goes on")
    assert not faults(house)
