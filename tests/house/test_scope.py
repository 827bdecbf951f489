"""Scope: each table says who may see its rows, and a stranger finds nothing by any kind of statement."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import String, Uuid, cast, delete, exists, func, inspect, literal, select, union_all, update
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column

from casemgr.access.actor import Actor, command
from casemgr.access.desk import Desk
from casemgr.access.everything import whole_register
from casemgr.access.questions import Question, found
from casemgr.access.roles import REACH, STAFF, Reach, Role
from casemgr.access.scope import DeskSession, Open, Scoped, scoped_tables, wall
from casemgr.accounts.models import Account
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.children.models import Child, ChildUnit
from casemgr.core.conditions import OneOfMany
from casemgr.core.db import Model
from casemgr.core.errors import NotFound, Refused, Unavailable
from casemgr.core.prepared import gap
from casemgr.intake.models import Report, ReportUnit
from casemgr.places.models import Unit
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest
from tests.support.rows import fill

# Rows that nobody of the staff sees as rows: they are read by counting and by machines alone
NOBODYS = {"case_fact", "given_answer", "item_fact"}
# Rows that one person alone sees: whoever they were written for
ONES_OWN = {"declaration", "draft", "export_piece", "notice"}
# Rows that inspectors and administrators see without any file: they name no child
_NUMBERS = ("check_explanation", "check_result", "statistical_return", "return_version", "cell_comment")
WATCHED = {
    "data_incident": {Role.INSPECTOR, Role.ADMIN},
    **{name: {Role.STATISTICIAN} for name in _NUMBERS},  # numbers of the units they count for, and no file
}
Rows = dict[type[Any], Any]
_ALL: dict[type[Any], Question[Any]] = {table: Question(select(table)) for table in (Report, Child)}


def test_each_table_is_scoped_or_says_why_everybody_may_see_it() -> None:
    for mapper in sorted(Model.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        table = mapper.class_
        scoped, reason = issubclass(table, Scoped), getattr(table, "open_because", "")
        assert scoped != bool(reason), f"{table.__name__} is either Scoped or Open with a reason."
        if scoped:
            assert "in_scope" in {
                name for base in table.__mro__[:-1] for name in vars(base) if base is not Scoped
            }
        else:
            assert len(str(reason).split()) > 1 or issubclass(table, Open), f"{table.__name__}: say why."


def test_an_unmarked_table_does_not_map() -> None:
    with pytest.raises(TypeError, match="neither Scoped nor Open"):

        class Unmarked(Model):
            __tablename__ = "unmarked"
            id: Mapped[int] = mapped_column(primary_key=True)

    assert issubclass(Model, DeclarativeBase)


def test_a_table_that_hangs_on_a_person_is_scoped() -> None:
    """Whatever points to a case, a report or a child, or holds a sealed part, is somebody's."""
    excused = {
        "child_pair",
        "child_unit",
        "report_unit",  # pairs of random numbers and units; what they lead to is scoped
        "hotline_statement",  # numbers of reports by month and unit
    }
    for mapper in sorted(Model.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        table = mapper.class_
        targets = {key.column.table.name for column in mapper.columns for key in column.foreign_keys}
        sealed = any(column.name.endswith("_sealed") for column in mapper.columns)
        ours = {"account", "api_client", "factor"}
        if targets & {"case", "report", "child"} or (sealed and table.__tablename__ not in ours):
            assert issubclass(table, Scoped) or table.__tablename__ in excused, table.__name__


@pytest.fixture
def rows(house: HouseUnderTest) -> Rows:
    """A row of each scoped table around one case of Na Sầm."""
    number = a_case(house, stage=Stage.CARRYING_OUT)
    with house.maintenance() as desk:
        return dict(fill(desk, number))


def statements(table: type[Any], key: Any) -> Iterator[tuple[str, Callable[[Desk], Any]]]:
    """Every way in which a query could meet a row."""
    first = inspect(table).primary_key[0]
    column = inspect(table).get_property_by_column(first).class_attribute
    here = column == key[0]
    again = aliased(table)
    other = getattr(again, column.key)
    yield "get", lambda desk: desk.session.get(table, key if len(key) > 1 else key[0])
    yield "select", lambda desk: desk.all(select(table).where(here))
    yield "column", lambda desk: desk.all(select(column).where(here))
    yield "count", lambda desk: desk.session.scalar(select(func.count(column)).where(here))
    yield "count from", lambda desk: desk.session.scalar(select(func.count()).select_from(table).where(here))
    yield "greatest", lambda desk: desk.session.scalar(select(func.max(cast(column, String))).where(here))
    yield "alias", lambda desk: desk.all(select(again).where(other == key[0]))
    yield "joined", lambda desk: desk.rows(select(Account.id, column).join(table, here))
    yield "subquery", lambda desk: desk.all(select(select(column).where(here).subquery().c[0]))
    yield "exists", lambda desk: desk.session.scalar(select(exists(select(column).where(here)))) or None
    yield "in", lambda desk: desk.all(select(again).where(other.in_(select(column).where(here))))
    yield "cte", lambda desk: desk.all(select(select(column).where(here).cte().c[0]))
    yield (
        "union",
        lambda desk: [
            row
            for row in desk.rows(union_all(select(column).where(here), select(column).where(here)))
            if row[0] is not None
        ],
    )
    yield "query", lambda desk: desk.session.query(table).filter(here).all()
    yield (
        "scalar subquery",
        lambda desk: desk.session.scalar(
            select(select(column).where(here).limit(1).scalar_subquery()).where(literal(1) == 1)
        ),
    )
    yield "question", lambda desk: desk.rows(Question(select(column).where(here)))
    yield "question of objects", lambda desk: desk.all(Question(select(table).where(here)))
    yield "desk", lambda desk: found(desk.session, table, key if len(key) > 1 else key[0])


@contextmanager
def stranger(house: HouseUnderTest, *, writing: bool = False) -> Iterator[Desk]:
    with house.desk(Role.COMMUNE_OFFICER, ELSEWHERE, writing=writing) as desk:
        yield desk


def test_a_stranger_finds_nothing_by_any_statement(house: HouseUnderTest, rows: Rows) -> None:
    assert set(rows) == set(scoped_tables())
    for table, key in rows.items():
        for way, ask in statements(table, key):
            with house.maintenance(writing=False) as desk:
                assert ask(desk), f"{table.__name__} by {way}: the test itself finds nothing"
            with stranger(house) as desk:
                assert not ask(desk), f"A stranger finds {table.__name__} by {way}."


def test_a_question_is_each_actors_own(house: HouseUnderTest, rows: Rows) -> None:
    """Compiled once for a shape of the wall, it carries the values of whoever asks, and is handed no others."""
    (key,) = rows[Case]
    one, all_of_them = Question(select(Case).where(Case.id == gap("id", Uuid()))), Question(select(Case.id))
    for _time in range(2):
        with house.desk(Role.COMMUNE_OFFICER, NA_SAM, writing=False) as desk:
            assert desk.one(one, id=key).id == key and key in {row.id for row in desk.rows(all_of_them)}
        with stranger(house) as desk:
            assert not desk.all(one, id=key) and not desk.rows(all_of_them)


def test_a_question_takes_lists_of_any_length(house: HouseUnderTest, rows: Rows) -> None:
    (key,) = rows[Case]
    some = Question(select(Case.id).where(OneOfMany(Case.id, "ids", Uuid())))
    with house.desk(Role.COMMUNE_OFFICER, NA_SAM, writing=False) as desk:
        for others in range(6):
            ids = [UUID(int=number) for number in range(others)]
            assert not desk.rows(some, ids=ids)
            assert [row.id for row in desk.rows(some, ids=[key, *ids])] == [key]


def test_what_a_reading_desk_is_given_nobody_follows(house: HouseUnderTest, rows: Rows) -> None:
    """Read twice it is one object; its sealed parts open at its desk, and nowhere afterwards."""
    (key,) = rows[Case]
    with house.desk(Role.COMMUNE_OFFICER, NA_SAM, writing=False) as desk:
        case = desk.get(Case, key)
        assert desk.get(Case, key) is case and case not in desk.session
        child = desk.get(Child, case.child_id)
        desk.session.flush()
    with pytest.raises(Unavailable):
        _ = child.card
    with house.desk(Role.COMMUNE_OFFICER, NA_SAM) as desk:
        assert desk.get(Case, key) in desk.session
        desk.give_up()


def test_those_who_may_see_do_see(house: HouseUnderTest, rows: Rows) -> None:
    for role, unit in ((Role.COMMUNE_OFFICER, NA_SAM), (Role.PROVINCE_SUPERVISOR, LANG_SON)):
        with house.desk(role, unit, writing=False) as desk:
            for table, key in rows.items():
                found = desk.session.get(table, key if len(key) > 1 else key[0])
                hidden = table.__tablename__ in NOBODYS or (
                    table.__tablename__ in ONES_OWN and role is not Role.COMMUNE_OFFICER
                )
                assert (found is None) == hidden, f"{role} and {table.__name__}"


def test_whoever_supervises_the_country_is_not_the_house(house: HouseUnderTest, rows: Rows) -> None:
    """Every file lies in the scope of the country; rows for counting, and what one person alone sees, do not."""
    country = replace(house.actor(Role.PROVINCE_SUPERVISOR), unit_id=None, units=None, table_units=None)
    with house.office.open(country, writing=False) as desk:
        for table, key in rows.items():
            if table.__tablename__ in NOBODYS | ONES_OWN:
                assert desk.session.get(table, key if len(key) > 1 else key[0]) is None, table.__name__


def test_roles_without_files_find_nothing(house: HouseUnderTest, rows: Rows) -> None:
    for role in (role for role in STAFF if REACH[role] not in (Reach.OWN_UNIT, Reach.PROVINCE)):
        with house.desk(role, writing=False) as desk:
            for table, key in rows.items():
                found = desk.session.get(table, key if len(key) > 1 else key[0])
                watches = role in WATCHED.get(table.__tablename__, ())
                assert (found is not None) == watches, f"{role} and {table.__name__}"


def test_walls_of_many_people_do_not_mix(house: HouseUnderTest, rows: Rows) -> None:
    """Statements are compiled once for all people whose conditions have the same shape: each still sees only their own."""
    far = a_case(house, unit_code=ELSEWHERE)
    near = {NA_SAM: 1, LANG_SON: 1, ELSEWHERE: 1, THAT_KHE: 0}
    actors = [
        (house.actor(role, code), count)
        for code, count in near.items()
        for role in (
            (Role.PROVINCE_SUPERVISOR,) if code == LANG_SON else (Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR)
        )
    ]
    worker = house.actor(Role.SOCIAL_WORKER)
    with house.maintenance(writing=False) as desk:
        ids = {row.number: row.id for row in desk.rows(select(Case.number, Case.id))}
    actors += [(worker, 0), (replace(worker, cases=frozenset({ids[far]})), 1)]
    actors += [(replace(worker, cases=frozenset(ids.values())), 2), (command("tests"), 2)]
    statement = select(func.count()).select_from(Case)
    for seed in range(60):
        actor, wanted = actors[seed * 7 % len(actors)]
        with house.office.open(actor, writing=False) as desk:
            assert desk.session.scalar(statement) == wanted, actor.id
            assert len(desk.all(select(Case))) == wanted
            assert len(desk.rows(select(Report.number))) == wanted


def test_what_was_shared_is_seen_by_few_units_as_by_many(house: HouseUnderTest, rows: Rows) -> None:
    """A commune asks by an array, a province of hundreds of units by a list: both see what was shared, and no more."""
    own, far = house.unit_id(NA_SAM), house.unit_id(ELSEWHERE)
    with house.maintenance() as desk:
        others = desk.all(select(Unit.id).where(Unit.id.not_in((own, far))).order_by(Unit.id).limit(20))
        shared = {Report: {own, *others[::3]}, Child: {own, *others[::2]}}
        desk.session.execute(delete(ReportUnit))
        desk.session.execute(delete(ChildUnit))
        desk.add(
            *(ReportUnit(report_id=rows[Report][0], unit_id=unit, since=desk.now) for unit in others[::3])
        )
        desk.add(*(ChildUnit(child_id=rows[Child][0], unit_id=unit, since=desk.now) for unit in others[::2]))
    few = Actor(id="somebody", role=Role.PROVINCE_SUPERVISOR, account_id=uuid4())

    @settings(max_examples=20)
    @given(st.sets(st.sampled_from([own, far, *others]), max_size=6), st.booleans())
    def compare(units: set[int], writing: bool) -> None:
        for empty in ((), range(-20, 0)):  # units that do not exist make many of few
            with house.office.open(replace(few, units=frozenset({*units, *empty})), writing=writing) as desk:
                for table, by in shared.items():
                    assert len(desk.all(select(table))) == bool(units & by), table.__name__
                    assert len(desk.all(_ALL[table])) == bool(units & by), table.__name__
                desk.give_up()

    compare()


def test_two_walls_of_different_shape_never_share_a_number() -> None:
    here = [Actor(id=str(place), units=frozenset({place})) for place in range(3)]
    shapes = [
        *here,
        Actor(id="a", units=None),
        Actor(id="b", units=frozenset()),
        Actor(id="c", role=Role.HOTLINE, client_id=uuid4()),
        Actor(id="d", units=frozenset({1}), account_id=uuid4()),
        Actor(id="e", cases=frozenset({uuid4()}), children=frozenset({1})),
    ]
    with ThreadPoolExecutor(8) as threads:
        walls = list(threads.map(wall, shapes * 20))
    numbers = {
        actor.id: {walls[at]._shape for at in range(place, len(walls), len(shapes))}
        for place, actor in enumerate(shapes)
    }
    assert all(len(found) == 1 for found in numbers.values())
    assert numbers["0"] == numbers["1"] == numbers["2"], "same shape, other values: compiled once"
    assert len({next(iter(found)) for found in numbers.values()}) == 6


def test_a_stranger_changes_nothing(house: HouseUnderTest, rows: Rows) -> None:
    for table, key in rows.items():
        first = inspect(table).primary_key[0]
        column = inspect(table).get_property_by_column(first).class_attribute
        values = {column.key: key[0]}
        with stranger(house, writing=True) as desk:
            for statement in (
                update(table).where(column == key[0]).values(values),
                delete(table).where(column == key[0]),
            ):
                done = desk.session.execute(statement, execution_options={"synchronize_session": False})
                assert done.rowcount == 0, f"A stranger changes {table.__name__}."  # type: ignore[attr-defined]


def test_what_is_not_yours_is_not_found(house: HouseUnderTest, rows: Rows) -> None:
    with stranger(house) as desk, pytest.raises(NotFound):
        desk.get(Case, rows[Case][0])
    with stranger(house) as desk, pytest.raises(NotFound):
        desk.one(select(Case).where(Case.id == rows[Case][0]))


def test_without_an_actor_nothing_runs(house: HouseUnderTest, rows: Rows) -> None:
    for table in (*rows, Account):
        with DeskSession(house.office.engine) as session, pytest.raises(Refused):
            session.execute(select(table))
        with DeskSession(house.office.engine) as session, pytest.raises(Refused):
            session.execute(delete(table))


def test_the_whole_register_closes_behind_itself(house: HouseUnderTest, rows: Rows) -> None:
    statement = select(func.count()).select_from(Case)
    with stranger(house) as desk:
        assert desk.session.scalar(statement) == 0
        with whole_register(desk) as session:
            assert session.scalar(statement) == 1
        assert desk.session.scalar(statement) == 0
    with stranger(house) as desk:
        with pytest.raises(ZeroDivisionError), whole_register(desk):
            1 / 0  # noqa: B018 - any fault inside
        assert desk.session.scalar(statement) == 0
