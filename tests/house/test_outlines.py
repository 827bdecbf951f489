"""People of one outline share the conditions of their wall and what was prepared behind it, never a value."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, inspect, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import with_loader_criteria

from casemgr.access.actor import Actor, Circle
from casemgr.access.permissions import Permission
from casemgr.access.questions import Question
from casemgr.access.roles import GRANTS, Role
from casemgr.access.scope import Wall, outer_wall, scoped_tables, wall
from casemgr.access.sight import Alike, Ids, Outline
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.core.conditions import Condition
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, NA_SAM, HouseUnderTest


def _key(table: type[Any]) -> Any:
    """The key of a table, asked for as the house asks: of the model, never of the bare table."""
    mapper = inspect(table)
    return mapper.get_property_by_column(mapper.primary_key[0]).class_attribute


_QUESTIONS: dict[Any, Question[Any]] = {table: Question(select(_key(table))) for table in scoped_tables()}
_OURS: Question[Any] = Question(
    lambda sight: select(Case.id).where(sight.covers(Case.unit_id), Case.entered_by == sight.account_id)
)
_SIZES = st.sampled_from([0, 1, 2, 4])  # a prepared list is filled up to a power of two
_UUIDS = st.builds(uuid4)


def _some(drawn: st.DrawFn, each: st.SearchStrategy[Any]) -> frozenset[Any]:
    size = drawn(_SIZES)
    return frozenset(drawn(st.sets(each, min_size=size, max_size=size)))


@st.composite
def _ids(drawn: st.DrawFn) -> Ids:
    return Ids(_some(drawn, _UUIDS), _some(drawn, st.integers(1, 2**62)), _some(drawn, _UUIDS))


@st.composite
def _units(drawn: st.DrawFn) -> frozenset[int] | None:
    if drawn(st.booleans()):
        return _some(drawn, st.integers(1, 2**31 - 1))
    return drawn(st.sampled_from([None, frozenset(range(40))]))


@st.composite
def _actors(drawn: st.DrawFn) -> Actor:
    role = drawn(st.none() | st.sampled_from(list(Role)))
    who = drawn(st.sampled_from(["person", "machine", "nobody"]))
    return Actor(
        id="somebody",
        permissions=GRANTS[role] if role is not None else frozenset(),
        role=role,
        unit_id=drawn(st.none() | st.integers(1, 2**31 - 1)),
        units=drawn(_units()),
        table_units=drawn(_units()),
        cases=_some(drawn, _UUIDS),
        children=_some(drawn, st.integers(1, 2**62)),
        circle=Circle(drawn(_ids()), drawn(_ids())),
        account_id=drawn(_UUIDS) if who == "person" else None,
        client_id=drawn(_UUIDS) if who == "machine" else None,
    )


@contextmanager
def _heard(house: HouseUnderTest) -> Iterator[list[str]]:
    """What the database is asked, each value in its place."""
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if isinstance(values, dict):
            text = re.sub(r"%\((\w+)\)s(::\w+(\[\])?)?", lambda found: repr(values[found[1]]), sql)
        else:
            given = iter(values)
            text = re.sub(r"\?", lambda _: repr(next(given)), sql)
        said.append(" ".join(text.split()))

    event.listen(house.office.engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(house.office.engine, "before_cursor_execute", hear)


def _own_wall(actor: Actor) -> Wall:
    """A wall that was made for one actor alone, of their own values."""
    return Wall(
        [
            with_loader_criteria(table, table.in_scope(actor), include_aliases=True)
            for table in scoped_tables()
        ]
    )


def test_the_wall_of_an_outline_asks_what_a_wall_of_ones_own_asks(house: HouseUnderTest) -> None:
    """Of every table, and of anybody: as a statement and as a question."""

    @settings(max_examples=4)
    @given(_actors())
    def compare(actor: Actor) -> None:
        with house.office.open(actor, writing=False) as desk:
            desk.session.execute(select(literal(1)))
            for table, question in _QUESTIONS.items():
                with _heard(house) as said:
                    desk.session.info["wall"] = _own_wall(actor)
                    desk.session.execute(select(_key(table)))
                    desk.session.info["wall"] = wall(actor)
                    desk.session.execute(select(_key(table)))
                    desk.rows(question)
                alone, shared, prepared = said
                assert alone == shared, table.__name__
                assert alone == prepared, table.__name__

    compare()


def test_two_of_one_outline_see_their_own(house: HouseUnderTest) -> None:
    a_case(house, stage=Stage.RECEIVED)
    a_case(house, stage=Stage.RECEIVED, unit_code=ELSEWHERE)
    two = [house.actor(Role.COMMUNE_OFFICER, code) for code in (NA_SAM, ELSEWHERE)]
    assert len({actor.outline for actor in two}) == 1
    assert outer_wall(two[0].outline) is wall(two[0]).bare is wall(two[1]).bare
    for actor in two * 2:
        with house.office.open(actor, writing=False) as desk:
            mine = sorted(row[0] for row in desk.rows(_QUESTIONS[Case]))
            assert mine == sorted(desk.all(select(Case.id)))
            assert {desk.get(Case, key).unit_id for key in mine} == {
                house.unit_id(NA_SAM if actor is two[0] else ELSEWHERE)
            }
            assert sorted(row[0] for row in desk.rows(_OURS)) == mine, "each has entered their own"
            elsewhere = two[1] if actor is two[0] else two[0]
            assert sorted(row[0] for row in desk.rows(_QUESTIONS[Case], **elsewhere.said)) == mine


def test_a_wall_with_gaps_lets_nothing_through(house: HouseUnderTest) -> None:
    """Nobody's values stand in it: whoever forgot to fill it in gets a fault, not a row."""
    a_case(house, stage=Stage.RECEIVED)
    barred = Circle(barred=Ids(frozenset({uuid4()}), frozenset({1}), frozenset({uuid4()})))
    for actor in (
        house.actor(Role.COMMUNE_OFFICER),
        replace(house.actor(Role.COMMUNE_OFFICER), circle=barred),
    ):
        for asked in (select(Case.id), select(func.count()).select_from(Case)):
            with pytest.raises(Exception, match="object"), house.office.open(actor, writing=False) as desk:
                desk.session.info["wall"] = outer_wall(actor.outline)
                desk.session.execute(asked)


class _Unkept(Condition):
    """Something that SQLAlchemy does not keep compiled."""

    inherit_cache = False


@compiles(_Unkept)
def _always(_element: _Unkept, _compiler: Any, **_how: Any) -> str:
    return "1 = 1"


def test_a_statement_that_cannot_be_kept_is_refused(house: HouseUnderTest) -> None:
    """Values come in with what a statement is kept by; where it is compiled anew each time there is nothing to fill."""
    a_case(house, stage=Stage.RECEIVED)
    officer = house.actor(Role.COMMUNE_OFFICER)
    with pytest.raises(Exception, match="object"), house.office.open(officer, writing=False) as desk:
        desk.session.execute(select(Case.id).where(_Unkept()))


def test_conditions_know_nothing_of_whoever_looks() -> None:
    """What stands for all of an outline has no unit, no name, no list of cases to look at."""
    anybody = Alike(Outline(frozenset({Permission.SECOND_SIGN}), Role.COMMUNE_OFFICER, True))
    theirs = set(Actor.__dataclass_fields__) - {
        "permissions",
        "role",
        "account_id",
        "client_id",
    }
    assert not [name for name in sorted(theirs) if hasattr(anybody, name)]
    assert anybody.account_id is None
    assert not isinstance(anybody.account_id, UUID)
