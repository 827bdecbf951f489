"""Table of merges. Plain: which files, whose, when, who, the state. What was changed, and why, is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, and_, true
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Scoped
from casemgr.access.sight import Sight
from casemgr.children.models import child_seen
from casemgr.core.db import Model, Versioned
from casemgr.lives.terms import Changes, Reason
from casemgr.security.parts import CARD_BLOCK, sealed_column, sealed_part


class ChildMerge(Scoped, Versioned, Model):
    """Two files that are to become one, or did, and how to part them again. Who agreed stands with the proposal."""

    __tablename__ = "child_merge"
    __table_args__ = (Index("ix_child_merge_given_up_id", "given_up_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("child.id"), index=True)
    given_up_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("child.id"))
    merged_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    merged_at: Mapped[datetime | None]  # before that a second person is asked
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]

    _why: Mapped[bytes | None] = sealed_column("why")
    _undone_why: Mapped[bytes | None] = sealed_column("undone_why")
    _changes: Mapped[bytes | None] = sealed_column("changes")
    why = sealed_part("why", Reason, record="kept_id", block=CARD_BLOCK * 4)
    undone_why = sealed_part("undone_why", Reason, record="kept_id", block=CARD_BLOCK * 4)
    changes = sealed_part("changes", Changes, record="kept_id")

    @hybrid_property
    def is_one(self) -> bool:
        """Whether the two files are one today."""
        return self.merged_at is not None and self.undone_at is None

    @is_one.inplace.expression
    @classmethod
    def _is_one(cls) -> ColumnElement[bool]:
        return and_(cls.merged_at.is_not(None), cls.undone_at.is_(None))

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return true() if sight.is_the_house else child_seen(cls.kept_id, sight)
