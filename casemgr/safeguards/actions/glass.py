"""Breaking the glass: reading a case from outside for a day, with a reason, before everybody's eyes; and the review."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.cases.models import Case, CaseTie
from casemgr.cases.numbers import is_number
from casemgr.cases.terms import TieNote, Way
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.legislation import queries as legislation
from casemgr.notices.terms import About, Level
from casemgr.safeguards import queries, rules
from casemgr.safeguards.actions import shutting
from casemgr.safeguards.house import as_house
from casemgr.safeguards.models import BrokenGlass
from casemgr.safeguards.terms import Breaking, Judged, Verdict


@dataclass(frozen=True)
class Opened:
    """One case that lies open for a day."""

    number: str
    until: datetime


@action("glass broken", needs=Permission.GLASS_BREAK)
def break_glass(desk: Desk, *, number: str, reason: str) -> Opened:
    """Read a case of somebody else for a day. Everybody who answers for it is told at once.

    For an unknown number and for a case from which the person is kept out the same is asked, and the same is answered.
    """
    accounts.insist_on_proof(desk)
    me = desk.actor.account_id
    if me is None or desk.actor.role is None:
        raise NotFound
    accounts.one_after_the_other(desk)
    with as_house(desk) as house:
        wanted = number if is_number(number) else ""
        case = house.first(select(Case).where(Case.number == wanted, Case.rehearsal.is_(False)))
        barred = house.first(
            select(CaseTie.id)
            .join(Case, Case.id == CaseTie.case_id)
            .where(
                Case.number == wanted,
                CaseTie.account_id == me,
                CaseTie.way == Way.BARRED,
                CaseTie.ended_at.is_(None),
            )
        )
        rules.may_break(
            reason=reason,
            today=queries.opened_today(house, me),
            in_vain=queries.tried_in_vain(house, me),
            known=case is not None,
            barred=barred is not None,
        ).settle()
        assert case is not None
        return _open(desk, house, case, reason)


@action(queries.IN_VAIN, needs=Permission.GLASS_BREAK)
def note_try(desk: Desk) -> None:
    """Note a try that opened nothing, whatever stood against it; after some of them the supervisor is told.

    It stands at a desk of its own: the one at which it was tried came to nothing.
    """
    me = desk.actor.account_id
    if me is None:
        raise NotFound
    with as_house(desk) as house:
        if queries.tried_in_vain(house, me) + 1 >= rules.TOLD_AFTER:
            shutting.tell_of_tries(house, me, desk.actor.unit_id)


def _open(desk: Desk, house: Desk, case: Case, reason: str) -> Opened:
    me, role = desk.actor.account_id, desk.actor.role
    assert me is not None and role is not None
    until = desk.now + rules.OPEN_FOR
    tie = CaseTie(
        id=house.id(),
        case_id=case.id,
        account_id=me,
        way=Way.GLASS,
        since=house.now,
        until=until,
        made_by=me,
    )
    calendar = legislation.rulebook(house).calendar
    row = BrokenGlass(
        id=house.id(),
        case_id=case.id,
        tie_id=tie.id,
        account_id=me,
        role=role,
        unit_id=case.unit_id,
        opened_at=house.now,
        until=until,
        review_by=calendar.add_working_days(local_day(house.now), rules.REVIEW_WITHIN),
    )
    house.add(tie, row)
    house.seal(tie, note=TieNote(reason=reason))
    house.seal(row, breaking=Breaking(reason))
    house.flush()
    _tell(house, case, me, row.id)
    return Opened(case.number, until)


def _tell(house: Desk, case: Case, me: UUID, glass_id: UUID) -> None:
    """Whoever answers for the case hears of it, and the supervisor, who reviews it."""
    near = queries.around(house, case)
    out = queries.tied(house, [case.id], Way.BARRED) | {me}
    named = queries.tied(house, [case.id], Way.NAMED)
    below = named if case.restricted else near.workers | near.officers | near.chairs
    above = (near.province - out) or (near.nation - out)
    shutting.tell_them(
        house, case, below - above - out, About.GLASS_BROKEN, Level.HOLDER, ref=f"glass:{glass_id.hex}"
    )
    shutting.tell_them(house, case, above, About.GLASS_REVIEW, Level.PROVINCE, ref=f"glass:{glass_id.hex}")


@action("glass closed", needs=Permission.GLASS_BREAK)
def close(desk: Desk, *, number: str) -> None:
    """Look no longer, before the day is over."""
    me = desk.actor.account_id
    if me is None or number not in {one.number for one in desk.actor.circle.glass}:
        raise NotFound
    with as_house(desk) as house:
        case = house.one(select(Case).where(Case.number == number))
        shutting.untie(house, [case.id], {me}, Way.GLASS, by=desk.actor)


@action("glass reviewed", needs=Permission.SAFEGUARD_REVIEW)
def judge(desk: Desk, glass_id: UUID, *, verdict: Verdict, words: str) -> None:
    """Say whether an opening was justified. One that was not ends at once."""
    queries.opening(desk, glass_id)
    with as_house(desk) as house:
        row = house.get(BrokenGlass, glass_id)
        rules.may_judge(
            judged=row.reviewed_at is not None, own=row.account_id == desk.actor.account_id, words=words
        ).settle()
        row.reviewed_at, row.reviewed_by, row.verdict = house.now, desk.actor.account_id, verdict
        house.seal(row, judged=Judged(words))
        if verdict is Verdict.NOT_JUSTIFIED:
            shutting.untie(house, [row.case_id], {row.account_id}, Way.GLASS, by=desk.actor)
