"""Tables of the assessments. Plain: which form, how far, when, by whom. Every answer is sealed under the case's key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, column
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.assessment.terms import Answers, State
from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.security.parts import sealed_column, sealed_part

_OPEN = column("state", String) == State.DRAFT.value


class Assessment(OfCase, Versioned, Model):
    """One filled form 02 or 03; a case has at most one draft of each."""

    __tablename__ = "assessment"
    __table_args__ = (
        Index("ix_assessment_case_id_kind", "case_id", "kind", "started_at"),
        Index(
            "uq_assessment_draft", "case_id", "kind", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(8))
    round: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(12))
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    concluded_at: Mapped[datetime | None]
    concluded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _answers: Mapped[bytes | None] = sealed_column("answers")
    answers = sealed_part("answers", Answers, record="case_id")
