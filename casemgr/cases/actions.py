"""What people do with a case at any stage: give it to somebody, write a note, open it again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Uuid, or_, select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.questions import Question
from casemgr.access.roles import Role
from casemgr.accounts.models import Account, Appointment
from casemgr.cases import rules, spine
from casemgr.cases.models import Case, CaseMember, CaseTie
from casemgr.cases.terms import SCREENED_OUT, Note, Stage, Step, Way
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid
from casemgr.core.prepared import gap
from casemgr.core.words import _
from casemgr.places import queries as places
from casemgr.places import rules as place_rules

HOLDERS = (Role.COMMUNE_OFFICER, Role.SOCIAL_WORKER)  # who works on a case; a chair decides


def possible_holders(desk: Desk, case: Case, *, at: int | None = None) -> list[tuple[UUID, str]]:
    """Who can be given a case: officers and social workers with a role today at its unit, or at one it is going to."""
    seats = _seats(desk, at if at is not None else case.unit_id)
    rows = desk.rows(_HOLDERS, case=case.id, today=local_day(desk.now), **seats)
    return [(row.id, row.name) for row in rows]


# Each by itself: a list may be of any length to PostgreSQL, which planned anew for every case page, longer than it looked.
_SEATS = ("unit", "here", "province")
_HOLDERS: Question[Any] = Question(
    select(Account.id, Account.name)
    .join(Appointment, Appointment.account_id == Account.id)
    .where(
        Account.state == "active",
        Appointment.role.in_(HOLDERS),
        or_(*(Appointment.unit_id == gap(seat, Integer()) for seat in _SEATS)),
        Appointment.since <= gap("today", Date()),
        or_(Appointment.until.is_(None), Appointment.until >= gap("today", Date())),
        Account.id.not_in(
            select(CaseTie.account_id).where(
                CaseTie.case_id == gap("case", Uuid()), CaseTie.way == Way.BARRED, CaseTie.ended_at.is_(None)
            )
        ),
    )
    .order_by(Account.name, Account.id)
)


def _seats(desk: Desk, unit_id: int | None) -> Mapping[str, int | None]:
    """Where a holder of a case of this unit may sit: there, in the unit that stands for it today, or in its province."""
    atlas = places.atlas(desk)
    unit = atlas.unit(unit_id) if unit_id is not None else None
    if unit is None:
        return dict.fromkeys(_SEATS)
    here = place_rules.standing(atlas, unit, places.today(desk)).unit or unit
    province = atlas.province_of(here, places.today(desk))
    return dict(zip(_SEATS, (unit.id, here.id, province.id if province is not None else None), strict=True))


@action("case assigned", needs=Permission.CASE_ASSIGN)
def assign(desk: Desk, case: Case, *, holder_id: UUID) -> Case:
    """Give the case to somebody of its unit; from now on this person answers for it."""
    works_here = holder_id in {account for account, _name in possible_holders(desk, case)}
    rules.may_assign(works_here=works_here, stage=Stage(case.stage)).settle()
    change_hands(desk, case, holder_id)
    return spine.advance(desk, case, Step.ASSIGN)


def change_hands(desk: Desk, case: Case, holder_id: UUID | None) -> None:
    """Who worked on the case before sees it no more by name; who takes it over is named."""
    members = desk.all(select(CaseMember).where(CaseMember.case_id == case.id))
    for member in members:
        if member.account_id == holder_id:
            member.until = None
        elif member.until is None:
            member.until = desk.now
    if holder_id is not None and all(member.account_id != holder_id for member in members):
        desk.add(CaseMember(case_id=case.id, account_id=holder_id, since=desk.now))
    spine.hold(desk, case, holder_id)


@action("note written", needs=Permission.CASE_NOTE)
def note(desk: Desk, case: Case, *, text: str, at: datetime | None = None) -> Case:
    """Write down something that happened."""
    if not text.strip():
        raise Invalid({"text": [_("Write what happened.")]})
    if at is not None and at > desk.now:
        raise Invalid({"at": [_("The time given lies in the future.")]})
    return spine.advance(desk, case, Step.NOTE, at=at, note=Note(text=text))


@action("case reopened", needs=Permission.CASE_REOPEN)
def reopen(desk: Desk, case: Case, *, reason: str) -> Case:
    """Open a closed case again: its clocks start anew from now."""
    rules.may_reopen(
        stage=Stage(case.stage), reason=reason, screened_out=case.ending in SCREENED_OUT
    ).settle()
    case.round += 1
    spine.hold(desk, case, desk.actor.account_id if desk.actor.role in HOLDERS else case.holder_id)
    return spine.advance(desk, case, Step.REOPEN, note=Note(reason=reason))
