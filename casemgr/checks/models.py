"""Tables of checks. Plain: which unit, period and rule, how many, when, who. What people wrote is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Scoped
from casemgr.access.sight import Sight
from casemgr.checks.terms import Explained
from casemgr.core.db import Model
from casemgr.security.parts import sealed_column, sealed_part


class CheckResult(Scoped, Model):
    """How many findings stood in the numbers of a unit for a period, when the house last looked."""

    __tablename__ = "check_result"
    __table_args__ = (UniqueConstraint("period", "place"), Index("ix_check_result_unit_id", "unit_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(24))
    place: Mapped[str] = mapped_column(String(5))  # code of the unit on the period's last day, or VN
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    blocks: Mapped[int] = mapped_column(Integer)
    to_explain: Mapped[int] = mapped_column(Integer)
    explained: Mapped[int] = mapped_column(Integer)
    checked_at: Mapped[datetime]

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return sight.counts(cls.unit_id)


class CheckExplanation(Scoped, Model):
    """Why a finding stands although nothing is wrong. It holds for the numbers it was written about."""

    __tablename__ = "check_explanation"
    __table_args__ = (
        Index("ix_check_explanation_period_place", "period", "place"),
        Index("ix_check_explanation_unit_id", "unit_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(24))
    place: Mapped[str] = mapped_column(String(5))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    rule: Mapped[str] = mapped_column(String(40))
    written_at: Mapped[datetime]
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _explained: Mapped[bytes | None] = sealed_column("explained")
    explained = sealed_part("explained", Explained)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return sight.counts(cls.unit_id)
