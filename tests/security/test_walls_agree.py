"""The two walls show the same rows: whatever lies in the tables, whoever asks, each by itself and one behind the other."""

import re
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select, text

from casemgr.access import second_wall
from casemgr.access.actor import NOBODY, Actor, Circle, command
from casemgr.access.desk import Desk
from casemgr.access.roles import GRANTS, MACHINES, STAFF
from casemgr.access.scope import scoped_tables
from casemgr.access.sight import Ids
from tests.support.house import HouseUnderTest
from tests.support.shaken import Keys, shaken

pytestmark = pytest.mark.parametrize("house", ["postgresql"], indirect=True)
Seen = Mapping[str, set[Any]]  # keys of the rows of each table


def words() -> Mapping[str, list[str]]:
    """What the policy of each table compares with."""
    found = {table: re.findall(r"'([^']*)'", second_wall.condition(table)) for table in scoped_tables()}
    return {
        table.__tablename__: [one for one in said if not one.startswith("app.")]
        for table, said in found.items()
    }


def actors(known: Keys) -> st.SearchStrategy[Actor]:
    """Whoever may come: every role with any reach and any circle, machines, commands, nobody."""

    def some(table: str) -> st.SearchStrategy[Any]:
        return st.frozensets(st.sampled_from(known[table]), max_size=5)

    units = st.none() | st.frozensets(st.sampled_from(known["unit"]))
    ids = st.builds(Ids, some("case"), some("child"), some("report"))
    person = st.sampled_from(STAFF).flatmap(
        lambda role: st.builds(
            Actor,
            id=st.just("somebody"),
            role=st.just(role),
            permissions=st.just(GRANTS[role]),
            units=units,
            table_units=units,
            cases=some("case"),
            children=some("child"),
            circle=st.builds(Circle, read=ids, barred=ids),
            account_id=st.sampled_from(known["account"]),
        )
    )
    machine = st.sampled_from(MACHINES).flatmap(
        lambda role: st.builds(
            Actor,
            id=st.just("some machine"),
            role=st.just(role),
            permissions=st.just(GRANTS[role]),
            table_units=units,
            client_id=st.sampled_from(known["api_client"]),
        )
    )
    return st.one_of(person, person, person, machine, st.sampled_from([NOBODY, command("tests")]))


def through_the_session(desk: Desk) -> Seen:
    seen = {}
    for table in scoped_tables():
        mapper = inspect(table)
        key = [mapper.get_property_by_column(column).class_attribute for column in mapper.primary_key]
        seen[table.__tablename__] = set(map(tuple, desk.rows(select(*key))))
    return seen


def by_bare_statements(desk: Desk) -> Seen:
    seen = {}
    for table in scoped_tables():
        key = ", ".join(f'"{column.name}"' for column in inspect(table).primary_key)
        asked = text(f'SELECT {key} FROM "{table.__tablename__}"')
        seen[table.__tablename__] = set(map(tuple, desk.session.connection().execute(asked)))
    return seen


def test_each_wall_shows_what_the_other_does(house: HouseUnderTest) -> None:
    known = shaken(house, Random(4), words(), times=25)
    met: dict[str, set[int]] = {}

    @settings(max_examples=10, database=None, derandomize=True, phases=[Phase.generate])
    @given(actors(known))
    def agree(actor: Actor) -> None:
        with house.office.open(actor, writing=False) as desk:
            with second_wall.lifted(desk.session):
                first = through_the_session(desk)
            second, both = by_bare_statements(desk), through_the_session(desk)
        for table, rows in first.items():
            assert second[table] == rows, f"{table}: {len(second[table])} rows instead of {len(rows)}"
            assert both[table] == rows, f"{table}, both: {len(both[table])} rows instead of {len(rows)}"
            met.setdefault(table, set()).add(len(rows))

    agree()
    assert not {table for table, counts in met.items() if len(counts) < 2}, (
        "nobody was shown anything, or all was"
    )
