"""The facts about looks of the last month, and the nightly round that keeps what somebody should ask about."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select

from casemgr.access.desk import Desk
from casemgr.access.roles import REACH, Reach, Role
from casemgr.accounts.models import Account, Appointment
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, CaseMember
from casemgr.children.models import Child
from casemgr.core.calendar import local_day
from casemgr.core.portions import portions
from casemgr.core.text import fold
from casemgr.oversight import rules, trail
from casemgr.oversight.models import Concern
from casemgr.oversight.terms import LOOKS, READS, REFUSALS, SEARCH, Answer, Why
from casemgr.security.audit import AuditEntry

WINDOW = timedelta(days=30)
_OVERSEE = frozenset({Role.COMMUNE_CHAIR, Role.PROVINCE_SUPERVISOR, Role.INSPECTOR})
_PORTION = 500


@dataclass(frozen=True)
class _File:
    """What the round needs to know of a case."""

    holder_id: UUID | None
    child_id: int
    members: frozenset[UUID]


def watch(desk: Desk) -> int:
    """Keep every finding of the last month that nobody has been asked about yet; gives how many are new.

    A person and a file are brought up once a month, however often the round runs.
    """
    since = desk.now - WINDOW
    opened = list(trail.each(desk, LOOKS, since))
    files = _files(desk, {row.object for row in opened if row.object})
    looks = list(_looks(desk, opened, files))
    works = _works(desk, files, since)
    searches = (
        rules.Search(account, row.at)
        for row in trail.each(desk, (SEARCH,), since)
        if (account := trail.account_of(row)) is not None
    )
    today = local_day(desk.now)
    known = set(desk.rows(select(Concern.account_id, Concern.about).where(Concern.found_on > today - WINDOW)))
    new = 0
    for one in rules.suspicious(looks, works, searches):
        if (one.account, one.about) in known:
            continue
        desk.add(
            Concern(
                id=desk.id(),
                account_id=one.account,
                about=one.about,
                unit_id=_unit(desk, one.account),
                found_on=today,
                weight=one.weight,
                reasons=" ".join(f"{why.value}:{count}" for why, count in one.reasons.items()),
                found_at=desk.now,
            )
        )
        new += 1
    desk.record("looks watched", count=new, result=len(looks))
    return new


def _files(desk: Desk, numbers: set[str]) -> Mapping[str, _File]:
    found: dict[str, _File] = {}
    for some in portions(sorted(numbers), _PORTION):
        rows = desk.rows(
            select(Case.id, Case.number, Case.holder_id, Case.child_id).where(
                Case.number.in_(some), Case.rehearsal.is_(False)
            )
        )
        members: dict[UUID, set[UUID]] = {}
        on_them = CaseMember.case_id.in_([row.id for row in rows])
        for case_id, account_id in desk.rows(
            select(CaseMember.case_id, CaseMember.account_id).where(on_them)
        ):
            members.setdefault(case_id, set()).add(account_id)
        for row in rows:
            found[row.number] = _File(row.holder_id, row.child_id, frozenset(members.get(row.id, ())))
    return found


def _looks(desk: Desk, opened: Sequence[AuditEntry], files: Mapping[str, _File]) -> Iterator[rules.Look]:
    """Looks of people at cases; whose work it is to look over the shoulder of others is assigned to every file."""
    mine = [
        (account, row, file)
        for row in opened
        if (account := trail.account_of(row)) is not None
        and (file := files.get(row.object or "")) is not None
    ]
    assigned = [
        file.holder_id == account or account in file.members or json.loads(row.body).get("role") in _OVERSEE
        for account, row, file in mine
    ]
    strangers = [one for one, is_assigned in zip(mine, assigned, strict=True) if not is_assigned]
    shared = _namesakes(desk, {(account, file.child_id) for account, _row, file in strangers})
    for (account, row, file), is_assigned in zip(mine, assigned, strict=True):
        yield rules.Look(account, row.at, str(row.object), is_assigned, shared.get((account, file.child_id)))


def _namesakes(desk: Desk, pairs: set[tuple[UUID, int]]) -> Mapping[tuple[UUID, int], float]:
    """Who has the family name of a child they looked at, and how common it is among the staff and these children."""
    staff = {key: _family(name) for key, name in desk.rows(select(Account.id, Account.name))}
    children: dict[int, str] = {}
    for some in portions(sorted({child for _account, child in pairs}), _PORTION):
        rows = desk.all(select(Child).where(Child.id.in_(some)))
        desk.safe.fetch_keys(row.id for row in rows)
        children.update((row.id, _family(row.card.name or "")) for row in rows if row.card is not None)
    if children:
        desk.read("family names compared", count=len(children))
    common = Counter([*staff.values(), *children.values()])
    everybody = max(
        sum(common.values()), 50
    )  # in a handful of people every name is rare, and none means anything
    return {
        (account, child): common[children[child]] / everybody
        for account, child in pairs
        if children.get(child) and children[child] == staff.get(account)
    }


def _family(name: str) -> str:
    return fold(name).split(" ")[0]


def _works(desk: Desk, files: Mapping[str, _File], since: object) -> Iterator[rules.Work]:
    """What people did on these files; a sign-in or a look is no work."""
    for some in portions(sorted(files), _PORTION):
        done = select(AuditEntry.actor, AuditEntry.at, AuditEntry.object).where(
            AuditEntry.object.in_(some),
            AuditEntry.at >= since,
            AuditEntry.action.not_in(sorted(READS | REFUSALS)),
            AuditEntry.actor.startswith("account:"),
        )
        for actor, at, about in desk.rows(done):
            yield rules.Work(UUID(actor.removeprefix("account:")), at, about)


def _unit(desk: Desk, account_id: UUID) -> int | None:
    today = local_day(desk.now)
    held = and_(Appointment.since <= today, or_(Appointment.until.is_(None), Appointment.until >= today))
    statement = select(Appointment.unit_id).where(Appointment.account_id == account_id, held)
    return desk.session.scalar(statement.order_by(Appointment.since.desc()).limit(1))


@dataclass(frozen=True)
class ConcernLine:
    """A finding as it is shown."""

    row: Concern
    name: str
    reasons: Sequence[tuple[Why, int]]
    answered_by: str


def concerns(desk: Desk, *, answered: bool = False, limit: int = 100) -> Sequence[ConcernLine]:
    """What should be asked about: an inspector sees everything, a supervisor their area, and nobody their own."""
    statement = select(Concern).where(
        Concern.answer.is_not(None) if answered else Concern.answer.is_(None),
        Concern.account_id != desk.actor.account_id,
    )
    if desk.actor.role is not None and REACH[desk.actor.role] is not Reach.NOTHING:
        statement = statement.where(desk.actor.covers(Concern.unit_id))
    rows = desk.all(statement.order_by(Concern.weight.desc(), Concern.found_at.desc()).limit(limit))
    names = cases.names(desk, [key for row in rows for key in (row.account_id, row.answered_by)])
    desk.read("concerns listed", count=len(rows))
    return [
        ConcernLine(
            row,
            names.get(row.account_id, ""),
            [
                (Why(code), int(count))
                for code, _, count in (one.partition(":") for one in row.reasons.split())
            ],
            names.get(row.answered_by, "") if row.answered_by else "",
        )
        for row in rows
    ]


def answer(desk: Desk, concern_id: UUID, said: Answer) -> Concern:
    """Keep what a person found out. What was decided stays; a second answer is refused by the action."""
    row = next((line.row for line in concerns(desk) if line.row.id == concern_id), None)
    found = desk.get(Concern, row.id if row is not None else None)
    found.answer, found.answered_by, found.answered_at = said, desk.actor.account_id, desk.now
    return found
