"""Writing what follows a decision: to whom it was handed, that it arrived, and how the child may be reached safely."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Step
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.text import clean, clean_lines
from casemgr.intervention.plan import delivering, queries
from casemgr.intervention.plan.models import PlanDelivery, SafeContactRule
from casemgr.intervention.plan.terms import Delivered, Receipt, Recipient, Ruling, SafeContact, Way

_LINE, _LONGEST = 300, 2000


@action("plan delivered", needs=Permission.PLAN_DRAFT)
def deliver(
    desk: Desk,
    case: Case,
    *,
    chosen: Collection[str],
    given: bool | None,
    given_on: date | None = None,
    way: Way | None = None,
    by: str | None = None,
    note: str | None = None,
    reason: str | None = None,
) -> Case:
    """Write down that the decision and the plan were handed to somebody, or why they were not."""
    plan = queries.approved(desk, case)
    ruling = (plan.decision or Ruling()) if plan is not None else Ruling()
    named = [one for one in (*ruling.sent_to, *ruling.not_sent_to) if one.key in chosen]
    told = (
        [row.content.recipient.key for row in queries.deliveries(desk, plan) if row.content] if plan else []
    )
    why = clean_lines(reason or "", _LONGEST) or None
    facts = delivering.DeliveryFacts(
        approved=plan is not None,
        chosen=named,
        given=given,
        already=told,
        withheld=queries.kept_out(desk, case, named),
        given_on=given_on,
        decided_on=local_day(plan.decided_at) if plan is not None and plan.decided_at is not None else None,
        today=local_day(desk.now),
        way=way,
        reason=why,
    )
    delivering.findings_before_delivering(facts).settle()
    if plan is None:
        raise NotFound
    for one in named:
        row = PlanDelivery(
            id=desk.id(),
            case_id=case.id,
            plan_id=plan.id,
            given=bool(given),
            given_on=given_on if given else None,
            recorded_by=desk.actor.account_id,
            recorded_at=desk.now,
        )
        desk.add(row)
        said = Delivered(
            one,
            way if given else None,
            clean(by or "", _LINE) or None if given else None,
            clean_lines(note or "", _LONGEST) or None,
            why,
        )
        desk.seal(row, content=said)
    if given:
        spine.advance(desk, case, Step.DELIVER_PLAN, note=Note(text=_who(named)))
    else:
        desk.touch(case.id)
    desk.flush()
    return case


@action("delivery confirmed", needs=Permission.PLAN_DRAFT)
def confirm(desk: Desk, case: Case, *, delivery_id: UUID, on: date | None, who: str | None) -> PlanDelivery:
    """Write down that the decision arrived, and who said so."""
    row = queries.delivery(desk, case, delivery_id)
    name = clean(who or "", _LINE) or None
    delivering.findings_before_confirming(
        given_on=row.given_on if row.given else None,
        confirmed=row.confirmed_on is not None,
        on=on,
        who=name,
        today=local_day(desk.now),
    ).settle()
    row.confirmed_on, row.confirmed_by = on, desk.actor.account_id
    desk.seal(row, receipt=Receipt(name))
    desk.flush()
    return row


@action("safe contact written", needs=Permission.PLAN_DRAFT)
def keep_contact(desk: Desk, case: Case, *, told: SafeContact) -> SafeContactRule:
    """Say who may be called for the child and how; what was written before stays."""
    new = delivering.tidy_contact(told)
    before = queries.safe_contact(desk, case)
    delivering.findings_before_keeping(new, before).settle()
    row = SafeContactRule(
        id=desk.id(), case_id=case.id, recorded_by=desk.actor.account_id, recorded_at=desk.now
    )
    desk.add(row)
    desk.seal(row, content=new)
    desk.flush()
    return row


def _who(recipients: Collection[Recipient]) -> str:
    return "; ".join(one.name or "" for one in recipients if one.name) or str(len(recipients))
