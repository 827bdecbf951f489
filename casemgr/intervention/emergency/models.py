"""Table of emergency measures. Plain: when each was taken and when it was written down. What and by whom is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.cases.models import OfCase
from casemgr.core.db import Model
from casemgr.intervention.emergency.terms import Measure
from casemgr.security.parts import sealed_column, sealed_part


class EmergencyMeasure(OfCase, Model):
    """One measure that was taken for a child."""

    __tablename__ = "emergency_measure"
    __table_args__ = (Index("ix_emergency_measure_case_id_at", "case_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _content: Mapped[bytes | None] = sealed_column("content")
    content = sealed_part("content", Measure, record="case_id")
