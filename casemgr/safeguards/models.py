"""Tables of the safeguards. Plain: who, which case, when. Why, and who is whose kin, is sealed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, ForeignKey, Index, LargeBinary, String, true
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Scoped
from casemgr.access.sight import Sight
from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.safeguards.terms import Breaking, Declared, Judged
from casemgr.security.parts import sealed_column, sealed_part


class Declaration(Scoped, Versioned, Model):
    """What a member of staff said of themselves and their household. Only the person reads it, and the comparison."""

    __tablename__ = "declaration"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    declared_at: Mapped[datetime]

    _said: Mapped[bytes | None] = sealed_column("said")
    said = sealed_part("said", Declared, record="account_id", row="account_id")

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return true() if sight.is_the_house else sight.is_person(cls.account_id)


class DeclaredMark(Model):
    """A keyed mark of something a member of staff declared; what it points to is sealed."""

    __tablename__ = "declared_mark"
    open_because = "keyed marks and sealed pointers: without the keyring they say nothing"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[int] = mapped_column(BigInteger, index=True)
    posting: Mapped[bytes] = mapped_column(LargeBinary)


class PersonMark(Model):
    """A keyed mark of somebody in a case. It may outlive what was written: it is a hint, and the file decides."""

    __tablename__ = "person_mark"
    open_because = "keyed marks and sealed pointers: without the keyring they say nothing"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[int] = mapped_column(BigInteger, index=True)
    posting: Mapped[bytes] = mapped_column(LargeBinary)


class BrokenGlass(OfCase, Versioned, Model):
    """One opening of a case from outside, for a day, and what the supervisor thought of it."""

    __tablename__ = "broken_glass"
    __table_args__ = (
        Index("ix_broken_glass_account_id_opened_at", "account_id", "opened_at"),
        Index("ix_broken_glass_reviewed_at", "reviewed_at", "review_by"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    tie_id: Mapped[UUID] = mapped_column(ForeignKey("case_tie.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(32))  # in which it was done
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # of the case, at that time
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
    review_by: Mapped[date] = mapped_column(Date)
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    verdict: Mapped[str | None] = mapped_column(String(16))

    _breaking: Mapped[bytes | None] = sealed_column("breaking")
    _judged: Mapped[bytes | None] = sealed_column("judged")
    breaking = sealed_part("breaking", Breaking, record="case_id")
    judged = sealed_part("judged", Judged, record="case_id")
