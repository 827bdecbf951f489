"""The table of supplied figures. Totals of whole units out of public documents: nothing in it is about one person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Open
from casemgr.core.db import Model


class SuppliedFigure(Open, Model):
    """One revision of the figure of a unit for a period. Rows are only ever added; the newest one stands."""

    __tablename__ = "supplied_figure"
    __table_args__ = (
        UniqueConstraint(
            "in_set",
            "code",
            "definition",
            "unit_code",
            "period",
            "revision",
            name="uq_supplied_figure_revision",
        ),
        Index("ix_supplied_figure_code_last_day", "in_set", "code", "last_day"),
    )
    open_because = "totals of whole units, as other sectors publish them"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    in_set: Mapped[str] = mapped_column(String(2))
    code: Mapped[str] = mapped_column(String(64))
    definition: Mapped[int] = mapped_column(SmallInteger)  # version of the entry
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # none is the whole country
    unit_code: Mapped[str] = mapped_column(String(8))
    period: Mapped[str] = mapped_column(String(24))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(SmallInteger)
    withdrawn: Mapped[bool] = mapped_column(Boolean)
    invented: Mapped[bool] = mapped_column(Boolean)
    cells: Mapped[str] = mapped_column(Text)  # JSON
    agency: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(120))
    document_day: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text)
    explained: Mapped[str] = mapped_column(Text)  # JSON
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
