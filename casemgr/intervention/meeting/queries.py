"""Reading verification and meetings: the entries, the minutes in force and their earlier versions, what is known before."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.assessment import queries as assessments
from casemgr.assessment.terms import Kind
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.core.errors import NotFound
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.emergency.terms import Part
from casemgr.intervention.meeting import rules
from casemgr.intervention.meeting.models import Meeting, Verification
from casemgr.intervention.meeting.terms import Check, Checked, Content, Held, MeetingState

_WISHES = "M03.g"


def versions(desk: Desk, case: Case) -> Sequence[Meeting]:
    """Every version of every meeting, the newest first."""
    return desk.all(
        select(Meeting)
        .where(Meeting.case_id == case.id)
        .order_by(Meeting.number.desc(), Meeting.revision.desc(), Meeting.id.desc())
    )


def draft(desk: Desk, case: Case) -> Meeting | None:
    """The minutes that are still being written; one at a time."""
    return next((row for row in versions(desk, case) if row.state == MeetingState.DRAFT), None)


def meetings(desk: Desk, case: Case) -> tuple[Held, ...]:
    """Every meeting that was concluded, in its last version, the newest first."""
    found = [held(row) for row in versions(desk, case) if row.state == MeetingState.CONCLUDED]
    told = [one for one in found if one is not None]
    return tuple(sorted(told, key=lambda one: (one.held_at, one.number), reverse=True))


def last_meeting(desk: Desk, case: Case) -> Held | None:
    """The meeting that was held last."""
    return next(iter(meetings(desk, case)), None)


def of_number(desk: Desk, case: Case, number: int) -> Sequence[Meeting]:
    """Every concluded version of one meeting, the newest first."""
    found = [row for row in versions(desk, case) if row.number == number and row.state != MeetingState.DRAFT]
    if not found:
        raise NotFound
    return found


def held(row: Meeting) -> Held | None:
    """One version of a meeting as other rooms may know it; none for a draft."""
    if row.held_at is None or row.concluded_at is None:
        return None
    return Held(
        id=row.id,
        number=row.number,
        revision=row.revision,
        round=row.round,
        held_at=row.held_at,
        content=row.content or Content(),
        drafted_by=row.drafted_by,
        concluded_by=row.concluded_by,
        concluded_at=row.concluded_at,
    )


def facts(desk: Desk, case: Case, content: Content, held_at: datetime | None) -> rules.MeetingFacts:
    """What the rules have to know to check minutes."""
    return rules.MeetingFacts(
        content=content,
        held_at=held_at,
        received_at=spine.heard_first(case),
        now=desk.now,
        stage=Stage(case.stage),
        from_meeting=emergency.withheld(desk, case, Part.MEETING),
        from_opinion=emergency.withheld(desk, case, Part.OPINION),
        people=emergency.people(desk, case),
    )


def wishes(desk: Desk, case: Case) -> str | None:
    """What the child wishes, as the full assessment says."""
    full = assessments.summary(desk, case, Kind.FULL)
    return full.answers.content(_WISHES).text if full is not None else None


def verifications(desk: Desk, case: Case) -> tuple[Checked, ...]:
    """What was checked, the newest first."""
    rows = desk.all(
        select(Verification)
        .where(Verification.case_id == case.id)
        .order_by(Verification.checked_at.desc(), Verification.recorded_at.desc(), Verification.id.desc())
    )
    return tuple(
        Checked(row.id, row.checked_at, row.content or Check(), row.recorded_by, row.recorded_at)
        for row in rows
    )


def verification_of_form(desk: Desk, case: Case, form_id: UUID) -> Verification | None:
    """The entry that a page has already become."""
    return desk.first(
        select(Verification).where(Verification.form_id == form_id, Verification.case_id == case.id)
    )
