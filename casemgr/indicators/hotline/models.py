"""The table of statements of hotline 111: what it says it sent. Plain: for which area, when. The numbers are sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Open
from casemgr.core.db import Model
from casemgr.indicators.hotline.terms import Said
from casemgr.security.parts import sealed_column, sealed_part


class HotlineStatement(Open, Model):
    """One list of the hotline as it was sent in. A later one replaces the months and units it names."""

    __tablename__ = "hotline_statement"
    __table_args__ = (Index("ix_hotline_statement_recorded_at", "recorded_at"),)
    open_because = (
        "numbers of reports by month and unit, sealed; only rows of the reader's own area are shown"
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("unit.id")
    )  # whose list it is; none: the whole country
    closed_on: Mapped[date] = mapped_column(Date)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _said: Mapped[bytes | None] = sealed_column("said")
    said = sealed_part("said", Said)
