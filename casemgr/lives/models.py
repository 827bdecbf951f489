"""Table of merges. Plain: which files, whose, when, who, the state. What was changed, and why, is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, true
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.actor import Actor
from casemgr.access.scope import Scoped
from casemgr.children.models import child_seen
from casemgr.core.db import Model, Versioned
from casemgr.lives.terms import Changes, Reason
from casemgr.security.parts import CARD_BLOCK, sealed_column, sealed_part


class ChildMerge(Scoped, Versioned, Model):
    """Two files that became one: proposed by one person, confirmed by another, and how to part them again."""

    __tablename__ = "child_merge"
    __table_args__ = (Index("ix_child_merge_given_up_id", "given_up_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("child.id"), index=True)
    given_up_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("child.id"))
    state: Mapped[str] = mapped_column(String(9))  # proposed | refused | confirmed | undone
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]

    _why: Mapped[bytes | None] = sealed_column("why")
    _undone_why: Mapped[bytes | None] = sealed_column("undone_why")
    _changes: Mapped[bytes | None] = sealed_column("changes")
    why = sealed_part("why", Reason, record="kept_id", block=CARD_BLOCK * 4)
    undone_why = sealed_part("undone_why", Reason, record="kept_id", block=CARD_BLOCK * 4)
    changes = sealed_part("changes", Changes, record="kept_id")

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        return true() if actor.is_the_house else child_seen(cls.kept_id, actor)
