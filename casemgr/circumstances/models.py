"""Table of circumstances. Plain: which child's file, which commune's register, when and by whom. The rest is sealed.

A group with its days would point to a child of a small commune: group, days and support are one sealed part.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.children.models import OfChild
from casemgr.circumstances.terms import Spell
from casemgr.core.db import Model
from casemgr.security.parts import CARD_BLOCK, sealed_column, sealed_part


class Circumstance(OfChild, Model):
    """One version of one spell of a child. A correction is a further version; none is written over."""

    __tablename__ = "circumstance"
    __table_args__ = (
        UniqueConstraint("spell_id", "revision"),
        Index("ix_circumstance_unit_id_replaced_at", "unit_id", "replaced_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    spell_id: Mapped[UUID]
    revision: Mapped[int] = mapped_column(SmallInteger)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # whose register it stands in
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    replaced_at: Mapped[datetime | None]  # a later version stands
    form_id: Mapped[UUID | None] = mapped_column(unique=True)  # a page sent twice is one entry

    _content: Mapped[bytes | None] = sealed_column("content")
    content = sealed_part("content", Spell, record="child_id", block=CARD_BLOCK * 4)
