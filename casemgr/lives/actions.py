"""Writing a life: saying that the child of a case is one that is known here already."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine
from casemgr.cases.deciding import given
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Step
from casemgr.children import actions as children
from casemgr.children.models import Child
from casemgr.children.terms import Card
from casemgr.core.words import _l
from casemgr.intake import queries as intake
from casemgr.intake import story as stories
from casemgr.intake.terms import Story, ToldChild
from casemgr.intervention.care.models import Placement
from casemgr.lives import queries, rules


@action("case joined to a known child", needs=Permission.REPORT_CORRECT)
def join(desk: Desk, case: Case, *, child_id: int, explanations: Mapping[str, str] | None = None) -> Case:
    """Hang a case on the file of a child that was known before; the file it came with is marked and found no more.

    What the file before knows and the report does not tell is written into the report, so that it is not lost when the
    report is corrected.
    """
    known = desk.get(Child, child_id)
    if case.child_id == known.id:
        return case
    found = rules.findings_on_joining(queries.joining(desk, case, known))
    found.settle(explanations)
    given_up = desk.get(Child, case.child_id)
    told = _completed(desk, case, given_up, known)
    for unit_id in {given_up.unit_id, case.unit_id, case.incident_unit_id, case.residence_unit_id} - {None}:
        children.share(desk, known, unit_id)  # type: ignore[arg-type]
    case.child_id = known.id
    for place in desk.all(select(Placement).where(Placement.case_id == case.id)):
        place.child_id = known.id
    where = given_up.whereabouts.place if given_up.whereabouts is not None else None
    children.correct(
        desk, known, card=stories.card_of(told), detail=stories.detail_of(told), whereabouts=where
    )
    given_up.state = "merged"
    sentence = str(_l("The child was known here before: this case now stands in its file."))
    note = Note(text=sentence, reason=given(found, explanations))
    spine.write_line(desk, case, Step.NOTE, note=note)
    case.moved_at = desk.now
    desk.touch(case.id)
    return case


def _completed(desk: Desk, case: Case, given_up: Child, known: Child) -> ToldChild:
    """The child as the report tells it, with what only the file before knows."""
    report = intake.report_of(desk, case)
    story = report.known or Story()
    told = stories.child_of(story, case.child_ref) or ToldChild(ref=case.child_ref)
    card = rules.together(given_up.card or Card(), known.card or Card())
    more = {"name": card.name, "sex": card.sex, "birth": card.birth}
    if known.detail is not None:
        for name in ("ethnic_group", "disability", "residence_unit_code", "family", "carer"):
            more[name] = getattr(told, name) or getattr(known.detail, name)
    complete = replace(told, **more)  # type: ignore[arg-type]
    others = tuple(complete if one.ref == told.ref else one for one in story.children)
    if complete != told:
        desk.seal(report, known=replace(story, children=others))
    return complete
