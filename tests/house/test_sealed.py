"""Sealed: each column that could hold words or a day about somebody is either sealed or on the list with its reason."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from sqlalchemy import JSON, Column, Date, LargeBinary, String, Text, TypeDecorator, select
from sqlalchemy.types import UserDefinedType

from casemgr.children.models import Child
from casemgr.children.terms import Card
from casemgr.core.db import Model, TransactionId
from casemgr.core.errors import Unavailable
from casemgr.intake.models import Report
from casemgr.security.parts import SealedPart, sealed_parts_of
from tests.house.plain_columns import PLAIN
from tests.support.factories import a_report
from tests.support.house import HouseUnderTest

# Bytes that are digests, keys under wrap, or ciphertexts with a seal of their own
BYTES = {
    "api_client.key_sealed",
    "api_client.public_key",
    "audit_entry.mac",
    "audit_link.mac",
    "case_fact.sealed",
    "client_nonce.nonce",
    "factor.secret_sealed",
    "file_chunk.sealed",  # chunks of a file, under its own key (casemgr/security/chunks.py)
    "given_answer.digest",
    "hotline_statement.digest",
    "name_token.posting",
    "item_fact.sealed",
    "paper_template.digest",
    "paper_template.file",  # the layout of an official form, nobody's facts
    "plan.approval_digest",
    "declared_mark.posting",
    "person_mark.posting",
    "public_table.content",  # a table as it left for everybody: its small numbers are not in it
    "proceeding_token.posting",
    "record_key.record",
    "record_key.wrapped",
    "report.digest",
    "notice_wish.calendar_digest",
    "sign_in.token_digest",
    "sign_in_throttle.bucket",
    "spent_proof.mark",
}


def columns() -> Iterator[tuple[str, Column[Any]]]:
    for mapper in sorted(Model.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        for column in mapper.columns:
            yield f"{mapper.class_.__tablename__}.{column.name}", column


def holds_words(column: Column[Any]) -> bool:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(column.type, TransactionId | UserDefinedType):
        return False
    return isinstance(kind, String | Text | JSON | Date)


def sealed_columns() -> set[str]:
    found = set()
    for mapper in sorted(Model.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        for part in sealed_parts_of(mapper.class_):
            column = mapper.get_property(part.column).columns[0]
            found.add(f"{mapper.class_.__tablename__}.{column.name}")
    return found


def test_every_plain_column_has_its_reason() -> None:
    plain = {name for name, column in columns() if holds_words(column)}
    new = plain - PLAIN.keys()
    assert not new, (
        f"Seal these, or write into tests/house/plain_columns.py why they may stand in plain: {sorted(new)}"
    )
    gone = PLAIN.keys() - plain
    assert not gone, f"There are no such columns any more: {sorted(gone)}"
    assert all(reason.strip() for reason in PLAIN.values())


def test_every_column_of_bytes_is_a_seal_or_a_digest() -> None:
    raw = {name for name, column in columns() if isinstance(column.type, LargeBinary)}
    new = raw - sealed_columns() - BYTES
    assert not new, f"What is in these bytes? Declare a sealed part, or list them: {sorted(new)}"
    assert not BYTES - raw, f"There are no such columns any more: {sorted(BYTES - raw)}"


def test_every_sealed_column_has_a_part_that_opens_it() -> None:
    named = {name for name, column in columns() if name.endswith("_sealed")} - BYTES
    assert named == sealed_columns()


def all_parts() -> list[tuple[type[Any], SealedPart[Any]]]:
    return [
        (m.class_, part)
        for m in sorted(Model.registry.mappers, key=str)
        for part in sealed_parts_of(m.class_)
    ]


@pytest.mark.parametrize(
    "table, part", all_parts(), ids=lambda it: getattr(it, "name", getattr(it, "__name__", ""))
)
def test_a_part_is_a_frozen_value_all_the_way_down(table: type[Any], part: SealedPart[Any]) -> None:
    seen: set[Any] = set()

    def walk(kind: Any) -> None:
        if kind in seen:
            return
        seen.add(kind)
        if is_dataclass(kind) and isinstance(kind, type):
            assert kind.__dataclass_params__.frozen, f"{kind.__name__} can be changed after it was sealed."  # type: ignore[attr-defined]
            hints = get_type_hints(kind)
            for field in fields(kind):
                walk(hints[field.name])
        for inner in get_args(kind):
            walk(inner)
        assert kind is not list, f"{table.__name__}.{part.name} holds a list: take a tuple."

    walk(part.kind)


@pytest.mark.parametrize(
    "table, part", all_parts(), ids=lambda it: getattr(it, "name", getattr(it, "__name__", ""))
)
def test_a_sealed_part_cannot_be_asked_for_in_a_query(table: type[Any], part: SealedPart[Any]) -> None:
    with pytest.raises(TypeError, match="cannot be compared"):
        getattr(table, part.name) == "x"  # noqa: B015 - comparing is what is refused
    with pytest.raises(TypeError, match="cannot be compared"):
        getattr(table, part.name) < "x"  # noqa: B015
    with pytest.raises(TypeError, match="cannot be compared"):
        select(table).order_by(getattr(table, part.name))


def test_a_sealed_part_is_written_through_the_desk_alone(house: HouseUnderTest) -> None:
    number = a_report(house)
    with house.maintenance() as desk:
        child = desk.all(select(Child))[0]
        with pytest.raises(TypeError, match="write it with desk.seal"):
            child.card = Card(name="x")  # type: ignore[misc]
        with pytest.raises(TypeError, match="takes a Card"):
            desk.seal(child, card="Nông Minh Khang")
        assert child.card is not None
    with pytest.raises(Unavailable, match="at a desk only"):
        fresh = Child(id=1)
        fresh._card = b"x"
        _ = fresh.card
    with house.maintenance(writing=False) as desk:
        report = desk.one(select(Report).where(Report.number == number))
        assert "Khang" not in repr(report)
        assert "Khang" not in repr(vars(desk.all(select(Child))[0]))
