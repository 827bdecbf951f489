"""Tables of the administrative units. Nothing here is about a person."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.scope import Open
from casemgr.core.db import Model
from casemgr.places.terms import ChangeFacts, Relation


class Unit(Open, Model):
    """One unit with one extent, one kind and one name, from a day to a day."""

    __tablename__ = "unit"
    open_because = "public facts"
    __table_args__ = (Index("ix_unit_code_valid_from", "code", "valid_from", unique=True),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(5))
    level: Mapped[str] = mapped_column(String(8))
    type: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)  # as on its first day
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)  # none: still in force


class UnitChange(Open, Model):
    """On a day, an old unit gave something to a new one."""

    __tablename__ = "unit_change"
    open_because = "public facts"

    old_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    relation: Mapped[str] = mapped_column(String(32))
    on: Mapped[date] = mapped_column("on_day", Date)

    def facts(self) -> ChangeFacts:
        """The change as a value."""
        return ChangeFacts(self.old_id, self.new_id, Relation(self.relation), self.on)


class UnitList(Open, Model):
    """One loading of the official list; the last one is in use."""

    __tablename__ = "unit_list"
    open_because = "public facts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    units: Mapped[int] = mapped_column(Integer)
    changes: Mapped[int] = mapped_column(Integer)
    loaded_at: Mapped[datetime]
