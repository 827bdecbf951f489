"""Tables of data protection. Plain: which child or unit, codes, times. Who consents, asks, and what happened is sealed."""

from datetime import datetime
from functools import cached_property, partial
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ForeignKey,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.roles import Role
from casemgr.access.scope import Open, Scoped
from casemgr.access.sight import Sight
from casemgr.children.models import OfChild
from casemgr.core.db import Model, Versioned, marked
from casemgr.privacy.terms import Asked, Given, Happened, Purpose, Replied
from casemgr.security.parts import decode, sealed_column, sealed_part

_WATCHING = (Role.INSPECTOR, Role.ADMIN)


class Consent(OfChild, Versioned, Model):
    """One consent for one purpose, until it is withdrawn. It is sealed under the key of its child."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(24))
    side: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _given: Mapped[bytes | None] = sealed_column("given")
    given = sealed_part("given", Given, record="child_id")


class DataRequest(OfChild, Versioned, Model):
    """What a person asks about the data of a child, with its clocks."""

    __tablename__ = "data_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True, default=partial(marked, "YC"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    others_act: Mapped[bool] = mapped_column(Boolean)
    conflict: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    answer_by: Mapped[datetime]
    registered_at: Mapped[datetime]
    registered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    acknowledged_at: Mapped[datetime | None]
    extended_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str | None] = mapped_column(String(16))

    _asked: Mapped[bytes | None] = sealed_column("asked")
    _replied: Mapped[bytes | None] = sealed_column("replied")
    asked = sealed_part("asked", Asked)
    replied = sealed_part("replied", Replied)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return and_(sight.covers(cls.unit_id), super().in_scope(sight))


class DataIncident(Scoped, Versioned, Model):
    """A breach of the protection of personal data. Its record names no child; so those without files may see it."""

    __tablename__ = "data_incident"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True, default=partial(marked, "SC"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    detected_at: Mapped[datetime]
    authority_by: Mapped[datetime]
    cyber_by: Mapped[datetime | None]
    cyber_report_by: Mapped[datetime | None]
    cyber: Mapped[bool] = mapped_column(Boolean)
    serious: Mapped[bool] = mapped_column(Boolean)
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    authority_told_at: Mapped[datetime | None]
    cyber_told_at: Mapped[datetime | None]
    cyber_reported_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _happened: Mapped[bytes | None] = sealed_column("happened")
    happened = sealed_part("happened", Happened)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return or_(sight.holds(*_WATCHING), sight.covers(cls.unit_id))


class ProcessingVersion(Open, Model):
    """What the register of processing says of one purpose since a moment. A version is never written over."""

    __tablename__ = "processing_version"
    open_because = "the register tells what is processed and why; it names nobody"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24))
    number: Mapped[int] = mapped_column(SmallInteger)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)

    @cached_property
    def purpose(self) -> Purpose:
        """What the version says."""
        return decode(Purpose, self.said.encode())
