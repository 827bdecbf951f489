"""Tables of children. Plain: a random number, the unit that keeps the file, the state. Everything else is sealed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    event,
    exists,
    false,
    inspect,
    select,
    true,
)
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from casemgr.access.scope import DeskSession, Scoped, looked_up
from casemgr.access.sight import Sight
from casemgr.accounts.models import hangs_on
from casemgr.children.terms import Card, Detail, Whereabouts
from casemgr.core.db import Model, Versioned
from casemgr.core.errors import Refused
from casemgr.security.parts import CARD_BLOCK, sealed_column, sealed_part


class Child(Scoped, Versioned, Model):
    """One child. The number is random: it tells neither order nor volume."""

    __tablename__ = "child"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="known")  # known | unidentified | merged
    recorded_at: Mapped[datetime]
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_client.id"))
    restricted: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # with its cases
    shredded_at: Mapped[datetime | None]  # its key is gone: seen by nobody, counted on

    _card: Mapped[bytes | None] = sealed_column("card")
    _detail: Mapped[bytes | None] = sealed_column("detail")
    _whereabouts: Mapped[bytes | None] = sealed_column("whereabouts")
    card = sealed_part("card", Card, block=CARD_BLOCK)
    detail = sealed_part("detail", Detail)
    whereabouts = sealed_part("whereabouts", Whereabouts)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.is_the_house:
            return true()
        return sight.may_meet(
            cls,
            sight.covers(cls.unit_id),
            sight.named_on_child(cls.id),
            sight.entered(cls.entered_by),
            sight.shared(cls.id, ChildUnit.child_id, ChildUnit.unit_id),
            of=lambda ids: ids.children,
        )


class OfChild(Scoped):
    """Mark of a row that belongs to a child's file: it is seen by whoever sees the child."""

    only_asks: ClassVar[bool] = False  # changes nothing of the file: whoever has no part in it writes it
    child_id: Mapped[int]

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return true() if sight.is_the_house else child_seen(cls.child_id, sight)


def child_seen(child_id: Any, sight: Sight) -> ColumnElement[bool]:
    """Whether the actor sees the child of a row; looked up for each row, never listed."""
    seen = looked_up(Child)
    return exists().where(seen.id == child_id, seen.in_scope(sight))


hangs_on("child_id", child_seen)


class ChildUnit(Model):
    """A further unit that works with the child: the place of another incident, the other side of a handover."""

    __tablename__ = "child_unit"
    open_because = "pairs of random numbers and units; the child itself is scoped"

    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    since: Mapped[datetime]
    granted_by: Mapped[UUID | None]


class NameToken(Model):
    """A row of the index: no key of a child, no time, no order. On SQLite it lies in the order of its tokens."""

    __tablename__ = "name_token"
    __table_args__ = {"sqlite_with_rowid": False, "info": {"copied_by_key": True}}
    open_because = (
        "tokens and postings say nothing without the keys; a child that is found is read through its scope"
    )

    token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    posting: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)


class ChildPair(Model):
    """Two files that may be one child: found and waiting, or decided by a person and not asked again."""

    __tablename__ = "child_pair"
    __table_args__ = (Index("ix_child_pair_second_id", "second_id"), Index("ix_child_pair_state", "state"))
    open_because = "pairs of random numbers; the children themselves are scoped"

    first_id: Mapped[int] = mapped_column(ForeignKey("child.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("child.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))  # waiting | sibling | other
    score: Mapped[int] = mapped_column(SmallInteger)  # of the comparison, rounded
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


_LINKS = ("child_id", "kept_id", "given_up_id", "first_id", "second_id")


def _only_for_a_day(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """A child that somebody sees for a day is not changed, and nothing is hung on its file to see it for longer."""
    actor = session.info.get("actor")
    if actor is None or not actor.circle.only_seen:
        return
    rows = (*session.new, *session.deleted, *filter(session.is_modified, session.dirty))
    touched = {child_id for row in rows for child_id in _touched_by(row)} & actor.circle.only_seen
    if not touched:
        return
    lasting = select(Child.id).where(Child.id.in_(touched), Child.in_scope(actor.from_tomorrow))
    if touched - set(session.scalars(lasting)):
        raise Refused


def _touched_by(row: Any) -> Iterator[Any]:
    """The children whose files a row changes: one that stood before and belongs to a case, those on which it is hung now."""
    if isinstance(row, Child):
        yield row.id
    if isinstance(row, OfChild) and row.only_asks:
        return
    state = inspect(row)
    always = isinstance(row, OfChild | ChildUnit | ChildPair) or not state.persistent
    for name in _LINKS:
        if name in state.attrs and (always or state.attrs[name].history.has_changes()):
            yield getattr(row, name)


# First of all: what writes new rows plainly takes them out of the session's hands.
event.listen(DeskSession, "before_flush", _only_for_a_day, insert=True)
