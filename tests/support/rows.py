"""One row of every scoped table around one case, made from the mapping alone: a new table takes part without a word."""

import secrets
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from sqlalchemy import inspect, select

from casemgr.access.desk import Desk
from casemgr.access.scope import scoped_tables
from casemgr.cases.models import Case
from casemgr.core.db import Model
from casemgr.core.instants import Instant
from casemgr.security.parts import sealed_parts_of


def fill(desk: Desk, number: str, *, word: str = "x") -> Mapping[type[Any], Any]:
    """A row of each scoped table that belongs to the case; gives the tables with the key of their row.

    Every text inside a sealed part is the word.
    """
    case = desk.one(select(Case).where(Case.number == number))
    known: dict[str, Any] = {
        "case": case.id,
        "report": case.report_id,
        "child": case.child_id,
        "unit": case.unit_id,
        "account": case.entered_by,
    }
    keys: dict[type[Any], Any] = {}
    for table in _in_order():
        found = desk.first(select(table).where(_of(table, known)))
        row = found if found is not None else make_row(desk, table, known, word)
        mapper = inspect(table)
        keys[table] = mapper.primary_key_from_instance(row)
        known.setdefault(table.__tablename__, keys[table][0])
    return keys


def _in_order() -> list[type[Any]]:
    order = {table.name: place for place, table in enumerate(Model.metadata.sorted_tables)}
    return sorted(scoped_tables(), key=lambda table: order[table.__tablename__])


def _of(table: type[Any], known: Mapping[str, Any]) -> Any:
    """How a row of this table hangs on the case."""
    if table.__tablename__ == "declaration":
        return table.account_id == known["account"]
    hangs = (
        ("case_id", "case"),
        ("report_id", "report"),
        ("child_id", "child"),
        ("owner_id", "case"),
        ("kept_id", "child"),
    )
    for name, target in hangs:
        if table.__tablename__ == target:
            return table.id == known[target]
        if hasattr(table, name):
            return getattr(table, name) == known[target]
    if table.__tablename__ in (
        "carer",
        "carer_check",
        "search_excess",
    ):  # the registers of a commune
        return table.unit_id == known["unit"]
    if table.__tablename__ in (
        "check_explanation",
        "check_result",
        "data_incident",
        "export",
        "statistical_return",
    ):  # the registers of a unit
        return table.unit_id == known["unit"]
    if hasattr(table, "return_id"):
        return table.return_id == known["statistical_return"]
    if hasattr(table, "export_id"):
        return table.export_id == known["export"]
    if table.__tablename__ == "draft":  # of whoever entered the case
        return table.account_id == known["account"]
    raise AssertionError(f"{table.__name__} hangs on no case, report or child: teach tests/support/rows.py.")


def make_row(desk: Desk, table: type[Any], known: dict[str, Any], word: str) -> Any:
    """A row that hangs on rows which are known by the names of their tables."""
    row = table()
    for column in inspect(table).columns:
        name = inspect(table).get_property_by_column(column).key
        if column.foreign_keys:
            target = next(iter(column.foreign_keys)).column.table.name
            if target not in known and not column.nullable:
                known[target] = _elsewhere(desk, target, word)
            value = known.get(target)
        elif column.default is not None or column.server_default is not None or name == "seq":
            continue
        elif name == "owner_id":
            value = known["case"]
        else:
            value = None if column.nullable else _plain(desk, column)
        setattr(row, name, value)
    desk.add(row)
    for part in sealed_parts_of(table):
        desk.seal(row, **{part.name: a_value(part.kind, word)})
    desk.flush()
    return row


def _elsewhere(desk: Desk, target: str, word: str) -> Any:
    """A row of an open table that a scoped one needs, such as an API client."""
    table = next(m.class_ for m in Model.registry.mappers if m.class_.__tablename__ == target)
    row = make_row(desk, table, {}, word)
    return inspect(table).primary_key_from_instance(row)[0]


def _plain(desk: Desk, column: Any) -> Any:
    kind = column.type.python_type
    if kind is UUID:
        return desk.id()
    if isinstance(column.type, Instant):
        return desk.now
    if kind is date:
        return desk.now.date()
    if kind is bytes:
        return secrets.token_bytes(32)
    if kind is str:
        return secrets.token_hex(2)[: column.type.length or 4]
    return kind(1)


def a_value(kind: Any, word: str, *, deep: int = 4) -> Any:
    """Some value of a type, with the word wherever a text may stand."""
    origin = get_origin(kind)
    if origin is tuple or kind is tuple:
        inner = get_args(kind)
        if not inner or not deep:
            return ()
        inner = inner[:1] if inner[-1] is Ellipsis else inner
        return tuple(a_value(one, word, deep=deep - 1) for one in inner)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        _key, inside = get_args(kind)
        return {word: a_value(inside, word, deep=deep - 1)} if deep else {}
    if origin is not None:
        return a_value(next(one for one in get_args(kind) if one is not type(None)), word, deep=deep)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{one.name: a_value(hints[one.name], word, deep=deep) for one in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    simple: dict[Any, Any] = {
        str: word,
        int: 1,
        bool: True,
        bytes: b"x",
        date: date(2026, 11, 18),
        datetime: datetime(2026, 11, 18, 5, 45, tzinfo=UTC),
        UUID: UUID(int=1),
    }
    return simple[kind]
