"""The wall in the session: every statement is narrowed to what the actor may see; without an actor nothing runs."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cache, lru_cache
from itertools import count
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ColumnElement, event, inspect
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, UOWTransaction, aliased, with_loader_criteria
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.sql.visitors import anon_map

from casemgr.access.actor import Actor
from casemgr.access.sight import Outline, Sight, alike
from casemgr.core.db import Model
from casemgr.core.errors import Refused
from casemgr.core.prepared import filled, is_open

Row = TypeVar("Row")


class Scoped:
    """Mark of a table whose rows belong to somebody. The class says which rows an actor may see."""

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        """The condition every statement on this table gets."""
        raise TypeError(f"{cls.__name__} does not say which rows an actor may see.")


@cache
def looked_up(table: type[Row]) -> type[Row]:
    """A second name for a table, under which a scope looks up the one row that another row belongs to. Made once."""
    return aliased(table)


class Open:
    """Mark of a table that everyone may read; `open_because` says why."""

    open_because: ClassVar[str]


class DeskSession(Session):
    """The session of one desk. Its info holds the actor, the safe, and whether it may write."""

    def get(self, entity: Any, ident: Any, **how: Any) -> Any:
        """A row by its key, also one that was added and is not written yet."""
        found = held(self, entity, ident)
        return found if found is not None else super().get(entity, ident, **how)


def held(session: Session, table: type[Row], key: Any) -> Row | None:
    """A row that the session has read or was given, without asking the database."""
    mapper, names = _key_of(table)  # type: ignore[arg-type]
    whole = key if isinstance(key, tuple) else (key,)
    found: Row | None = session.identity_map.get(mapper.identity_key_from_primary_key(whole))
    if found is None:
        for row in session.new:
            if type(row) is table and tuple(getattr(row, name) for name in names) == whole:
                return row
    return found


@cache
def _key_of(table: type[Any]) -> tuple[Mapper[Any], Sequence[str]]:
    """How a table is mapped, and under which attributes its key stands."""
    mapper = inspect(table)
    return mapper, [mapper.get_property_by_column(column).key for column in mapper.primary_key]


class Wall(CriteriaOption):
    """The conditions of one outline on every scoped table, as one option of a statement, with the values of one actor.

    Two walls of the same shape differ in values only, so a statement behind them is compiled once. The shape is read
    once for each outline and stands as a number in the cache key: read again for every statement, the conditions of
    all tables would cost more than most statements do.
    """

    propagate_to_loaders = True
    _shapes: ClassVar[dict[Any, int]] = {}
    _numbers: ClassVar[Iterator[int]] = count()

    def __init__(self, conditions: Sequence[Any]) -> None:
        self._conditions = conditions
        self.prepared: dict[Any, Any] = {}  # what anybody of the outline has asked, ready to be asked again
        self.bare = self  # with all its gaps
        self.said: Mapping[str, Any] = {}
        self._values: list[Any] = []
        names: Any = anon_map()
        shape = tuple(condition._gen_cache_key(names, self._values) for condition in conditions)
        if None in shape:  # it would stand for every condition that has no key, another actor's too
            raise TypeError("A condition of the wall has no cache key.")
        # A number from a counter, never the size of the table: two threads must not give two shapes one number.
        self._shape = self._shapes.setdefault(shape, next(self._numbers))

    def around(self, actor: Actor) -> "Wall":
        """The same wall, with what it compares with for one actor."""
        own, said = copy(self), actor.said
        known = {bound.key: filled(bound, said) for bound in self._values if is_open(bound)}
        own.said, own._values = said, [known.get(bound.key, bound) for bound in self._values]
        return own

    def _gen_cache_key(self, anon_map: Any, bindparams: list[Any]) -> tuple[Any, ...]:
        bindparams.extend(self._values)
        return Wall, self._shape

    def process_compile_state(self, compile_state: Any) -> None:
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        self.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        for condition in self._conditions:
            condition.get_global_criteria(attributes)


@cache
def scoped_tables() -> tuple[Any, ...]:
    """Every mapped class whose rows belong to somebody."""
    return tuple(
        mapper.class_
        for mapper in sorted(Model.registry.mappers, key=lambda mapper: mapper.class_.__name__)
        if issubclass(mapper.class_, Scoped)
    )


@lru_cache(maxsize=256)
def outer_wall(outline: Outline) -> Wall:
    """The wall around all who have an outline, with gaps where their values will stand."""
    anybody = alike(outline)
    return Wall(
        [
            with_loader_criteria(table, table.in_scope(anybody), include_aliases=True)
            for table in scoped_tables()
        ]
    )


@lru_cache(maxsize=1024)
def wall(actor: Actor) -> Wall:
    """The wall around what an actor may see, kept for those who come again."""
    return outer_wall(actor.outline).around(actor)


def wall_of(session: Session) -> Wall:
    """The wall around whoever acts in a session; without an actor nothing runs."""
    info = session.info
    if "actor" not in info:
        raise Refused("Nobody is acting.")
    built: Wall | None = info.get("wall")
    if built is None:
        built = info["wall"] = wall(info["actor"])
    return built


@event.listens_for(DeskSession, "do_orm_execute")
def narrow(state: ORMExecuteState) -> None:
    """Narrow every select, count, join, bulk update and delete; refuse when nobody sits at the desk."""
    built = wall_of(state.session)
    if not state.session.info.get("writing") and not state.is_select:
        raise TypeError("A reading desk does not write.")
    if not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(built)


def _only_read(session: Session) -> None:
    """What somebody may read for a day is not changed, whatever their office allows elsewhere."""
    actor = session.info.get("actor")
    only_read = actor.circle.only_read if actor is not None else frozenset()
    if not only_read:
        return
    for row in (*session.new, *session.deleted, *filter(session.is_modified, session.dirty)):
        if not isinstance(row, Scoped):
            continue
        if {getattr(row, name, None) for name in ("id", "case_id", "report_id")} & only_read:
            raise Refused


@event.listens_for(DeskSession, "before_flush")
def only_at_a_writing_desk(session: Session, context: UOWTransaction, instances: Any) -> None:
    """Reading is not writing: a page that is only looked at changes nothing."""
    if session.info.get("writing"):
        _only_read(session)
        return
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        raise TypeError("A reading desk does not write.")
