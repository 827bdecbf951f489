"""The log of what was added to the law. Nothing here is about a person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Open
from casemgr.core.db import Model


class LawChange(Open, Model):
    """One addition. Rows are only ever appended; the newest one's mark tells every worker which law is in use."""

    __tablename__ = "law_change"
    open_because = "the law, the calendar and the rules of a place are public"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # in order, without a gap
    mark: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    since: Mapped[date | None] = mapped_column(Date)
    document: Mapped[str] = mapped_column(String(120))
    document_day: Mapped[date] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)  # JSON
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    actor: Mapped[str] = mapped_column(String(80))
    moved: Mapped[int] = mapped_column(Integer, default=0)  # how many running clocks it gave another time
