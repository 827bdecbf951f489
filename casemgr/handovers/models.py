"""Table of handovers. Plain: which case, from where to where, when, who, how far. What was written is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.sight import Sight
from casemgr.cases.models import IsUnrestricted, OfCase
from casemgr.core.db import Model, Versioned
from casemgr.handovers.terms import Letter, Reply
from casemgr.security.parts import sealed_column, sealed_part


class Handover(OfCase, Versioned, Model):
    """One case on its way from one unit to another. At most one of a case is open."""

    __tablename__ = "handover"
    __table_args__ = (
        Index("ix_handover_to", "to_unit_id", "ended_at"),
        Index("ix_handover_from", "from_unit_id", "ended_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12))
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    sent_at: Mapped[datetime]
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _letter: Mapped[bytes | None] = sealed_column("letter")
    _reply: Mapped[bytes | None] = sealed_column("reply")
    letter = sealed_part("letter", Letter, record="case_id")
    reply = sealed_part("reply", Reply, record="case_id")

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        """Both sides keep their record of it, also when the case itself is no longer theirs to see."""
        ours = sight.covers(cls.from_unit_id, cls.to_unit_id)
        return or_(and_(ours, IsUnrestricted(cls.case_id)), super().in_scope(sight))


Index(
    "uq_handover_open",
    Handover.case_id,
    unique=True,
    sqlite_where=Handover.ended_at.is_(None),
    postgresql_where=Handover.ended_at.is_(None),
)
