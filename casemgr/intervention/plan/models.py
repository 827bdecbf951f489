"""Tables of the plan. Plain: round, version, state, times and who. What the plan says and what was decided is sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.intervention.plan.terms import (
    Content,
    Delivered,
    Making,
    Receipt,
    Ruling,
    SafeContact,
    Visit,
)
from casemgr.security.parts import sealed_column, sealed_part


class Plan(OfCase, Versioned, Model):
    """One version of the plan of one round. A version that was handed in is never written over."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("case_id", "round", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    revision: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(16))
    drafted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    drafted_at: Mapped[datetime]
    saved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime]
    handed_in_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    handed_in_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    effective_on: Mapped[date | None] = mapped_column(Date)
    approval_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    voided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    voided_at: Mapped[datetime | None]

    _content: Mapped[bytes | None] = sealed_column("content")
    _making: Mapped[bytes | None] = sealed_column("making")
    _decision: Mapped[bytes | None] = sealed_column("decision")
    content = sealed_part("content", Content, record="case_id")
    making = sealed_part("making", Making, record="case_id")
    decision = sealed_part("decision", Ruling, record="case_id")


class ServiceEntry(OfCase, Model):
    """One entry of the services diary. The day of a promise is plain, so that the worklist can remind."""

    __tablename__ = "service_entry"
    __table_args__ = (
        Index("ix_service_entry_case_id_happened_on", "case_id", "happened_on"),
        Index("ix_service_entry_promise_on", "promise_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    service_key: Mapped[str] = mapped_column(String(16))  # random mark of a service inside the plan
    happened_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    form_id: Mapped[UUID | None] = mapped_column(unique=True)  # a page sent twice is one entry
    promise_on: Mapped[date | None] = mapped_column(Date)
    promise_kept_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    promise_kept_at: Mapped[datetime | None]

    _visit: Mapped[bytes | None] = sealed_column("visit")
    visit = sealed_part("visit", Visit, record="case_id")


class PlanDelivery(OfCase, Model):
    """That the decision was handed to one recipient, or knowingly not. Who, how and why is sealed."""

    __tablename__ = "plan_delivery"
    __table_args__ = (Index("ix_plan_delivery_case_id_plan_id", "case_id", "plan_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    given: Mapped[bool] = mapped_column(Boolean)
    given_on: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))  # who wrote it down

    _content: Mapped[bytes | None] = sealed_column("content")
    _receipt: Mapped[bytes | None] = sealed_column("receipt")
    content = sealed_part("content", Delivered, record="case_id")
    receipt = sealed_part("receipt", Receipt, record="case_id")


class SafeContactRule(OfCase, Model):
    """How the child may be reached, as written down once. The newest holds; the earlier ones stay."""

    __tablename__ = "safe_contact"
    __table_args__ = (Index("ix_safe_contact_case_id_recorded_at", "case_id", "recorded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]

    _content: Mapped[bytes | None] = sealed_column("content")
    content = sealed_part("content", SafeContact, record="case_id")
