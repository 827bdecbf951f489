"""Reading a life: everything about one child that the reader may see, and nothing that says there is more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.paths import path_to
from casemgr.access.permissions import Permission
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children import rules as child_rules
from casemgr.children.models import Child
from casemgr.children.terms import Card
from casemgr.circumstances import queries as circumstances
from casemgr.circumstances.models import Circumstance
from casemgr.circumstances.queries import SpellShown
from casemgr.core.errors import NotFound
from casemgr.core.text import fold
from casemgr.documents import queries as papers
from casemgr.documents.queries import Issued
from casemgr.intake.models import Report
from casemgr.intake.story import child_of, suspects_of
from casemgr.intake.terms import Story, Suspect, ToldChild
from casemgr.intervention.care import queries as care
from casemgr.intervention.care.terms import PlacementFile
from casemgr.lives import rules
from casemgr.lives.terms import Joining

_PARTS = ("card", "detail", "known")
MOST_ALIKE = 10


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
    number = rules.child_of(mark)
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
    """A child known here that may be the child of a case, with what hangs on its file."""

    child: Child
    numbers: Sequence[str]
    spells: Sequence[SpellShown]


def alike(desk: Desk, case: Case) -> Sequence[Alike]:
    """Children in scope whose name fits that of a case's child, the likeliest first; its own file is left out."""
    card = children.child(desk, case.child_id).card
    if card is None or not card.name:
        return ()
    found = children.find(desk, child_rules.Wanted(fold(card.name), None)).hits
    rehearsed = set(desk.all(select(Case.child_id).where(Case.rehearsal.is_(True))))
    others = [hit.child for hit in found if hit.child.id != case.child_id and hit.child.id not in rehearsed]
    may = desk.actor.may
    return [
        Alike(
            one,
            circumstances.case_numbers(desk, one.id),
            circumstances.of_child(desk, one.id) if may(Permission.CIRCUMSTANCE_READ) else (),
        )
        for one in others[:MOST_ALIKE]
    ]


def joining(desk: Desk, case: Case, child: Child) -> Joining:
    """Everything the rules have to know before two files are said to be of one child."""
    here = children.child(desk, case.child_id)
    own = desk.all(select(Case).where(Case.child_id == here.id))
    spells = desk.first(select(Circumstance.id).where(Circumstance.child_id == here.id))
    theirs = desk.all(select(Case).where(Case.child_id == child.id))
    return Joining(
        here=here.card or Card(),
        there=child.card or Card(),
        same=here.id == child.id,
        same_report=any(one.report_id == case.report_id for one in theirs),
        rehearsed=any(one.rehearsal != case.rehearsal for one in theirs) or case.rehearsal,
        fresh=[one.id for one in own] == [case.id] and spells is None,
    )
