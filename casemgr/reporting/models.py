"""Tables of reporting. Plain: which unit, schedule, period, states, days, who. Numbers and what people wrote are sealed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Open, Scoped
from casemgr.access.sight import Sight
from casemgr.core.db import Model, Versioned
from casemgr.reporting.terms import Frozen, Said, State, Written
from casemgr.security.parts import sealed_column, sealed_part


def _readable(sight: Sight, unit: Any, published: Any) -> ColumnElement[bool]:
    """Numbers of one's own units; what the country has published is everybody's who reads numbers."""
    return or_(sight.counts(unit), and_(unit.is_(None), published.is_not(None)))


class Return(Scoped, Versioned, Model):
    """What one unit reports for one period of one schedule, from the first thing that happens to it."""

    __tablename__ = "statistical_return"
    __table_args__ = (
        UniqueConstraint("schedule", "period", "place"),
        Index("ix_statistical_return_unit_id_state", "unit_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    schedule: Mapped[str] = mapped_column(String(24))
    period: Mapped[str] = mapped_column(String(12))
    place: Mapped[str] = mapped_column(String(5))  # code of the unit on the period's last day, or VN
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    level: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12), default=State.DRAFT)
    number: Mapped[int] = mapped_column(SmallInteger, default=0)  # of the newest version
    final: Mapped[int | None] = mapped_column(SmallInteger)  # of the version that stands
    due_on: Mapped[date] = mapped_column(Date)
    signed_at: Mapped[datetime | None]  # the first time
    nil: Mapped[bool] = mapped_column(Boolean, default=False)
    published_at: Mapped[datetime | None]  # the first time

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return _readable(sight, cls.unit_id, cls.published_at)


class ReturnVersion(Scoped, Versioned, Model):
    """One version as it was signed: its numbers never change, its state goes on."""

    __tablename__ = "return_version"
    __table_args__ = (UniqueConstraint("return_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    return_id: Mapped[UUID] = mapped_column(ForeignKey("statistical_return.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    number: Mapped[int] = mapped_column(SmallInteger)
    amends: Mapped[int | None] = mapped_column(SmallInteger)  # the version that stood before it
    state: Mapped[str] = mapped_column(String(12))
    nil: Mapped[bool] = mapped_column(Boolean)
    as_of: Mapped[datetime]
    borders_day: Mapped[date] = mapped_column(Date)
    digest: Mapped[str] = mapped_column(String(64))  # of numbers, catalogue and evidence
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    signed_for: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))  # whom the signer stood in for
    signed_at: Mapped[datetime]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    returned_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    returned_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]

    _frozen: Mapped[bytes | None] = sealed_column("frozen")
    _said: Mapped[bytes | None] = sealed_column("said")
    frozen = sealed_part("frozen", Frozen)
    said = sealed_part("said", Said)

    @property
    def signers(self) -> frozenset[UUID]:
        """Whoever signed, and for whom: neither does the next step."""
        return frozenset({self.signed_by, self.signed_for} - {None})  # type: ignore[arg-type]

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return _readable(sight, cls.unit_id, cls.published_at)


class CellComment(Scoped, Versioned, Model):
    """One line of a thread on a number of a return. The first line carries whether the thread is settled."""

    __tablename__ = "cell_comment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    return_id: Mapped[UUID] = mapped_column(ForeignKey("statistical_return.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    cell: Mapped[str] = mapped_column(String(240))  # table and codes of row and column
    thread_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("cell_comment.id")
    )  # of the first line; its own has none
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None]

    _written: Mapped[bytes | None] = sealed_column("written")
    written = sealed_part("written", Written)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return sight.counts(cls.unit_id)


class ReportingPlan(Open, Model):
    """The due days that a province (or the country) has set by a document of its own. A plan is never written over."""

    __tablename__ = "reporting_plan"
    open_because = "due days of offices and the document that sets them are public"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    document: Mapped[str] = mapped_column(String(120))
    document_day: Mapped[date] = mapped_column(Date)
    terms: Mapped[str] = mapped_column(Text)  # JSON
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
