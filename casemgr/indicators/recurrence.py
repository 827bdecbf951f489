"""Whether a child was harmed again: reported, or left with its case closed, within the twelve months before a report.

Our own measure, after the re-referral of England's children in need census ("a re-referral occurs when a child is referred
within 12 months of a previous referral", Department for Education, Children in need: a focus on re-referrals, 2024).
What makes a case a recurrence lies in the other cases of its child: they are read here, and written again when it changes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.core.calendar import add_months, local_day
from casemgr.intake.models import Report

MONTHS = 12
_ACCEPTED = "accepted"


@dataclass(frozen=True)
class Past:
    """What one case of a child says about the others: when it was reported, whether that was accepted, when it closed."""

    case_id: UUID
    child_id: int
    report_id: UUID
    received_at: datetime
    accepted: bool
    closed_at: datetime | None


def again(case: Case, pasts: Collection[Past]) -> frozenset[str]:
    """Which of the two lay not more than twelve months before this report: an earlier accepted report, an earlier closing.

    Of reports that came at the same instant none is the earlier one; the other children of a report are not this child.
    """
    received = case.received_at
    earlier = [
        past
        for past in pasts
        if past.accepted and past.received_at < received and past.report_id != case.report_id
    ]
    closings = [past.closed_at for past in earlier if past.closed_at is not None]
    found = {
        "reported": any(_within(past.received_at, received) for past in earlier),
        "closed": any(closed <= received and _within(closed, received) for closed in closings),
    }
    return frozenset(name for name, true in found.items() if true)


def _within(before: datetime, received: datetime) -> bool:
    return local_day(received) <= add_months(local_day(before), MONTHS)


def take_turns(desk: Desk, session: Session, cases: Collection[Case]) -> None:
    """On PostgreSQL whoever writes for the same child waits: of two cases begun at once one will see the other."""
    if session.get_bind().dialect.name != "sqlite":
        for child in sorted({case.child_id for case in cases if not desk.safe.is_born(case.child_id)}):
            session.execute(select(func.pg_advisory_xact_lock(child)))


def later(cases: Collection[Case], pasts: Mapping[int, Sequence[Past]]) -> set[UUID]:
    """The later cases of the children of some cases: they are recurrences or not by what these have become."""
    first: dict[int, datetime] = {}
    for case in cases:
        first[case.child_id] = min(first.get(case.child_id, case.received_at), case.received_at)
    return {past.case_id for past in chain(*pasts.values()) if past.received_at > first[past.child_id]}


def pasts_of(desk: Desk, session: Session, cases: Collection[Case]) -> Mapping[int, Sequence[Past]]:
    """All cases of the children of some cases, without rehearsals; a child born at this desk has those at hand alone."""
    together = Counter(case.child_id for case in cases)
    asked = [child for child, count in together.items() if count > 1 or not desk.safe.is_born(child)]
    pasts: dict[int, list[Past]] = defaultdict(list)
    if asked:
        statement = (
            select(Case.id, Case.child_id, Case.report_id, Case.received_at, Report.decision, Case.closed_at)
            .join(Report, Report.id == Case.report_id)
            .where(Case.child_id.in_(sorted(asked)), Case.rehearsal.is_(False))
        )
        for case_id, child, report, received, decision, closed in session.execute(statement):
            pasts[child].append(Past(case_id, child, report, received, decision == _ACCEPTED, closed))
    return pasts
