"""Tables of notices. Plain: who is told, which number, what is due and when. No name, no text a person typed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    and_,
    column,
    not_,
    or_,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Scoped
from casemgr.access.sight import Sight
from casemgr.cases.models import IsUnrestricted, OfCase
from casemgr.core.db import Model, Versioned
from casemgr.notices.terms import TOLD_ANYWAY


class Notice(Scoped, Model):
    """One person is told one thing once. It stays theirs when the case moves on: it holds a number and no name."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index("ix_notice_account_id_made_at", "account_id", "made_at"),
        Index(
            "ix_notice_unread",
            "account_id",
            sqlite_where=column("read_at").is_(None),
            postgresql_where=column("read_at").is_(None),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), index=True)
    number: Mapped[str] = mapped_column(String(24))  # of the case, of the report while it is one, of a return
    matter: Mapped[str] = mapped_column(String(24))
    level: Mapped[str] = mapped_column(String(12))
    clock: Mapped[str | None] = mapped_column(String(40))
    due_at: Mapped[datetime | None]
    key: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.is_the_house:
            return true()
        told_anyway = and_(cls.matter.in_(TOLD_ANYWAY), not_(sight.kept_out(cls.case_id)))
        readable = or_(
            cls.case_id.is_(None), IsUnrestricted(cls.case_id), told_anyway, sight.let_in(cls.case_id)
        )
        return and_(sight.is_person(cls.account_id), readable)


class Escalation(OfCase, Model):
    """One level was told about one matter: written once, whoever runs the reminders and however often.

    One of a return hangs on no case, and is seen by nobody but the reminders.
    """

    __tablename__ = "escalation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), index=True)  # type: ignore[assignment]
    key: Mapped[str] = mapped_column(String(100), unique=True)
    matter: Mapped[str] = mapped_column(String(24))
    level: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]


class NoticeWish(Versioned, Model):
    """How somebody wants to be reached: an address for letters, a secret address for a calendar. Off until set."""

    __tablename__ = "notice_wish"
    open_because = (
        "holds an address that a member of staff gave for letters, and a digest; each sees only their own"
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254))
    calendar_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    calendar_made_at: Mapped[datetime | None]


class NoticeMail(Model):
    """A letter that waits to be sent, or was: tried again later when the post does not take it."""

    __tablename__ = "notice_mail"
    open_because = "holds states and times of letters; neither address nor text"
    __table_args__ = (Index("ix_notice_mail_state_next_at", "state", "next_at"),)

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
