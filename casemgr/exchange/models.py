"""Tables of exchange. Plain: numbers and digests. What was answered is sealed under the key of its report."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Integer, LargeBinary, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Scoped
from casemgr.access.sight import Sight
from casemgr.core.db import Model
from casemgr.exchange.terms import GivenContent
from casemgr.security.parts import sealed_column, sealed_part


class GivenAnswer(Scoped, Model):
    """What a client was answered to one revision of one of its referrals; asked again, it is told the same."""

    __tablename__ = "given_answer"
    __table_args__ = (UniqueConstraint("client_id", "reference", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("api_client.id"))
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), index=True)
    reference: Mapped[str] = mapped_column(String(64))  # the client's own number
    revision: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]
    _content: Mapped[bytes | None] = sealed_column("content")
    content = sealed_part("content", GivenContent, record="report_id")

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.client_id is not None:
            return sight.is_machine(cls.client_id)
        return true() if sight.is_the_house else false()
