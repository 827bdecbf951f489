"""Tables of counting. Plain: a number, the case, when it was recorded. What is counted is sealed under the facts key.

Open is only what has left for everybody.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Open, Scoped
from casemgr.access.sight import Sight
from casemgr.core.db import Followed, Model


class CaseFact(Followed, Scoped, Model):
    """One version of the nameless fact of one case; the newest stands, the others tell how it stood before."""

    __tablename__ = "case_fact"
    __table_args__ = (Index("ix_case_fact_case_id_seq", "case_id", "seq"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    recorded_at: Mapped[int] = mapped_column(BigInteger)  # microseconds since 1970, UTC
    sealed: Mapped[bytes] = mapped_column(LargeBinary(160))

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return true() if sight.is_the_house else false()


class ItemFact(Followed, Scoped, Model):
    """One version of the nameless fact of an item: of a case, or of a child's spell. The newest stands."""

    __tablename__ = "item_fact"
    __table_args__ = (
        Index("ix_item_fact_owner_id_seq", "owner_id", "seq"),
        Index("ix_item_fact_kind_seq", "kind", "seq"),
    )

    kind: Mapped[str] = mapped_column(String(12))
    owner_id: Mapped[UUID]  # a case, or a spell
    item_id: Mapped[UUID]  # the same in every version of one item
    recorded_at: Mapped[int] = mapped_column(BigInteger)  # microseconds since 1970, UTC
    sealed: Mapped[bytes] = mapped_column(LargeBinary(240))

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return true() if sight.is_the_house else false()


class PublicTable(Open, Model):
    """One table of an edition for everybody, as it left. Never changed: what leaves later is decided by it."""

    __tablename__ = "public_table"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)
    open_because = "it was published for everybody, and holds no number that was withheld"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]  # what left together: a version of a return
    number: Mapped[int] = mapped_column(SmallInteger)
    published_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
