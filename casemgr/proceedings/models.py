"""Tables of proceedings. Plain: of which case, when and by whom. Against whom, what and what came of it is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.cases.models import OfCase
from casemgr.core.db import Model
from casemgr.proceedings.terms import CrimeReport, Criminal, Making, Person, Sanction
from casemgr.security.parts import sealed_column, sealed_part


class CrimeNews(OfCase, Model):
    """One version of one report of signs of a crime. A correction is a further version."""

    __tablename__ = "crime_news"
    __table_args__ = (
        UniqueConstraint("case_id", "entry_id", "revision"),
        UniqueConstraint("case_id", "form_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    entry_id: Mapped[UUID]  # the same in all cases of the report it was written down for
    revision: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    replaced_at: Mapped[datetime | None]
    form_id: Mapped[UUID | None]  # a page sent twice is one entry

    _content: Mapped[bytes | None] = sealed_column("content")
    _making: Mapped[bytes | None] = sealed_column("making")
    content = sealed_part("content", CrimeReport, record="case_id")
    making = sealed_part("making", Making, record="case_id")


class Proceeding(OfCase, Model):
    """One version of one decision against a person, as it stands in one case. The same decision has the same number in all."""

    __tablename__ = "proceeding"
    __table_args__ = (
        UniqueConstraint("case_id", "decision_id", "revision"),
        UniqueConstraint("case_id", "form_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    decision_id: Mapped[UUID] = mapped_column(index=True)
    revision: Mapped[int] = mapped_column(SmallInteger)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    replaced_at: Mapped[datetime | None]
    form_id: Mapped[UUID | None]  # a page sent twice is one entry

    _person: Mapped[bytes | None] = sealed_column("person")
    _sanction: Mapped[bytes | None] = sealed_column("sanction")
    _criminal: Mapped[bytes | None] = sealed_column("criminal")
    _making: Mapped[bytes | None] = sealed_column("making")
    person = sealed_part("person", Person, record="case_id")
    sanction = sealed_part("sanction", Sanction, record="case_id")
    criminal = sealed_part("criminal", Criminal, record="case_id")
    making = sealed_part("making", Making, record="case_id")


class ProceedingToken(Model):
    """A keyed mark of somebody against whom a decision stands: a carer check finds it in any commune."""

    __tablename__ = "proceeding_token"
    open_because = "keyed marks and sealed pointers: without the keyring they say nothing, with it no more than that a unit is to be asked"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[int] = mapped_column(BigInteger, index=True)
    posting: Mapped[bytes] = mapped_column(LargeBinary)
