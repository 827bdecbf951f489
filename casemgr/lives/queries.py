"""Reading a life: everything about one child that the reader may see, and nothing that says there is more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.paths import path_to
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.accounts.seconding import ABOUT, Given, Look
from casemgr.accounts.terms import ProposalLine
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children import rules as child_rules
from casemgr.children.models import Child
from casemgr.children.terms import Card
from casemgr.circumstances import queries as circumstances
from casemgr.circumstances.models import Circumstance
from casemgr.circumstances.queries import SpellShown
from casemgr.core.errors import NotFound
from casemgr.core.words import _
from casemgr.documents import queries as papers
from casemgr.documents.queries import Issued
from casemgr.intake.models import Report
from casemgr.intake.story import child_of, suspects_of
from casemgr.intake.terms import Story, Suspect, ToldChild
from casemgr.intervention.care import queries as care
from casemgr.intervention.care.terms import PlacementFile
from casemgr.lives.models import ChildMerge
from casemgr.lives.terms import MERGE, Joining
from casemgr.search import beyond
from casemgr.search import queries as search
from casemgr.search.terms import Outside

_PARTS = ("card", "detail", "known")


@dataclass(frozen=True)
class Told:
    """What the report of one case tells of the child and the people around it."""

    case: Case
    child: ToldChild
    suspects: Sequence[tuple[Suspect, str]]


@dataclass(frozen=True)
class Life:
    """One child over time."""

    child: Child
    cases: Sequence[Case]
    told: Sequence[Told]
    circumstances: Sequence[SpellShown]
    placements: Sequence[PlacementFile]
    papers: Sequence[Issued]

    @property
    def numbers(self) -> Mapping[UUID, str]:
        """The numbers of the cases that are shown."""
        return {case.id: case.number for case in self.cases}


def life(desk: Desk, mark: str) -> Life:
    """A child by the mark in its address; the reading is noted under the mark."""
    child = child_marked(desk, mark)
    found = desk.all(
        select(Case).where(Case.child_id == child.id).order_by(Case.opened_at.desc(), Case.id.desc())
    )
    may = desk.actor.may
    read = Life(
        child=child,
        cases=found,
        told=_told(desk, found) if may(Permission.CASE_READ) else (),
        circumstances=circumstances.of_child(desk, child.id) if may(Permission.CIRCUMSTANCE_READ) else (),
        placements=_placements(desk, child, found) if may(Permission.CARE_READ) else (),
        papers=_papers(desk, found) if may(Permission.PAPER_READ) else (),
    )
    desk.paths[mark] = path_to(desk.actor, child)
    desk.read("child opened", mark, _PARTS)
    return read


def child_marked(desk: Desk, mark: str) -> Child:
    """A child by the mark in its address."""
    number = child_rules.child_of(mark)
    if number is None:
        raise NotFound
    return children.child(desk, number)


def _told(desk: Desk, found: Sequence[Case]) -> Sequence[Told]:
    reports = {
        row.id: row
        for row in desk.all(select(Report).where(Report.id.in_([case.report_id for case in found])))
    }
    desk.safe.fetch_keys(reports)
    told = []
    for case in found:
        report = reports.get(case.report_id)
        story = (report.known if report is not None else None) or Story()
        one = child_of(story, case.child_ref) or ToldChild(ref=case.child_ref)
        told.append(Told(case, one, suspects_of(story, case.child_ref)))
    return told


def _placements(desk: Desk, child: Child, found: Sequence[Case]) -> Sequence[PlacementFile]:
    """Placements of the cases that are shown, and of no other."""
    shown = {case.id for case in found}
    return [one for one in care.placements_of_child(desk, child.id) if one.case_id in shown]


def _papers(desk: Desk, found: Sequence[Case]) -> Sequence[Issued]:
    issued = papers.issued_for(desk, [case.id for case in found])
    return sorted(
        (row for rows in issued.values() for row in rows), key=lambda row: row.issued_at, reverse=True
    )


@dataclass(frozen=True)
class Alike:
    """A child known here that may be another one, what speaks for it, and what hangs on its file."""

    child: Child
    reasons: Sequence[tuple[str, str]]
    numbers: Sequence[str]
    spells: Sequence[SpellShown]


@dataclass(frozen=True)
class WhoElse:
    """Children in scope who may be the same, and covered ones outside."""

    inside: Sequence[Alike]
    outside: Sequence[Outside]


def alike(desk: Desk, child: Child) -> WhoElse:
    """Who may be the same child, the likeliest first."""
    found = search.candidates(desk, child)
    may = desk.actor.may
    inside = [
        Alike(
            one.child,
            one.likeness.speaking,
            circumstances.case_numbers(desk, one.child.id),
            circumstances.of_child(desk, one.child.id) if may(Permission.CIRCUMSTANCE_READ) else (),
        )
        for one in found.inside
    ]
    return WhoElse(inside, found.outside)


def joining(desk: Desk, given_up: Child, known: Child) -> Joining:
    """Everything the rules have to know before two files are said to be of one child."""
    own = beyond.rows_of(desk, Case, Case.child_id, [given_up.id])
    theirs = beyond.rows_of(desk, Case, Case.child_id, [known.id])
    spells = beyond.rows_of(desk, Circumstance, Circumstance.child_id, [given_up.id])
    return Joining(
        here=given_up.card or Card(),
        there=known.card or Card(),
        same=given_up.id == known.id or "merged" in (given_up.state, known.state),
        same_report=bool({one.report_id for one in own} & {one.report_id for one in theirs}),
        rehearsed=any(one.rehearsal for one in own) != any(one.rehearsal for one in theirs)
        if own and theirs
        else any(one.rehearsal for one in (*own, *theirs)),
        fresh=len(own) == 1 and not spells,
    )


def proposed(desk: Desk, given_up_id: int) -> ChildMerge | None:
    """A merge of this file that waits for a second person."""
    rows = desk.all(
        select(ChildMerge).where(ChildMerge.given_up_id == given_up_id, ChildMerge.merged_at.is_(None))
    )
    wishes = accounts.latest(desk, MERGE, [row.id.hex for row in rows])
    return next(
        (row for row in rows if (wish := wishes.get(row.id.hex)) and accounts.is_waiting(desk, wish)), None
    )


def merge(desk: Desk, merge_id: UUID) -> ChildMerge:
    """One merge."""
    return desk.get(ChildMerge, merge_id)


def merges_waiting(desk: Desk) -> Sequence[tuple[ChildMerge, ProposalLine]]:
    """Merges in scope that wait for a second person, the oldest first."""
    wishes = {wish.about: wish for wish in accounts.all_waiting(desk, MERGE)}
    lines = accounts.lines(desk, wishes)
    rows = {
        row.id.hex: row
        for row in desk.all(select(ChildMerge).where(ChildMerge.id.in_([UUID(about) for about in wishes])))
    }
    return [(rows[about], lines[about]) for about in wishes if about in rows]


def look(desk: Desk, given: Given) -> Look:
    """What the second person reads of a merge."""
    found = merge(desk, UUID(given[ABOUT]))
    return Look(
        [
            (label, ", ".join([_name(desk, child_id), *circumstances.case_numbers(desk, child_id)]))
            for label, child_id in ((_("Stays"), found.kept_id), (_("Is joined to it"), found.given_up_id))
        ],
        found.why.text if found.why is not None else "",
        "/children/merges",
    )


def _name(desk: Desk, child_id: int) -> str:
    card = desk.get(Child, child_id).card
    return (card.name if card is not None else None) or _("A child not yet named")


def merges_of(desk: Desk, child_id: int) -> Sequence[ChildMerge]:
    """Merges by which other files came into this one, the newest first."""
    return desk.all(
        select(ChildMerge)
        .where(ChildMerge.kept_id == child_id, ChildMerge.is_one)
        .order_by(ChildMerge.merged_at.desc(), ChildMerge.id)
    )


def is_given_up(desk: Desk, child_id: int) -> bool:
    """Whether a file has been joined to another one."""
    return beyond.child(desk, child_id).state == "merged"
