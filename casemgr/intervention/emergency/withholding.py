"""Keeping somebody out of meeting, opinion or delivery for the safety of the child, by a recorded decision."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine
from casemgr.cases.deciding import explained, given
from casemgr.cases.models import Case
from casemgr.cases.terms import Beside, Note, Stage, Step
from casemgr.core.text import clean_lines
from casemgr.intervention.emergency import queries, rules
from casemgr.intervention.emergency.models import Withholding
from casemgr.intervention.emergency.terms import Ban, BanEnd, Part

_LONGEST = 2000


@action("somebody kept out", needs=Permission.WITHHOLDING_DECIDE)
def withhold(
    desk: Desk,
    case: Case,
    *,
    person: str,
    parts: tuple[Part, ...],
    ground: str | None,
    explanations: Mapping[str, str] | None = None,
) -> Withholding:
    """Decide that somebody is kept out of something, with the ground."""
    people = queries.people(desk, case)
    chosen = next((one for one in people if one.key == person), None)
    why = clean_lines(ground or "", _LONGEST)
    if (again := _decided_before(desk, case, person, parts, why)) is not None:
        return again
    ban = Ban(
        key=person,
        name=chosen.name if chosen is not None else None,
        relation=chosen.relation if chosen is not None else None,
        parts=tuple(part for part in Part if part in parts),
        ground=why,
        also=chosen.marks[1:] if chosen is not None else (),
    )
    already = {part for one in queries.withheld(desk, case) if one.is_(person) for part in one.ban.parts}
    found = rules.findings_before_withholding(
        ban,
        known=chosen is not None,
        alleged=chosen is not None and chosen.alleged,
        already=already,
        stage=Stage(case.stage),
    )
    found.settle(explanations)
    row = Withholding(id=desk.id(), case_id=case.id, decided_by=desk.actor.account_id, decided_at=desk.now)
    desk.add(row)
    desk.seal(row, ban=replace(ban, explained=explained(desk, found, explanations)))
    reason = "\n".join(text for text in (why, given(found, explanations)) if text)
    spine.advance(desk, case, Step.WITHHOLD, note=Note(reason=reason))
    desk.flush()
    return row


@action("somebody let in again", needs=Permission.WITHHOLDING_DECIDE)
def let_in(desk: Desk, case: Case, *, decision_id: UUID, reason: str | None) -> Withholding:
    """End a decision that kept somebody out."""
    row, why = queries.withholding(desk, case, decision_id), clean_lines(reason or "", _LONGEST) or None
    rules.findings_before_letting_in(running=row.ended_at is None, reason=why).settle()
    row.ended_at, row.ended_by = desk.now, desk.actor.account_id
    desk.seal(row, ending=BanEnd(why or ""))
    spine.advance(desk, case, Step.NOTE, note=Note.of(Beside.LET_IN_AGAIN, reason=why))
    desk.flush()
    return row


def _decided_before(
    desk: Desk, case: Case, person: str, parts: tuple[Part, ...], ground: str
) -> Withholding | None:
    """The decision that this page has already become."""
    for row in queries.withholdings(desk, case):
        ban = row.ban
        same = ban is not None and (ban.key, set(ban.parts), ban.ground) == (person, set(parts), ground)
        if same and row.ended_at is None and row.decided_by == desk.actor.account_id:
            return row
    return None
