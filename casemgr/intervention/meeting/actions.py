"""Writing verification and meetings: check, draft minutes, conclude, correct."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine
from casemgr.cases.deciding import explained, given
from casemgr.cases.models import Case
from casemgr.cases.terms import Beside, Note, Stage, Step
from casemgr.core.errors import Conflict, Invalid
from casemgr.core.findings import Findings, blocks
from casemgr.core.words import _, _l
from casemgr.intervention.meeting import queries, rules
from casemgr.intervention.meeting.models import Meeting, Verification
from casemgr.intervention.meeting.terms import Check, Content, MeetingState

Told = Mapping[str, str] | None


@action("verification recorded", needs=Permission.CASE_NOTE)
def verify(
    desk: Desk, case: Case, *, check: Check, checked_at: datetime | None, form_id: UUID | None = None
) -> Verification:
    """Write down one thing that was checked: how, with whom, and what came of it."""
    if form_id is not None and (again := queries.verification_of_form(desk, case, form_id)) is not None:
        return again
    received_at = spine.heard_first(case)
    rules.findings_on_check(check, checked_at=checked_at, received_at=received_at, now=desk.now).settle()
    at = checked_at or desk.now
    row = Verification(
        id=desk.id(),
        case_id=case.id,
        checked_at=at,
        recorded_by=desk.actor.account_id,
        recorded_at=desk.now,
        form_id=form_id,
    )
    desk.add(row)
    desk.seal(row, content=check)
    note = Note.of(Beside.CHECKED, text=check.what, reason=check.found)
    spine.advance(desk, case, Step.NOTE, at=at, note=note)
    desk.flush()
    return row


@action("meeting saved", needs=Permission.MEETING_RECORD)
def save(desk: Desk, case: Case, *, content: Content, held_at: datetime | None, version: int) -> Meeting:
    """Keep the minutes written so far. Version 0 begins a meeting."""
    row = _write(desk, case, content, held_at, version)
    desk.flush()
    return row


@action("meeting concluded", needs=Permission.MEETING_RECORD)
def conclude(
    desk: Desk,
    case: Case,
    *,
    content: Content,
    held_at: datetime | None,
    version: int,
    explanations: Told = None,
) -> Meeting:
    """Conclude the minutes: nobody writes in this version any more, the clock of the meeting stops."""
    if (again := _concluded_before(desk, case, content, held_at)) is not None:
        return again
    row = _write(desk, case, content, held_at, version)
    found = rules.findings_before_concluding(queries.facts(desk, case, content, held_at))
    found.settle(explanations)
    desk.seal(row, content=replace(content, explained=explained(desk, found, explanations)))
    _close(desk, row)
    note = Note(text=content.conclusion, reason=given(found, explanations))
    spine.advance(desk, case, Step.MEET, at=held_at, note=note)
    desk.flush()
    return row


@action("meeting corrected", needs=Permission.MEETING_RECORD)
def correct(
    desk: Desk,
    case: Case,
    *,
    number: int,
    content: Content,
    held_at: datetime | None,
    version: int,
    explanations: Told = None,
) -> Meeting:
    """Put concluded minutes right, with a reason: the earlier version stays beside the new one."""
    spine.insist(desk, case, Step.MEET)
    old = queries.of_number(desk, case, number)[0]
    before = old.content or Content()
    if old.version != version:
        raise Conflict(
            _("Somebody else has corrected these minutes. What you typed stands below; look at both.")
        )
    plain = replace(content, explained=(), why_corrected=None)
    changed = (plain, held_at) != (replace(before, explained=(), why_corrected=None), old.held_at)
    found = rules.findings_before_correcting(queries.facts(desk, case, content, held_at), changed=changed)
    found.settle({**{one.code: one.text for one in before.explained}, **(explanations or {})})
    old.state = MeetingState.REPLACED
    row = _begin(desk, case, number, old.revision + 1)
    row.round, row.held_at = old.round, held_at
    told = (*before.explained, *explained(desk, found, explanations))
    desk.seal(row, content=replace(content, explained=told))
    _close(desk, row)
    note = Note.of(Beside.MINUTES_CORRECTED, reason=content.why_corrected)
    spine.advance(desk, case, Step.CORRECT, note=note)
    desk.flush()
    return row  # fmt: skip


def _write(desk: Desk, case: Case, content: Content, held_at: datetime | None, version: int) -> Meeting:
    sentence = _l("A meeting cannot be recorded at the present stage of the case.")
    Findings(blocks("wrong-stage", sentence, when=not rules.may_meet(Stage(case.stage)))).settle()
    if len(content.people) > rules.MOST_PEOPLE:
        raise Invalid({"people": [_("At most %(number)s people", number=rules.MOST_PEOPLE)]})
    row = queries.draft(desk, case)
    if (row.version if row is not None else 0) != version:
        raise Conflict(
            _("Somebody else has written in these minutes. What you typed stands below; look at both.")
        )
    if row is None:
        known = queries.versions(desk, case)
        row = _begin(desk, case, known[0].number + 1 if known else 1, 1)
    row.held_at, row.saved_at, row.saved_by = held_at, desk.now, desk.actor.account_id
    desk.seal(row, content=content)
    return row  # fmt: skip


def _begin(desk: Desk, case: Case, number: int, revision: int) -> Meeting:
    row = Meeting(
        id=desk.id(),
        case_id=case.id,
        number=number,
        revision=revision,
        round=case.round,
        state=MeetingState.DRAFT,
        drafted_by=desk.actor.account_id,
        drafted_at=desk.now,
        saved_by=desk.actor.account_id,
        saved_at=desk.now,
    )
    desk.add(row)
    return row


def _close(desk: Desk, row: Meeting) -> None:
    row.state, row.concluded_at = MeetingState.CONCLUDED, desk.now
    row.concluded_by = desk.actor.account_id


def _concluded_before(desk: Desk, case: Case, content: Content, held_at: datetime | None) -> Meeting | None:
    """The meeting that this page has already become: sent twice, it is concluded once."""
    if queries.draft(desk, case) is not None:
        return None
    for row in queries.versions(desk, case):
        same = row.content is not None and replace(row.content, explained=()) == content
        if same and row.held_at == held_at and row.concluded_by == desk.actor.account_id:
            return row
    return None
