"""Tables of papers. Plain: number, form, unit, times, who. For whom, why, and the paper itself are sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.sight import Sight
from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.documents.terms import Copy, Issue, Voided
from casemgr.security.parts import sealed_column, sealed_part


class Paper(OfCase, Versioned, Model):
    """One issued paper. Its sealed copy is never written over; a re-issue is a new row that refers to it."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "series", "running"),
        Index("ix_paper_case_id", "case_id", "form", "issued_at"),
        Index("ix_paper_register", "unit_id", "issued_at", "id"),
        Index("ix_paper_replaces_id", "replaces_id", unique=True),  # replaced once
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    record_id: Mapped[UUID]  # whose key seals it: the case's, or its own
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"))  # type: ignore[assignment]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # that issued it
    form: Mapped[str] = mapped_column(String(4))
    series: Mapped[str] = mapped_column(String(8))
    year: Mapped[int] = mapped_column(Integer)
    running: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(SmallInteger, default=1)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("paper.id"))
    about_id: Mapped[UUID | None]  # the separation, meeting, placement, visit or carer it is about
    quarter: Mapped[str | None] = mapped_column(String(7))  # of a list: 2026-Q4
    template_id: Mapped[UUID | None] = mapped_column(ForeignKey("paper_template.id"))
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _issue: Mapped[bytes | None] = sealed_column("issue")
    _copy: Mapped[bytes | None] = mapped_column("copy_sealed", LargeBinary, nullable=True, deferred=True)
    _voided: Mapped[bytes | None] = sealed_column("voided")
    issue = sealed_part("issue", Issue, record="record_id")
    copy = sealed_part("copy", Copy, record="record_id")
    voided = sealed_part("voided", Voided, record="record_id")

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return or_(super().in_scope(sight), and_(cls.case_id.is_(None), sight.covers(cls.unit_id)))


class PaperCounter(Model):
    """The last number of a unit's register in a year, for each series."""

    __tablename__ = "paper_counter"
    open_because = "holds counts of numbers given, which stand on every paper anyway"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    series: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class PaperTemplate(Model):
    """A Word template that a province uses for a form from a day on, in place of the one of the system."""

    __tablename__ = "paper_template"
    open_because = "holds the layout of an official form and no person's facts"
    __table_args__ = (UniqueConstraint("unit_id", "form", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # the province
    form: Mapped[str] = mapped_column(String(4))
    revision: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    file: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
