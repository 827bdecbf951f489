"""Tables of staff and machines. No child, no case."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    false,
    or_,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.permissions import Permission
from casemgr.access.scope import Scoped
from casemgr.access.sight import Sight
from casemgr.accounts.seconding import ABOUT
from casemgr.accounts.terms import OF_STAFF, Answer, Asked, DraftContent
from casemgr.core.db import Model, Versioned
from casemgr.security.parts import sealed_column, sealed_part


class Account(Versioned, Model):
    """One person of the staff."""

    __tablename__ = "account"
    open_because = (
        "the name of the responsible officer stands on every case; managing accounts is a permission"
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(Boolean, default=True)
    state: Mapped[str] = mapped_column(String(16), default="active")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    demo: Mapped[bool] = mapped_column(Boolean, default=False)


class Appointment(Model):
    """A role held at a unit, from a day to a day. No unit means the whole country."""

    __tablename__ = "appointment"
    open_because = "who holds which office is public inside the service"
    __table_args__ = (Index("ix_appointment_unit_id_role", "unit_id", "role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)


class Absence(Model):
    """Days on which somebody is away from an office, and who stands in. It ends by itself, or earlier when told."""

    __tablename__ = "absence"
    open_because = "who stands in for whom is public inside the service, as is who holds which office"
    __table_args__ = (Index("ix_absence_deputy_id_until", "deputy_id", "until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)  # who is away
    deputy_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # called off, or back before the last day


class SignIn(Model):
    """One signed-in browser. Only the digest of its token is stored."""

    __tablename__ = "sign_in"
    open_because = "holds digests and times of sign-ins; each person lists only their own"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    absence_id: Mapped[UUID | None]  # works as the stand-in of this absence
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]  # last second factor
    proved_by: Mapped[str | None] = mapped_column(String(16))  # its kind
    password_at: Mapped[datetime | None]  # the password was typed once more
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(32))
    device: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    tries_before: Mapped[int] = mapped_column(Integer, default=0)  # wrong tries since the sign-in before


class Throttle(Model):
    """How many wrong tries a bucket has seen; shared by workers, kept over restarts."""

    __tablename__ = "sign_in_throttle"
    open_because = "holds keyed digests of buckets and counts"

    bucket: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    held: Mapped[int] = mapped_column(
        Integer, default=0
    )  # tries that did not count and are not yet in the trail
    since: Mapped[datetime]
    last: Mapped[datetime]


class Factor(Model):
    """A second proof of a person: an authenticator, a passkey, a recovery code. Its secret is sealed."""

    __tablename__ = "factor"
    open_because = "secrets are sealed; each person lists only their own"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(80), default="")
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(Integer)  # half minute of the last code: each works once
    sign_count: Mapped[int | None] = mapped_column(BigInteger)  # of a passkey that counts
    ended_at: Mapped[datetime | None]


class SpentProof(Model):
    """A ticket or challenge that was used; it works once."""

    __tablename__ = "spent_proof"
    open_because = "holds digests of random numbers"

    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Proposal(Scoped, Versioned, Model):
    """Something that two people do together: one asks, another signs. What is to be done is sealed, or stands elsewhere."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index("ix_proposal_state_kind", "state", "kind"),
        Index("ix_proposal_kind_about", "kind", "about"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # in whose area it lies
    about: Mapped[str] = mapped_column(String(40), default="", server_default="")  # the row that it is about
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]

    _asked: Mapped[bytes | None] = sealed_column("asked")
    _answer: Mapped[bytes | None] = sealed_column("answer")
    asked = sealed_part("asked", Asked)
    answer = sealed_part("answer", Answer)

    @property
    def given(self) -> dict[str, str]:
        """What whoever carries it out is told."""
        sealed = dict(self.asked.given) if self.asked is not None else {}
        return {**sealed, ABOUT: self.about} if self.about else sealed

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.is_the_house:
            return true()
        seen = or_(
            sight.is_person(cls.proposed_by),
            and_(sight.allows(Permission.SECOND_SIGN), sight.covers(cls.unit_id)),
            and_(sight.allows(Permission.ACCOUNT_MANAGE), cls.kind.in_(OF_STAFF)),
        )
        of_no_file = and_(cls.case_id.is_(None), cls.child_id.is_(None))
        files = (seen_by(getattr(cls, column), sight) for column, seen_by in _FILES.items())
        return or_(and_(of_no_file, seen), *files)


_FILES: dict[str, Callable[[Any, Sight], ColumnElement[bool]]] = {}


def hangs_on(column: str, seen_by: Callable[[Any, Sight], ColumnElement[bool]]) -> None:
    """Say who sees a proposal that hangs on a file: the rooms of the files stand above this one."""
    _FILES[column] = seen_by


class Draft(Scoped, Model):
    """What somebody typed and could not save. Nobody else ever sees it; it fills a form again and does nothing by itself."""

    __tablename__ = "draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kept_at: Mapped[datetime] = mapped_column(index=True)
    _content: Mapped[bytes | None] = sealed_column("content")
    content = sealed_part("content", DraftContent, record="account_id")

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.account_id is not None:
            return sight.is_person(cls.account_id)
        return true() if sight.is_the_house else false()


class ApiClient(Model):
    """A machine that may send or read: a hotline, a statistics system."""

    __tablename__ = "api_client"
    open_because = "keys are sealed or public; managing clients is a permission"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(32))
    algorithm: Mapped[str] = mapped_column(String(16))
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ClientNonce(Model):
    """A nonce a client has used; it works once."""

    __tablename__ = "client_nonce"
    open_because = "holds digests of random numbers"
    __table_args__ = (UniqueConstraint("client_id", "nonce"), Index("ix_client_nonce_at", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("api_client.id"))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]
