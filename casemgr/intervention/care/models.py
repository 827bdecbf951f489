"""Tables of alternative care. Plain: units, forms of care, states, days of the course, who. Everything else is sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Scoped
from casemgr.access.sight import Sight
from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.intervention.care.terms import (
    Check,
    Choice,
    Ending,
    Handing,
    Profile,
    Registration,
    Ruling,
    Said,
    Stopping,
)
from casemgr.security.parts import sealed_column, sealed_part


class Carer(Scoped, Versioned, Model):
    """Somebody on the register of a commune (Mẫu 08, or the notice of a relative)."""

    __tablename__ = "carer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    registered_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    form_id: Mapped[UUID | None] = mapped_column(unique=True)  # a page sent twice is one registration

    _said: Mapped[bytes | None] = sealed_column("said")
    _stopping: Mapped[bytes | None] = sealed_column("stopping")
    said = sealed_part("said", Registration)
    stopping = sealed_part("stopping", Stopping)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return sight.covers(cls.unit_id)


class CarerCheck(Scoped, Model):
    """The conditions as somebody checked them (Mẫu 11). Never written over: the newest stands."""

    __tablename__ = "carer_check"
    __table_args__ = (Index("ix_carer_check_carer_id_checked_on", "carer_id", "checked_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    carer_id: Mapped[UUID] = mapped_column(ForeignKey("carer.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    checked_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    form_id: Mapped[UUID | None] = mapped_column(unique=True)

    _said: Mapped[bytes | None] = sealed_column("said")
    said = sealed_part("said", Check, record="carer_id")

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return sight.covers(cls.unit_id)


class CareProfile(OfCase, Model):
    """The child's profile (Mẫu 10). Never written over: the newest revision stands."""

    __tablename__ = "care_profile"
    __table_args__ = (UniqueConstraint("case_id", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    revision: Mapped[int] = mapped_column(SmallInteger)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _said: Mapped[bytes | None] = sealed_column("said")
    said = sealed_part("said", Profile, record="case_id")


class Placement(OfCase, Versioned, Model):
    """One child with one carer or in one facility, from the proposal to the end (Mẫu 12, 15, 16)."""

    __tablename__ = "placement"
    __table_args__ = (
        Index("ix_placement_case_id", "case_id"),
        Index("ix_placement_child_id", "child_id"),
        Index("ix_placement_carer_id", "carer_id"),
        Index("ix_placement_state", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    child_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("child.id"))
    carer_id: Mapped[UUID | None] = mapped_column(ForeignKey("carer.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # where the carers live
    form: Mapped[str] = mapped_column(String(16))
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(16))
    replaces_id: Mapped[UUID | None]  # the placement that ends when this one begins
    proposed_on: Mapped[date] = mapped_column(Date)
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    given_on: Mapped[date | None] = mapped_column(Date)
    given_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    end_asked_on: Mapped[date | None] = mapped_column(Date)
    end_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _choice: Mapped[bytes | None] = sealed_column("choice")
    _ruling: Mapped[bytes | None] = sealed_column("ruling")
    _handing: Mapped[bytes | None] = sealed_column("handing")
    _ending: Mapped[bytes | None] = sealed_column("ending")
    choice = sealed_part("choice", Choice, record="case_id")
    ruling = sealed_part("ruling", Ruling, record="case_id")
    handing = sealed_part("handing", Handing, record="case_id")
    ending = sealed_part("ending", Ending, record="case_id")


class CareEntry(OfCase, Model):
    """Something written down about a placement: a meeting, a visit, a report, a step of the move to a family."""

    __tablename__ = "care_entry"
    __table_args__ = (Index("ix_care_entry_placement_id_happened_on", "placement_id", "happened_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"))
    kind: Mapped[str] = mapped_column(String(16))
    happened_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    form_id: Mapped[UUID | None] = mapped_column(unique=True)

    _said: Mapped[bytes | None] = sealed_column("said")
    said = sealed_part("said", Said, record="case_id")


class CareDuty(OfCase, Model):
    """Something that falls due in care. Each turn of a track exists once: none is lost, none runs twice."""

    __tablename__ = "care_duty"
    __table_args__ = (
        UniqueConstraint("placement_id", "track", "turn"),
        Index("ix_care_duty_due_at", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placement.id"))
    track: Mapped[str] = mapped_column(String(16))
    turn: Mapped[int] = mapped_column(SmallInteger)
    clock: Mapped[str] = mapped_column(String(40))  # id of the deadline data
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
