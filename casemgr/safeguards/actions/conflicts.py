"""Keeping kin out: what the staff declared is compared with the people of the cases, at once and every night.

Whoever is kept out is never told, and finds what somebody finds who asks for a case that does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts.models import Account
from casemgr.cases import spine
from casemgr.cases.models import Case, CaseEvent, CaseTie
from casemgr.cases.terms import Step, TieNote, Way
from casemgr.core.errors import NotFound
from casemgr.intake.models import Report
from casemgr.notices.terms import About, Level
from casemgr.safeguards import marks, queries, rules
from casemgr.safeguards.actions import shutting
from casemgr.safeguards.house import as_house
from casemgr.safeguards.models import Declaration
from casemgr.safeguards.people import people_of
from casemgr.safeguards.terms import Around, Declared, Kin, Person

# After these there may be other people in a case
_NEW_PEOPLE = frozenset(
    {
        *(Step.RECEIVE, Step.UPDATE, Step.CORRECT, Step.TELL_AGAIN, Step.REOPEN, Step.ACCEPT),
        *(Step.REPORT_CRIME, Step.PROCEEDING, Step.DECIDE_CARE, Step.GIVE_INTO_CARE, Step.CHANGE_CARE),
    }
)


def watch(desk: Desk) -> None:
    """When a desk is closed: cases whose people changed at it are compared, and stay as shut as they were."""
    fresh = desk.at_hand[desk.looked_after :]
    changed = {row.case_id for row in fresh if isinstance(row, CaseEvent) and row.step in _NEW_PEOPLE}
    if any(isinstance(row, Report) for row in fresh):
        changed |= desk.touched.keys()  # a closed case is corrected without a line
    if not changed:
        return
    with as_house(desk, looking=True) as house:
        found = (house.session.get(Case, case_id) for case_id in sorted(changed))
        cases = [case for case in found if case is not None and not case.rehearsal]
        seen = [_look(house, case, new=case in fresh) for case in cases]
    if not any(one.kin for one in seen) and all(_joins_nobody(desk, case) for case in cases):
        return
    desk.flush()
    with as_house(desk) as house:
        for one in seen:
            _stay_shut(house, one.case)
            for account_id in one.kin:
                _examine(house, one.case, account_id, one.people)


@action("ties declared", needs=Permission.OWN_ACCOUNT)
def declare(desk: Desk, said: Declared) -> None:
    """Remember what somebody said of themselves and their household, and compare it with the cases there are."""
    if desk.actor.account_id is None:
        raise NotFound
    with as_house(desk) as house:
        account = house.get(Account, desk.actor.account_id)
        row = house.session.get(Declaration, account.id)
        if row is None:
            row = Declaration(account_id=account.id, declared_at=house.now)
            house.add(row)
        elif row.said is not None:
            marks.forget_declared(
                house, account.id, marks.of(house, rules.declared_kin(account.name, row.said))
            )
        row.declared_at = house.now
        house.seal(row, said=said)
        marks.note_declared(house, account.id, marks.of(house, rules.declared_kin(account.name, said)))
        house.flush()
        compare_declared(house, account.id)


@action("kin compared", needs=Permission.MAINTAIN)
def compare_all(desk: Desk, after: UUID | None = None, *, limit: int = 50) -> tuple[int, int, UUID | None]:
    """One portion of the night's comparison: how many declarations, how many newly kept out, where to go on."""
    statement = select(Declaration.account_id).order_by(Declaration.account_id).limit(limit)
    if after is not None:
        statement = statement.where(Declaration.account_id > after)
    with as_house(desk) as house:
        accounts = house.all(statement)
        kept = sum(compare_declared(house, account_id) for account_id in accounts)
    return len(accounts), kept, accounts[-1] if len(accounts) == limit else None


@action("people of cases marked", needs=Permission.MAINTAIN)
def mark_all(desk: Desk, after: UUID | None = None, *, limit: int = 200) -> tuple[int, UUID | None]:
    """Leave the marks of one portion of the cases, for those that came before there were any. Done again it adds none."""
    statement = (
        select(Case)
        .where(Case.rehearsal.is_(False), Case.shredded_at.is_(None))
        .order_by(Case.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Case.id > after)
    with as_house(desk) as house:
        cases = house.all(statement)
        for case in cases:
            marks.note_people(house, case.id, marks.of(house, people_of(house, case)), new=False)
    return len(cases), cases[-1].id if len(cases) == limit else None


@action("restricted cases looked after", needs=Permission.MAINTAIN)
def look_after(desk: Desk) -> int:
    """Tell the supervisors of restricted cases that nobody can act on any more; gives how many were new."""
    told = 0
    for orphan in queries.orphans(desk):
        with as_house(desk) as house:
            case = house.get(Case, orphan.case_id)
            near = queries.around(house, case)
            out = queries.tied(house, [case.id], Way.BARRED)
            people = (near.province - out) or (near.nation - out)
            last = max((tie.id.hex for tie in queries.ties(house, [case.id], Way.NAMED)), default=case.id.hex)
            told += shutting.tell_once(
                house, case, people, About.NO_READER, Level.PROVINCE, ref=f"{About.NO_READER}:{last}"
            )
    return told


@action("kept out no longer", needs=Permission.SAFEGUARD_REVIEW)
def overrule(desk: Desk, tie_id: UUID, *, reason: str) -> None:
    """Somebody was taken for another: let them see the case again. The same finding keeps them out no more."""
    queries.kept(desk, tie_id)
    rules.may_overrule(reason=reason).settle()
    with as_house(desk) as house:
        tie = house.get(CaseTie, tie_id)
        case = house.get(Case, tie.case_id)
        together = queries.cluster(house, case)
        shutting.untie(house, together.ids, {tie.account_id}, Way.BARRED, by=desk.actor, why=reason)
        shutting.line(house, together.cases, Step.CHANGE_READERS, by=desk.actor)
        if _only_for_kin(house, together.ids):
            shutting.mark(together, restricted=False)
            named = queries.tied(house, together.ids, Way.NAMED)
            shutting.untie(house, together.ids, named, Way.NAMED)
            shutting.line(house, together.cases, Step.LIFT_RESTRICTION)


@dataclass(frozen=True)
class _Seen:
    """The people of a case, and who declared one of them."""

    case: Case
    people: tuple[Person, ...]
    kin: Sequence[UUID]


def _look(house: Desk, case: Case, *, new: bool) -> _Seen:
    """Mark the people of a case, and see whose kin is among them."""
    people = people_of(house, case)
    found_by = marks.of(house, people)
    marks.note_people(house, case.id, found_by, new=new and house.safe.is_born(case.id))
    return _Seen(case, people, sorted(marks.who_declared(house, found_by)))


def compare_declared(house: Desk, account_id: UUID) -> int:
    """Compare one declaration with all cases; gives how many cases the person is newly kept out of."""
    said = _kin(house, account_id)
    kept = 0
    for case_id in sorted(marks.cases_with(house, marks.of(house, said))):
        case = house.session.get(Case, case_id)
        if case is not None and not case.rehearsal:
            kept += _examine(house, case, account_id, people_of(house, case))
    return kept


def _examine(house: Desk, case: Case, account_id: UUID, people: tuple[Person, ...]) -> bool:
    """Keep somebody out of a case if what they declared is in it; not for what a supervisor has overruled."""
    seen = rules.found(_kin(house, account_id), people, near=queries.is_near(house, account_id, case))
    codes = rules.in_codes(seen)
    if not codes or set(codes) <= _overruled(house, case.id, account_id):
        return False
    together = queries.cluster(house, case)
    before = queries.tied(house, [case.id], Way.BARRED)
    if account_id in before and (case.restricted or not queries.reaches(house, account_id, case)):
        return False
    needed = case.restricted or queries.reaches(house, account_id, case)
    near = queries.around(house, case)
    shutting.tie(house, together.ids, [account_id], Way.BARRED, TieNote(found=codes))
    _let_go(house, together, account_id)
    house.record("kept out of a case", case.number)
    if needed:
        _hand_up(house, case, together, near)
    return True


def _hand_up(house: Desk, case: Case, together: queries.Cluster, near: Around) -> None:
    """The case is restricted and goes one level up; whoever has to act is told."""
    handed = rules.handed_up(near, queries.tied(house, together.ids, Way.BARRED))
    if not case.restricted:
        shutting.mark(together, restricted=True)
        shutting.tie(house, together.ids, handed.readers, Way.NAMED, TieNote())
        shutting.line(house, together.cases, Step.RESTRICT)
    elif not queries.acting(house, queries.tied(house, [case.id], Way.NAMED)):
        shutting.tie(house, together.ids, handed.told, Way.NAMED, TieNote())
        shutting.line(house, together.cases, Step.CHANGE_READERS)
    shutting.tell_them(house, case, handed.told, About.YOURS_ALONE, Level.CHAIR)


def _let_go(house: Desk, together: queries.Cluster, account_id: UUID) -> None:
    """Somebody who is kept out reads no longer, holds no longer, and what was open to them closes."""
    for way in (Way.NAMED, Way.GLASS):
        shutting.untie(house, together.ids, {account_id}, way)
    for case in together.cases:
        if case.holder_id == account_id:
            spine.hold(house, case, None)


def _stay_shut(house: Desk, case: Case) -> None:
    """A case that joins a restricted report or child is restricted with them, to the same readers."""
    if _joins_nobody(house, case):
        return
    together = queries.cluster(house, case)
    marked = [row.restricted for row in together.rows]
    if not any(marked) or all(marked):
        return
    shutting.mark(together, restricted=True)
    for way in (Way.NAMED, Way.BARRED):
        for tie in queries.ties(house, together.ids, way):
            note = TieNote(found=tie.note.found if tie.note is not None else ())
            shutting.tie(house, together.ids, [tie.account_id], way, note)
    shutting.line(house, [row for row in together.cases if row.id == case.id], Step.RESTRICT)


def _joins_nobody(desk: Desk, case: Case) -> bool:
    return desk.safe.is_born(case.report_id) and desk.safe.is_born(case.child_id)


def _only_for_kin(house: Desk, case_ids: list[UUID]) -> bool:
    """Whether a case is restricted only because the house kept somebody out, and nobody is kept out any more."""
    if queries.tied(house, case_ids, Way.BARRED):
        return False
    return all(tie.made_by is None for tie in queries.ties(house, case_ids, Way.NAMED))


def _overruled(house: Desk, case_id: UUID, account_id: UUID) -> frozenset[str]:
    rows = house.all(
        select(CaseTie).where(
            CaseTie.case_id == case_id,
            CaseTie.account_id == account_id,
            CaseTie.way == Way.BARRED,
            CaseTie.ended_by.is_not(None),
        )
    )
    return frozenset(code for row in rows if row.note is not None for code in row.note.found)


def _kin(house: Desk, account_id: UUID) -> tuple[Kin, ...]:
    account = house.get(Account, account_id)
    row = house.session.get(Declaration, account_id)
    return rules.declared_kin(account.name, row.said) if row is not None and row.said is not None else ()
