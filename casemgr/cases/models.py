"""Tables of the spine. Plain: numbers, units, stage, times, who holds the case. What happened is sealed."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    and_,
    column,
    exists,
    false,
    or_,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.access.bits import Bit
from casemgr.access.scope import Scoped, looked_up
from casemgr.access.sight import Sight
from casemgr.accounts.models import hangs_on
from casemgr.cases.terms import GONE, Held, Note, TieNote
from casemgr.core.db import Model, Versioned
from casemgr.security.parts import sealed_column, sealed_part


class Case(Scoped, Versioned, Model):
    """One child's case."""

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_open", "unit_id", "due_at", "id"),
        Index("ix_case_listed", "unit_id", "opened_at", "id"),
        Index(
            "ix_case_waiting",
            "unit_id",
            sqlite_where=column("closed_at").is_(None),
            postgresql_where=column("closed_at").is_(None),
        ),
        Index(
            "ix_case_restricted",
            "unit_id",
            sqlite_where=column("restricted"),
            postgresql_where=column("restricted"),
        ),
        Index(
            "ix_case_rehearsed",
            "unit_id",
            "opened_at",
            sqlite_where=column("rehearsal"),
            postgresql_where=column("rehearsal"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), index=True)
    child_ref: Mapped[str] = mapped_column(String(64))  # the child's mark inside its report
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # responsible now
    incident_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    residence_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    handover_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("unit.id"), index=True
    )  # reads it while a handover to it is open
    stage: Mapped[str] = mapped_column(String(16))
    round: Mapped[int] = mapped_column(SmallInteger, default=1)
    emergency: Mapped[bool | None] = mapped_column(Boolean)  # concluded by the officer, or by law
    risk: Mapped[str | None] = mapped_column(String(8))
    ending: Mapped[str | None] = mapped_column(String(24))
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    held_since: Mapped[datetime | None]
    received_at: Mapped[datetime]  # by whoever heard it first
    reached_at: Mapped[datetime | None]  # by the commune where it happened; none while that is not known
    handled_under: Mapped[date | None] = mapped_column(Date)  # day whose law holds, if not of receipt
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    moved_at: Mapped[datetime]  # last step
    due_at: Mapped[datetime | None]  # of the clock that runs out first
    due_clock: Mapped[str | None] = mapped_column(String(40))
    nudged_at: Mapped[datetime | None]
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_client.id"))
    rehearsal: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # counts nowhere
    restricted: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # to its readers
    shredded_at: Mapped[datetime | None]  # its key is gone: seen by nobody, counted on

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.is_the_house:
            return true()
        return sight.may_meet(
            cls,
            sight.covers(cls.unit_id, cls.incident_unit_id, cls.handover_unit_id),
            sight.named_on(cls.id),
            sight.entered(cls.entered_by),
            of=lambda ids: ids.cases,
        )


@lru_cache(maxsize=256)
def _looked_up(sight: Sight) -> tuple[type[Case], ColumnElement[bool]]:
    """A case to be looked up, and whether it is in scope: one condition for all tables, its values in a statement once.

    Both come together: a condition on another second name of the table would hold for any case at all.
    """
    seen = looked_up(Case)
    return seen, seen.in_scope(sight)


class IsUnrestricted(Bit):
    """Whether a case is not restricted, for rows that others than the case's own people see too."""

    function, of, holds = "case_is_unrestricted", "case", "NOT restricted"
    inherit_cache = True


def case_seen(case_id: Any, sight: Sight) -> ColumnElement[bool]:
    """Whether the actor sees the case of a row. Looked up for each row: a list of all in scope would grow with the country."""
    seen, in_scope = _looked_up(sight)
    return exists().where(seen.id == case_id, in_scope)


hangs_on("case_id", case_seen)


class OfCase(Scoped):
    """Mark of a row that belongs to a case: it is seen by whoever sees the case."""

    case_id: Mapped[UUID]

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        return true() if sight.is_the_house else case_seen(cls.case_id, sight)


class CaseClock(OfCase, Model):
    """A clock of the law or of the house that runs, or ran, on a case."""

    __tablename__ = "case_clock"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    clock: Mapped[str] = mapped_column(String(40))  # id of the deadline data
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(24))  # counted from: received, step, study, meeting
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # None: the law sets no time
    rule_from: Mapped[date | None] = mapped_column(Date)  # first day of its version of the law
    rule_value: Mapped[int | None] = mapped_column(Integer)  # what that version measures
    local_due_at: Mapped[datetime | None]  # by a shorter rule of the place: not overdue by law
    local_change: Mapped[int | None] = mapped_column(Integer)  # the row of the log of the law that set it
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None] = mapped_column(String(24))


class CaseEvent(OfCase, Model):
    """One line of the timeline."""

    __tablename__ = "case_event"
    __table_args__ = (
        Index("ix_case_event_case_id_at", "case_id", "at"),
        Index(
            "ix_case_event_taken",
            "account_id",
            "step",
            sqlite_where=column("account_id").is_not(None),
            postgresql_where=column("account_id").is_not(None),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    step: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]  # when it happened
    recorded_at: Mapped[datetime]  # when it was written down
    actor: Mapped[str] = mapped_column(String(80))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    for_account_id: Mapped[UUID | None]  # for whom a deputy acted
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    stage: Mapped[str] = mapped_column(String(16))  # after the step
    round: Mapped[int] = mapped_column(SmallInteger, default=1)
    form: Mapped[str | None] = mapped_column(String(4))
    _note: Mapped[bytes | None] = sealed_column("note")
    note = sealed_part("note", Note, record="case_id")


class CaseMember(OfCase, Model):
    """A person named on a case: its ring. Social workers see no other."""

    __tablename__ = "case_member"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class CaseTie(OfCase, Model):
    """What ties one person to one case beyond any office: a named reader, let in for a day, or kept out.

    Never deleted: a tie ends.
    """

    __tablename__ = "case_tie"
    __table_args__ = (
        Index(
            "ix_case_tie_account_id",
            "account_id",
            sqlite_where=column("ended_at").is_(None),
            postgresql_where=column("ended_at").is_(None),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    way: Mapped[str] = mapped_column(String(12))
    since: Mapped[datetime]
    until: Mapped[datetime | None]  # ends by itself
    ended_at: Mapped[datetime | None]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))  # none: the house found it
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _note: Mapped[bytes | None] = sealed_column("note")
    note = sealed_part("note", TieNote, record="case_id")


class LegalHold(OfCase, Versioned, Model):
    """Somebody said that the file of a case must be kept. It holds for the whole report and for the child; it ends, never goes."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(
            "ix_legal_hold_standing",
            "case_id",
            sqlite_where=column("lifted_at").is_(None),
            postgresql_where=column("lifted_at").is_(None),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    placed_at: Mapped[datetime]
    placed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    _why: Mapped[bytes | None] = sealed_column("why")
    _lifted_why: Mapped[bytes | None] = sealed_column("lifted_why")
    why = sealed_part("why", Held, record="case_id")
    lifted_why = sealed_part("lifted_why", Held, record="case_id")


class Disposal(Scoped, Versioned, Model):
    """The end of one case's file: proposed, agreed by two persons, carried out. What is left of it for ever: numbers only."""

    __tablename__ = "disposal"
    __table_args__ = (Index("ix_disposal_state_unit_id", "state", "unit_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), unique=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), index=True)
    number: Mapped[str] = mapped_column(String(24), index=True)
    report_number: Mapped[str] = mapped_column(String(24), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    restricted: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(12))
    rule: Mapped[str] = mapped_column(String(32))
    keep_until: Mapped[date] = mapped_column(Date)
    found_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[datetime | None]

    @classmethod
    def in_scope(cls, sight: Sight) -> ColumnElement[bool]:
        if sight.is_the_house:
            return true()
        tombstone = and_(cls.state.in_(GONE), cls.restricted.is_(False), sight.covers(cls.unit_id))
        return or_(tombstone, case_seen(cls.case_id, sight))


class CaseCounter(Model):
    """The last running number of a unit in a year."""

    __tablename__ = "case_counter"
    open_because = "holds counts of numbers given, which stand on every case number anyway"

    unit_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
