"""Taking a practice case away with everything that hangs on it. No other case is ever deleted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, inspect, or_, select

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.core.db import Model
from casemgr.core.errors import RuleBroken
from casemgr.core.findings import Finding, Findings, Weight
from casemgr.core.words import _l
from casemgr.security.parts import sealed_parts_of

_REGISTER = frozenset({"account", "appointment", "unit", "api_client", "provider"})  # never go with a case


def remove(desk: Desk, report_model: type[Any], child_model: type[Any], case: Case) -> int:
    """Delete the report of a practice case, its cases and children, and every row that points to them."""
    desk.flush()
    together = desk.all(select(Case).where(Case.report_id == case.report_id))
    if not together or not all(row.rehearsal for row in together):
        raise RuleBroken(Findings(Finding("real-case", _l("Only a rehearsal can be deleted."), Weight.BLOCK)))
    doomed: dict[type[Any], set[Any]] = {
        report_model: {case.report_id},
        Case: {row.id for row in together},
        child_model: {row.child_id for row in together},
    }
    kept = {"report", "case", "child"}
    _gather(desk, doomed, kept)
    gone = 0
    for table in _from_the_leaves():
        keys = doomed.get(table)
        if keys:
            gone += len(keys)
            alone = len(inspect(table).primary_key) == 1
            rows = _key(table).in_(keys) if alone else or_(*_pointing(table, doomed))
            desk.session.execute(delete(table).where(rows), execution_options={"synchronize_session": False})
            desk.removed(table.__tablename__, keys, [part.name for part in sealed_parts_of(table)])
    desk.session.expunge_all()
    desk.at_hand.clear()
    desk.looked_after = 0
    desk.touched.clear()
    return gone


def _gather(desk: Desk, doomed: dict[type[Any], set[Any]], kept: set[str]) -> None:
    """Every row that points to a doomed row is doomed; again and again until none is added."""
    grown = True
    while grown:
        grown = False
        for mapper in Model.registry.mappers:
            table = mapper.class_
            if table.__tablename__ in _REGISTER | kept:
                continue
            for where in _pointing(table, doomed):
                found = set(desk.all(select(_key(table)).where(where)))
                new = found - doomed.get(table, set())
                if new:
                    doomed.setdefault(table, set()).update(new)
                    grown = True


def _pointing(table: type[Any], doomed: dict[type[Any], set[Any]]) -> list[ColumnElement[bool]]:
    names = {target.__tablename__: keys for target, keys in doomed.items()}
    mapper = inspect(table)
    found = []
    for column in mapper.columns:
        for key in column.foreign_keys:
            keys = names.get(key.column.table.name)
            if keys and key.column.primary_key:
                attribute = getattr(table, mapper.get_property_by_column(column).key)
                found.append(attribute.in_(keys))
    return found


def _key(table: type[Any]) -> Any:
    mapper = inspect(table)
    return getattr(table, mapper.get_property_by_column(mapper.primary_key[0]).key)


def _from_the_leaves() -> Sequence[type[Any]]:
    """Tables in an order in which no row is deleted before what points to it."""
    tables = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in depths:
            depths[name] = 0  # a table that points to itself
            above = {
                key.column.table.name
                for column in inspect(tables[name]).columns
                for key in column.foreign_keys
                if key.column.table.name in tables and key.column.table.name != name
            }
            depths[name] = max((depth(one) + 1 for one in above), default=0)
        return depths[name]

    return [tables[name] for name in sorted(tables, key=lambda name: (-depth(name), name))]
