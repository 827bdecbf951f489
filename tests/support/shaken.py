"""Rows of every table by which somebody sees something, shaken: whose they are, where and in what state, as chance has it."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Connection, String, Table, inspect, select
from sqlalchemy.dialects.postgresql import insert

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.access.scope import scoped_tables
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.children.models import ChildUnit
from casemgr.core.db import Model
from casemgr.core.instants import Instant
from casemgr.intake.models import ReportUnit
from casemgr.providers.models import ProviderMember
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, NA_SAM, START, THAT_KHE, HouseUnderTest
from tests.support.rows import fill, make_row

TIES = (ChildUnit, ReportUnit, ProviderMember)  # open tables on which conditions lean
UNITS = (NA_SAM, THAT_KHE, ELSEWHERE)
Keys = Mapping[str, Sequence[Any]]  # of each table


def shaken(house: HouseUnderTest, dice: Random, words: Mapping[str, Sequence[str]], *, times: int) -> Keys:
    """Fill the files of a case in each unit, and add to each table rows that are put together anew out of all of them.

    Where a word of a table may stand in one of its columns, it does now and then. PostgreSQL only.
    """
    for role in (Role.COMMUNE_CHAIR, Role.SOCIAL_WORKER, Role.SERVICE_PROVIDER):
        house.hire(role)
    for code in UNITS:
        number = a_case(house, unit_code=code, stage=Stage.CARRYING_OUT)
        with house.maintenance() as desk:
            fill(desk, number)
            _tie(desk, number)
    tables = {inspect(table).local_table for table in (*scoped_tables(), *TIES)}
    known: dict[str, Sequence[Any]] = {"unit": [house.unit_id(code) for code in UNITS]}
    with house.owner.office.engine.begin() as connection:
        for table in Model.metadata.sorted_tables:
            if table in tables:
                _shake(connection, table, known, dice, words.get(table.name, ()), times)
            if table.name not in known:
                first = next(iter(table.primary_key.columns))
                known[table.name] = connection.scalars(select(first).distinct().order_by(first)).all()
    return known


def _tie(desk: Desk, number: str) -> None:
    case = desk.one(select(Case).where(Case.number == number))
    known = {
        "child": case.child_id,
        "report": case.report_id,
        "unit": case.unit_id,
        "account": case.entered_by,
    }
    for table in TIES:
        make_row(desk, table, dict(known), "x")


def _shake(
    connection: Connection, table: Table, known: Keys, dice: Random, words: Sequence[str], times: int
) -> None:
    """Rows whose key is taken already are left out."""
    rows = [dict(row) for row in connection.execute(select(table)).mappings()]
    for _time in range(times):
        row = dice.choice(rows)
        values = {
            column.name: _other(column, row[column.name], known, dice, words) for column in table.columns
        }
        connection.execute(insert(table).values(values).on_conflict_do_nothing())


def _other(column: Column[Any], value: Any, known: Keys, dice: Random, words: Sequence[str]) -> Any:
    kind = column.type
    if column.nullable and dice.random() < 0.4:
        return None
    for key in column.foreign_keys:
        return dice.choice(known.get(key.column.table.name) or [value])
    if column.primary_key or column.unique:
        return _new(column, value, dice)
    if isinstance(kind, Boolean):
        return dice.random() < 0.3
    if isinstance(kind, Instant):
        return value or START
    if isinstance(kind, String):
        return dice.choice([value, *(word for word in words if len(word) <= (kind.length or 80))])
    return value


def _new(column: Column[Any], value: Any, dice: Random) -> Any:
    kind = column.type.python_type
    if kind is UUID:
        return UUID(int=dice.getrandbits(128))
    if kind is int:
        return dice.randrange(10**6, 2**31)
    return f"{dice.getrandbits(32):x}" if kind is str else value
