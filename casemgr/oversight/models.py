"""Tables of oversight: what verification found each time, and looks that somebody should be asked about."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.core.db import Model


class AuditCheck(Model):
    """One verification of the trail: where the chain ended, and how many cases each unit had in each year."""

    __tablename__ = "audit_check"
    open_because = "holds counts and digests; the page that shows them needs a permission"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    head: Mapped[str] = mapped_column(String(100))
    entries: Mapped[int] = mapped_column(BigInteger)
    faults: Mapped[int] = mapped_column(Integer)
    counts: Mapped[str] = mapped_column(
        Text
    )  # JSON: series of numbers -> how many; its digest is in the trail


class Concern(Model):
    """Looks of one person that somebody should ask about, found at night, decided by a person."""

    __tablename__ = "concern"
    open_because = "names staff and case numbers; the page that lists them needs a permission"
    __table_args__ = (
        UniqueConstraint("account_id", "about", "found_on"),
        Index("ix_concern_answer_found_on", "answer", "found_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    about: Mapped[str] = mapped_column(String(24))  # number of a case; empty where it is about a habit
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)  # of the person, then
    found_on: Mapped[date] = mapped_column(Date)
    weight: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[str] = mapped_column(String(200))  # code:count, one after another
    found_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(12))
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]
