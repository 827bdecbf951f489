"""Tables of searching. Plain: which child's file, which offices, who, when, the state. Reasons are sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    and_,
    false,
    or_,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Scoped
from casemgr.access.sight import Sight
from casemgr.children.models import OfChild
from casemgr.core.db import Model
from casemgr.search.terms import Why
from casemgr.security.parts import CARD_BLOCK, sealed_column, sealed_part


class AccessRequest(OfChild, Model):
    """Somebody outside asks the office that keeps a child's file to be let in."""

    __tablename__ = "access_request"
    only_asks = True
    __table_args__ = (Index("ix_access_request_unit_id_state", "unit_id", "state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("child.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # that is asked
    asking_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8))
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]

    _why: Mapped[bytes | None] = sealed_column("why")
    _answer: Mapped[bytes | None] = sealed_column("answer")
    why = sealed_part("why", Why, block=CARD_BLOCK * 4)
    answer = sealed_part("answer", Why, block=CARD_BLOCK * 4)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.is_the_house:
            return true()
        own = sight.is_person(cls.asked_by) if sight.account_id is not None else false()
        return or_(
            own, and_(sight.covers(cls.unit_id), super().in_scope(sight))
        )  # whoever answers sees the file


class SearchExcess(Scoped, Model):
    """A wide search beyond the hour's limit, with the reason that was given: for whoever supervises."""

    __tablename__ = "search_excess"
    __table_args__ = (Index("ix_search_excess_unit_id_at", "unit_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    at: Mapped[datetime]
    made: Mapped[int] = mapped_column(SmallInteger)  # searches within that hour

    _why: Mapped[bytes | None] = sealed_column("why")
    why = sealed_part("why", Why, block=CARD_BLOCK * 4)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return sight.covers(cls.unit_id)
