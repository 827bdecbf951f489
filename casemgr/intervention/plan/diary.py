"""Writing the services diary: note a visit, say that a promise was kept."""

from datetime import date, time
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.cases.terms import Step
from casemgr.core.calendar import at_local, local_day
from casemgr.core.errors import NotFound
from casemgr.core.text import clean_lines
from casemgr.intervention.plan import queries, rules
from casemgr.intervention.plan.models import ServiceEntry
from casemgr.intervention.plan.terms import Answer, Content, Visit

_LONGEST = 4000
_NOON = time(12)


@action("service noted", needs=Permission.SERVICE_RECORD)
def note(
    desk: Desk,
    case: Case,
    *,
    service: str,
    happened_on: date | None,
    visit: Visit,
    promise_on: date | None = None,
    form_id: UUID | None = None,
) -> ServiceEntry:
    """Note that a service met the child, or should have: what changed, and what was promised until when."""
    sent = queries.entry_of_form(desk, case, form_id) if form_id is not None else None
    if sent is not None:
        return sent
    plan = queries.approved(desk, case)
    known = (plan.content or Content()).services if plan is not None else ()
    said = _tidy(visit)
    today = local_day(desk.now)
    rules.findings_before_noting(
        said,
        service_known=any(row.key == service for row in known),
        happened_on=happened_on,
        promise_on=promise_on,
        today=today,
        reported_on=local_day(case.received_at),
    ).settle()
    if plan is None or happened_on is None:
        raise NotFound
    entry = ServiceEntry(
        id=desk.id(),
        case_id=case.id,
        plan_id=plan.id,
        service_key=service,
        happened_on=happened_on,
        recorded_by=desk.actor.account_id,
        recorded_at=desk.now,
        form_id=form_id,
        promise_on=promise_on,
    )
    desk.add(entry)
    desk.seal(entry, visit=said)
    when = desk.now if happened_on == today else min(desk.now, at_local(happened_on, _NOON))
    spine.advance(desk, case, Step.SERVICE, at=when)
    desk.flush()
    return entry


@action("promise kept", needs=Permission.SERVICE_RECORD)
def keep_promise(desk: Desk, case: Case, *, entry_id: UUID) -> ServiceEntry:
    """Say that what was promised has been done: it leaves the worklist."""
    entry = queries.entry(desk, case, entry_id)
    if entry.promise_on is None:
        raise NotFound
    if entry.promise_kept_at is None:
        entry.promise_kept_at, entry.promise_kept_by = desk.now, desk.actor.account_id
        desk.flush()
    return entry


def _tidy(visit: Visit) -> Visit:
    """Texts in normal form; who was not seen was not seen alone."""
    return Visit(
        visit.seen,
        Answer.NO if visit.seen is Answer.NO and visit.alone is Answer.UNKNOWN else visit.alone,
        clean_lines(visit.changed or "", _LONGEST) or None,
        clean_lines(visit.promise or "", _LONGEST) or None,
    )
