"""Tables of meeting and verification. Plain: number, version, state, times and who acted. Everything said is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.intervention.meeting.terms import Check, Content
from casemgr.security.parts import sealed_column, sealed_part


class Meeting(OfCase, Versioned, Model):
    """One version of the minutes of one meeting. One that was concluded is never written over."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("case_id", "number", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    revision: Mapped[int] = mapped_column(SmallInteger)
    round: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(16))
    held_at: Mapped[datetime | None]
    drafted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    drafted_at: Mapped[datetime]
    saved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime]
    concluded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    concluded_at: Mapped[datetime | None]

    _content: Mapped[bytes | None] = sealed_column("content")
    content = sealed_part("content", Content, record="case_id")


class Verification(OfCase, Model):
    """One thing that was checked of what was told."""

    __tablename__ = "verification"
    __table_args__ = (Index("ix_verification_case_id_checked_at", "case_id", "checked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    checked_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    form_id: Mapped[UUID | None] = mapped_column(unique=True)  # a page sent twice is one entry

    _content: Mapped[bytes | None] = sealed_column("content")
    content = sealed_part("content", Check, record="case_id")
