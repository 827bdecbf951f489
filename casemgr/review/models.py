"""Tables of the review. Plain: round, state, outcome, times and who. Every answer is sealed under the case's key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.review.terms import Answers, Making, Verdict
from casemgr.security.parts import sealed_column, sealed_part


class Review(OfCase, Versioned, Model):
    """One filled Mẫu 06. A review that led to something is never written over."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    round: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    saved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime]
    concluded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    concluded_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]

    _answers: Mapped[bytes | None] = sealed_column("answers")
    _making: Mapped[bytes | None] = sealed_column("making")
    _verdict: Mapped[bytes | None] = sealed_column("verdict")
    answers = sealed_part("answers", Answers, record="case_id")
    making = sealed_part("making", Making, record="case_id")
    verdict = sealed_part("verdict", Verdict, record="case_id")
