"""Tables of exports. Plain: who asked, when, codes and counts. What for, for whom, which cases, and the file are sealed."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    or_,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Scoped
from casemgr.access.sight import Sight
from casemgr.core.db import Model, Versioned, marked
from casemgr.exports.terms import Asking, Piece
from casemgr.security.parts import sealed_column, sealed_part


def _asked_by(sight: Sight, column: Any) -> ColumnElement[bool]:
    return false() if sight.account_id is None else sight.is_person(column)


class Export(Scoped, Versioned, Model):
    """One list that somebody asked for. The row stays when its file is gone."""

    __tablename__ = "export"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True, default=partial(marked, "XD"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    asked_at: Mapped[datetime]
    format: Mapped[str] = mapped_column(String(8))
    basis: Mapped[str] = mapped_column(String(24))
    outside: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(16))
    cases: Mapped[int] = mapped_column(Integer)
    children: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime]  # a second person confirms, and the file is made, before this
    begun_at: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    fetched_at: Mapped[datetime | None]  # the last time

    _asking: Mapped[bytes | None] = sealed_column("asking")
    asking = sealed_part("asking", Asking)

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return or_(sight.covers(cls.unit_id), _asked_by(sight, cls.asked_by))


class ExportPiece(Scoped, Model):
    """A piece of an encrypted file, sealed under a key of the file's own: whoever asked for it sees it, nobody else."""

    __tablename__ = "export_piece"
    __table_args__ = (UniqueConstraint("export_id", "place"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    export_id: Mapped[UUID] = mapped_column(ForeignKey("export.id"))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    file_id: Mapped[UUID]
    place: Mapped[int] = mapped_column(SmallInteger)

    _content: Mapped[bytes | None] = sealed_column("content")
    content = sealed_part("content", Piece, record="file_id")

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return true() if sight.is_the_house else _asked_by(sight, cls.asked_by)
