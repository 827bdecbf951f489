"""Table of retention. Plain: which kind of record is kept how long, by which document."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.core.db import Model


class RetentionPeriod(Model):
    """A period that was set for a kind of record. The newest holds; none is written over."""

    __tablename__ = "retention_period"
    open_because = "says how long a kind of record is kept, by which document; it names nobody"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    years: Mapped[int | None] = mapped_column(Integer)
    until_age: Mapped[int | None] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(String(200))
    document_day: Mapped[date] = mapped_column(Date)
    set_at: Mapped[datetime]
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
