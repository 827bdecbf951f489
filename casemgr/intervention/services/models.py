"""Tables of services asked of a provider. Plain: states, times, who. What was asked, passed on and answered is sealed.

A row is seen by whoever sees the case, and by the accounts that act for the provider: they see it without its case.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, String, and_, exists, not_, or_
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.permissions import Permission
from casemgr.access.scope import looked_up
from casemgr.access.sight import Sight
from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.intervention.services.terms import Asked, Said
from casemgr.providers.models import ProviderMember
from casemgr.security.parts import sealed_column, sealed_part


class OfProvider(OfCase):
    """Mark of a row that was handed to a provider: whoever acts for it sees the row, and not the case."""

    provider_id: Mapped[UUID | None]

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        acts = looked_up(ProviderMember)
        for_it = exists().where(
            acts.provider_id == cls.provider_id,
            sight.is_person(acts.account_id),
            acts.ended_at.is_(None),
        )
        handed = and_(sight.allows(Permission.SERVICE_ANSWER), for_it, not_(sight.kept_out(cls.case_id)))
        return or_(super().in_scope(sight), handed)


class ServiceRequest(OfProvider, Versioned, Model):
    """One service that was asked of one provider, or of hotline 111."""

    __tablename__ = "service_request"
    __table_args__ = (
        Index("ix_service_request_case_id_asked_at", "case_id", "asked_at"),
        Index("ix_service_request_provider_id_state", "provider_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan.id"))
    service_key: Mapped[str | None] = mapped_column(String(16))  # none: an emergency service
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    moved_at: Mapped[datetime]

    _asked: Mapped[bytes | None] = sealed_column("asked")
    asked = sealed_part("asked", Asked, record="case_id")


class ServiceAnswer(OfProvider, Model):
    """One answer to a request, by the provider itself or as told to the officer."""

    __tablename__ = "service_answer"
    __table_args__ = (
        Index("ix_service_answer_request_id_answered_at", "request_id", "answered_at"),
        Index("ix_service_answer_seen_at", "seen_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    request_id: Mapped[UUID] = mapped_column(ForeignKey("service_request.id"))
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"))
    state: Mapped[str] = mapped_column(String(16))
    answered_at: Mapped[datetime]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    by_officer: Mapped[bool] = mapped_column(Boolean)
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _said: Mapped[bytes | None] = sealed_column("said")
    said = sealed_part("said", Said, record="case_id")
