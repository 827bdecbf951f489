"""Tables of the emergency. Plain: states, times, who acted, the last day. What, about whom and where is sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.intervention.emergency.terms import Ban, BanEnd, Measure, Proposal, Said, Signing, Stay
from casemgr.security.parts import sealed_column, sealed_part


class EmergencyMeasure(OfCase, Model):
    """One measure that was taken for a child."""

    __tablename__ = "emergency_measure"
    __table_args__ = (Index("ix_emergency_measure_case_id_at", "case_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _content: Mapped[bytes | None] = sealed_column("content")
    content = sealed_part("content", Measure, record="case_id")


class Separation(OfCase, Versioned, Model):
    """One version of a temporary separation, from its draft to its end. One that was given back is never written over."""

    __tablename__ = "separation"
    __table_args__ = (UniqueConstraint("case_id", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    revision: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(16))
    drafted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    drafted_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    handed_in_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    handed_in_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    starts_at: Mapped[datetime | None]
    last_day: Mapped[date | None] = mapped_column(Date)
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]

    _proposal: Mapped[bytes | None] = sealed_column("proposal")
    _stay: Mapped[bytes | None] = sealed_column("stay")
    _signing: Mapped[bytes | None] = sealed_column("signing")
    proposal = sealed_part("proposal", Proposal, record="case_id")
    stay = sealed_part("stay", Stay, record="case_id")
    signing = sealed_part("signing", Signing, record="case_id")


class SeparationTurn(OfCase, Model):
    """One thing that happened to a separation after it was decided."""

    __tablename__ = "separation_turn"
    __table_args__ = (UniqueConstraint("separation_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    separation_id: Mapped[UUID] = mapped_column(ForeignKey("separation.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    turn: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]  # when it was written down
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _said: Mapped[bytes | None] = sealed_column("said")
    said = sealed_part("said", Said, record="case_id")


class Withholding(OfCase, Model):
    """A decision that keeps somebody out of meeting, opinion or delivery, for the safety of the child."""

    __tablename__ = "withholding"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]

    _ban: Mapped[bytes | None] = sealed_column("ban")
    _ending: Mapped[bytes | None] = sealed_column("ending")
    ban = sealed_part("ban", Ban, record="case_id")
    ending = sealed_part("ending", BanEnd, record="case_id")
