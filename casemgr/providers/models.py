"""Tables of the directory. Organisations, not people in care: no child, no case. Who acts for whom stands here too."""

from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Open
from casemgr.core.db import Model, Versioned
from casemgr.providers.terms import Listing
from casemgr.security.parts import decode


class Provider(Open, Versioned, Model):
    """One provider of services. What it offers stands in its versions."""

    __tablename__ = "provider"
    open_because = (
        "a directory of organisations; who may change an entry is decided by the unit that keeps it"
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)  # which unit keeps it
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_on: Mapped[date | None] = mapped_column(Date)  # its last day


class ProviderVersion(Open, Model):
    """What an entry says from a day to a day. A version is never written over."""

    __tablename__ = "provider_version"
    open_because = "a directory of organisations"
    __table_args__ = (
        UniqueConstraint("provider_id", "number"),
        Index("ix_provider_version_since", "since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    nation: Mapped[bool] = mapped_column(Boolean)  # serves the whole country
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    said: Mapped[str] = mapped_column(Text)

    @cached_property
    def listing(self) -> Listing:
        """What the version says."""
        return decode(Listing, self.said.encode())


class ProviderArea(Open, Model):
    """A commune or province that a version serves."""

    __tablename__ = "provider_area"
    open_because = "a directory of organisations"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("provider_version.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)


class ProviderMember(Open, Model):
    """An account that acts for a provider, until it is ended."""

    __tablename__ = "provider_member"
    open_because = "who acts for which organisation is as public inside the service as who holds which office"
    __table_args__ = (Index("ix_provider_member_account_id_provider_id", "account_id", "provider_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    since: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
