"""Tables of intake. Plain: numbers, units, states and times. What was told is sealed, who told it sealed apart."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    exists,
    false,
    select,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Scoped, looked_up
from casemgr.access.sight import Sight
from casemgr.cases.models import Case
from casemgr.core.db import Followed, Model, Versioned
from casemgr.intake.terms import Places, Reporter, Story
from casemgr.security.parts import sealed_column, sealed_part


class Report(Scoped, Versioned, Model):
    """One report (tin báo): may name several children and several suspects."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("client_id", "reference"),
        Index("ix_report_inbox", "unit_id", "decision", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    reference: Mapped[str | None] = mapped_column(String(64))  # the hotline's own number
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_client.id"))
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    form_id: Mapped[UUID | None] = mapped_column(unique=True)  # a page sent twice is one report
    revision: Mapped[int] = mapped_column(Integer, default=1)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    received_at: Mapped[datetime]  # by whoever heard it first
    arrived_at: Mapped[datetime]  # here
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("unit.id")
    )  # a commune; a province or nobody in triage
    state: Mapped[str] = mapped_column(String(16))
    decision: Mapped[str] = mapped_column(String(16))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    channel: Mapped[str | None] = mapped_column(String(24))
    kind: Mapped[str | None] = mapped_column(String(16))
    urgency: Mapped[str | None] = mapped_column(String(16))
    nudged_at: Mapped[datetime | None]
    rehearsal: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # counts nowhere
    restricted: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # with its cases
    shredded_at: Mapped[datetime | None]  # its key is gone: seen by nobody, counted on

    _told: Mapped[bytes | None] = sealed_column("told")
    _known: Mapped[bytes | None] = sealed_column("known")
    _reporter: Mapped[bytes | None] = sealed_column("reporter")
    _places: Mapped[bytes | None] = sealed_column("places")
    told = sealed_part("told", Story)
    known = sealed_part("known", Story)
    reporter = sealed_part("reporter", Reporter)
    places = sealed_part("places", Places)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.is_the_house:
            return true()
        return sight.may_meet(
            cls,
            sight.covers(cls.unit_id),
            sight.entered(cls.entered_by),
            cls._of_named(sight),
            sight.shared(cls.id, ReportUnit.report_id, ReportUnit.unit_id),
            of=lambda ids: ids.reports,
        )

    @classmethod
    def _of_named(cls, sight: Sight) -> ColumnElement[bool]:
        return (
            cls.id.in_(select(Case.report_id).where(sight.named_on(Case.id))) if sight.is_named else false()
        )


class ReportUnit(Model):
    """A further unit that reads the report: the other side of a handover of one of its cases."""

    __tablename__ = "report_unit"
    open_because = "pairs of random numbers and units; the report itself is scoped"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    since: Mapped[datetime]


class ReportEvent(Followed, Scoped, Model):
    """What happened to a report, as its sender may follow it."""

    __tablename__ = "report_event"
    __table_args__ = (
        Index("ix_report_event_report_id", "report_id"),
        Index("ix_report_event_client_id", "client_id", "seq"),
    )

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"))
    client_id: Mapped[UUID | None]
    reference: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    at: Mapped[datetime]

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.is_the_house:
            return true()
        seen = looked_up(Report)
        return exists().where(seen.id == cls.report_id, seen.in_scope(sight))
