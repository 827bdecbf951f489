"""The wall in the session: every statement is narrowed to what the actor may see; without an actor nothing runs."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from casemgr.access.actor import Actor
from casemgr.core.db import Model
from casemgr.core.errors import Refused


class Scoped:
    """Mark of a table whose rows belong to somebody. The class says which rows an actor may see."""

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """The condition every statement on this table gets."""
        raise TypeError(f"{cls.__name__} does not say which rows an actor may see.")


class Open:
    """Mark of a table that everyone may read; `open_because` says why."""

    open_because: ClassVar[str]


class DeskSession(Session):
    """The session of one desk. Its info holds the actor, the safe, and whether it may write."""


@cache
def scoped_tables() -> tuple[Any, ...]:
    """Every mapped class whose rows belong to somebody."""
    return tuple(mapper.class_ for mapper in Model.registry.mappers if issubclass(mapper.class_, Scoped))


def wall(actor: Actor) -> Sequence[Any]:
    """The conditions for an actor, one for each scoped table, made once per desk."""
    return tuple(
        with_loader_criteria(table, table.in_scope(actor), include_aliases=True) for table in scoped_tables()
    )


@event.listens_for(DeskSession, "do_orm_execute")
def narrow(state: ORMExecuteState) -> None:
    """Narrow every select, count, join, bulk update and delete; refuse when nobody sits at the desk."""
    info = state.session.info
    if "actor" not in info:
        raise Refused("Nobody is acting.")
    if not info.get("writing") and not state.is_select:
        raise TypeError("A reading desk does not write.")
    if state.is_column_load or state.is_relationship_load:
        return
    conditions = info.get("wall")
    if conditions is None:
        conditions = info["wall"] = wall(info["actor"])
    state.statement = state.statement.options(*conditions)


@event.listens_for(DeskSession, "before_flush")
def only_at_a_writing_desk(session: Session, context: UOWTransaction, instances: Any) -> None:
    """Reading is not writing: a page that is only looked at changes nothing."""
    if session.info.get("writing"):
        return
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        raise TypeError("A reading desk does not write.")
