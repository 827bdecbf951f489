"""Tables of files. Plain: of which case, when, by whom, how it stands. What it is, its name and every byte of it are sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.cases.models import OfCase
from casemgr.core.db import Model, Versioned
from casemgr.files.terms import FileContent, Removing, State, Taking
from casemgr.security.parts import sealed_column, sealed_part


class CaseFile(OfCase, Versioned, Model):
    """One file of a case. It has a key of its own; its original is never written over."""

    __tablename__ = "case_file"
    __table_args__ = (Index("ix_case_file_case_id", "case_id", "added_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    state: Mapped[str] = mapped_column(String(12), default=State.READY)
    added_at: Mapped[datetime]
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    scanned_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None] = mapped_column(String(80))

    _content: Mapped[bytes | None] = sealed_column("content")
    _removing: Mapped[bytes | None] = sealed_column("removing")
    content = sealed_part("content", FileContent)
    removing = sealed_part("removing", Removing, record="case_id")


class FileChunk(OfCase, Model):
    """One sealed piece of an original or of a copy made of it."""

    __tablename__ = "file_chunk"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    form: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class FileTaking(OfCase, Model):
    """That an original left the house: who took it, when, for whom."""

    __tablename__ = "file_taking"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    at: Mapped[datetime]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    _taking: Mapped[bytes | None] = sealed_column("taking")
    taking = sealed_part("taking", Taking, record="case_id")  # outlives the file
