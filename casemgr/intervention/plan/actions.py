"""Writing plans: draft, hand in, approve, give back, change. The diary has its own file, `diary.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from secrets import token_hex

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine, workflow
from casemgr.cases.deciding import approver, explained, given, in_own_unit, persons, who
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Stage, Step
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.findings import Findings
from casemgr.core.text import clean, clean_lines
from casemgr.core.words import _
from casemgr.intervention.plan import queries, rules
from casemgr.intervention.plan.content import same_words, tidy
from casemgr.intervention.plan.models import Plan
from casemgr.intervention.plan.terms import (
    Comment,
    Content,
    Goal,
    Issue,
    Making,
    PlanState,
    Ruling,
    Service,
)
from casemgr.law.vocabulary import vocabulary

ROW_FIELDS = ("text", "what", "kind", "who", "provider", "since", "until", "cost", "source", "note")
_DEAREST = 10**12  # đồng
_EDITABLE = (PlanState.DRAFT,)
_LONGEST, _NUMBER = 2000, 60


@action("plan saved", needs=Permission.PLAN_DRAFT)
def save(desk: Desk, case: Case, *, content: Content, version: int) -> Plan:
    """Keep what is written so far. Version 0 begins a plan; any other must be the one that was read."""
    plan = _write(desk, case, content, version)
    desk.flush()
    return plan


@action("plan handed in", needs=Permission.PLAN_DRAFT)
def hand_in(
    desk: Desk, case: Case, *, content: Content, version: int, explanations: Mapping[str, str] | None = None
) -> Plan:
    """Hand the plan in with all it must hold; the chair's clock starts, nobody writes in this version any more."""
    if (sent := _already_handed_in(desk, case, content)) is not None:
        return sent
    plan = _write(desk, case, content, version)
    found = rules.findings_before_handing_in(queries.facts(desk, case, plan.content or Content()))
    found.settle(explanations)
    made = plan.making or Making()
    desk.seal(plan, making=replace(made, explained=explained(desk, found, explanations)))
    plan.state, plan.handed_in_at, plan.handed_in_by = PlanState.HANDED_IN, desk.now, desk.actor.account_id
    spine.advance(desk, case, Step.HAND_IN_PLAN, note=_reasons(found, explanations))
    desk.flush()
    return plan


@action("plan approved", needs=Permission.PLAN_APPROVE)
def approve(
    desk: Desk,
    case: Case,
    *,
    version: int,
    issue: Issue,
    explanations: Mapping[str, str] | None = None,
) -> Plan:
    """Issue the decision: services may run from the day it holds. It cannot be withdrawn, only replaced."""
    if (issued := _already_issued(desk, case, version, issue)) is not None:
        return issued
    facts = ready_to_approve(desk, case, version=version, issue=issue, explanations=explanations)
    plan, found = _waiting(desk, case, version), rules.findings_before_approving(facts)
    ruling = Ruling(
        number=facts.number,
        sent_to=tuple(facts.sent_to),
        not_sent_to=tuple(facts.not_sent_to),
        explained=explained(desk, found, explanations),
    )
    desk.seal(plan, decision=ruling)
    plan.state, plan.decided_at, plan.decided_by = PlanState.APPROVED, desk.now, desk.actor.account_id
    plan.effective_on = facts.effective_on
    plan.approval_digest = queries.mark(desk, plan)
    note = Note(reason=given(found, explanations), data={"number": facts.number or ""})
    spine.advance(desk, case, Step.APPROVE_PLAN, note=note)
    desk.flush()
    return plan


@action("plan given back", needs=Permission.PLAN_APPROVE)
def give_back(
    desk: Desk, case: Case, *, version: int, reason: str | None, comments: Sequence[Comment] = ()
) -> Plan:
    """Give the plan back with what should be put right; the clock of the decision keeps running."""
    why = clean_lines(reason or "", _LONGEST) or None
    if (returned := _already_decided(desk, case, version, PlanState.RETURNED)) is not None and (
        returned.decision or Ruling()
    ).reason == why:
        return returned
    plan = _waiting(desk, case, version)
    rows = {row.key for row in ((plan.content or Content()).services)} | {
        row.key for row in (plan.content or Content()).goals
    }
    said = [
        Comment(one.row, clean_lines(one.text, _LONGEST), one.field if one.field in ROW_FIELDS else None)
        for one in comments
        if one.row in rows
    ]
    said = [one for one in said if one.text]
    own_unit = in_own_unit(desk, case)
    rules.findings_before_returning(PlanState(plan.state), why, said, own_unit=own_unit).settle()
    desk.seal(plan, decision=Ruling(reason=why, comments=tuple(said)))
    plan.state, plan.decided_at, plan.decided_by = PlanState.RETURNED, desk.now, desk.actor.account_id
    spine.advance(desk, case, Step.RETURN_PLAN, note=Note(reason=why))
    desk.flush()
    return plan


@action("plan asked for", needs=Permission.PLAN_APPROVE)
def ask_for_plan(desk: Desk, case: Case, *, reason: str | None) -> Case:
    """A file from elsewhere says that a plan waits, but none came with it: the case goes back to planning."""
    if queries.current(desk, case) is not None:
        raise _overtaken()
    why = clean_lines(reason or "", _LONGEST) or None
    own_unit = in_own_unit(desk, case)
    rules.findings_before_returning(PlanState.HANDED_IN, why, (), own_unit=own_unit).settle()
    spine.advance(desk, case, Step.RETURN_PLAN, note=Note(reason=why))
    desk.flush()
    return case


@action("approved plan changed", needs=Permission.PLAN_DRAFT)
def change(desk: Desk, case: Case, *, content: Content, version: int, why: str | None) -> Plan:
    """Change an approved plan: its approval is void, the new version has to be handed in and approved again."""
    old = queries.current(desk, case)
    _same_version(old, version)
    new = _readable(desk, content)
    reason = clean_lines(why or "", _LONGEST) or None
    approved = old.content if old is not None else None
    rules.findings_before_changing(approved or Content(), new, queries.stands(desk, old), reason).settle()
    if old is None:
        raise NotFound
    old.state, old.voided_at, old.voided_by = PlanState.VOID, desk.now, desk.actor.account_id
    spine.advance(desk, case, Step.CHANGE_PLAN, note=Note(reason=reason))
    plan = _begin(desk, case, old, why_changed=reason)
    desk.seal(plan, content=new)
    desk.flush()
    return plan


def ready_to_approve(
    desk: Desk,
    case: Case,
    *,
    version: int,
    issue: Issue,
    explanations: Mapping[str, str] | None = None,
) -> rules.ApprovalFacts:
    """What a decision will say, before it is issued; raises what stands against it. Stores nothing."""
    plan = _waiting(desk, case, version)
    facts = approval_facts(desk, case, plan, issue)
    rules.findings_before_approving(facts).settle({**told_before(plan), **(explanations or {})})
    return facts


def approval_facts(desk: Desk, case: Case, plan: Plan, issue: Issue) -> rules.ApprovalFacts:
    """Everything the rules have to know before this person issues a decision on this version."""
    known = queries.background(desk, case)
    content = plan.content or Content()
    possible = rules.may_receive(content, known.family)
    return rules.ApprovalFacts(
        plan=queries.facts(desk, case, content, known),
        state=PlanState(plan.state),
        approver=approver(desk, (plan.making or Making()).writers),
        writers=(plan.making or Making()).writers,
        number=clean(issue.number or "", _NUMBER) or None,
        effective_on=issue.effective_on,
        handed_in_on=local_day(plan.handed_in_at or plan.saved_at),
        own_unit=in_own_unit(desk, case),
        withheld=queries.kept_out(desk, case, possible),
        sent_to=[one for one in possible if one.key in issue.recipients],
        not_sent_to=[one for one in possible if one.key not in issue.recipients],
    )


def _write(desk: Desk, case: Case, content: Content, version: int) -> Plan:
    """Put a content into the draft of the present round; what was handed in before stays as it was."""
    workflow.after(Stage(case.stage), Step.DRAFT_PLAN)
    last = queries.current(desk, case)
    new = _readable(desk, content)
    if last is not None and last.version != version and _is_ours(desk, last, new, PlanState.DRAFT):
        return last
    _same_version(last, version)
    plan = last if last is not None and last.state in _EDITABLE else _begin(desk, case, last)
    desk.seal(plan, content=new)
    plan.saved_at, plan.saved_by = desk.now, desk.actor.account_id
    made = plan.making or Making()
    if who(desk) not in made.writers:
        desk.seal(plan, making=replace(made, writers=tuple(dict.fromkeys((*made.writers, *persons(desk))))))
        spine.advance(desk, case, Step.DRAFT_PLAN)
    return plan


def _begin(desk: Desk, case: Case, last: Plan | None, *, why_changed: str | None = None) -> Plan:
    """A new version of the present round. Whoever wrote in the version before has written in this one too."""
    if last is not None and last.state == PlanState.APPROVED:
        last.state, last.voided_at, last.voided_by = PlanState.VOID, desk.now, desk.actor.account_id
    plan = Plan(
        id=desk.id(),
        case_id=case.id,
        round=case.round,
        revision=last.revision + 1 if last is not None else 1,
        state=PlanState.DRAFT,
        drafted_by=desk.actor.account_id,
        drafted_at=desk.now,
        saved_by=desk.actor.account_id,
        saved_at=desk.now,
    )
    desk.add(plan)
    before = (last.making or Making()).writers if last is not None else ()
    writers = before if why_changed is None else tuple(dict.fromkeys((*before, *persons(desk))))
    desk.seal(plan, making=Making(writers=writers, why_changed=why_changed))
    return plan


def _readable(desk: Desk, content: Content) -> Content:
    """The content in normal form, with a key for every row; refused where it cannot be read."""
    tidied = tidy(content)
    kinds = {code for code, _label in vocabulary("service_types").choices(local_day(desk.now), "en")}
    errors: dict[str, list[str]] = {}
    if len(tidied.services) > rules.MOST_SERVICES:
        errors["services"] = [_("At most %(number)s services", number=rules.MOST_SERVICES)]
    if len(tidied.goals) > rules.MOST_GOALS:
        errors["goals"] = [_("At most %(number)s goals", number=rules.MOST_GOALS)]
    for number, row in enumerate(tidied.services):
        if row.kind is not None and row.kind not in kinds:
            errors[f"services-{number}-kind"] = [_("Choose a kind from the list")]
        if row.cost is not None and not 0 <= row.cost <= _DEAREST:
            errors[f"services-{number}-cost"] = [_("An estimate is a whole number of đồng, 0 or more")]
    if errors:
        raise Invalid(errors)
    return _keyed(tidied)


def _keyed(content: Content) -> Content:
    """Every row has a key of its own; a key is never given twice."""
    taken: set[str] = set()

    def key(old: str) -> str:
        new = old if old and len(old) <= 16 and old.isalnum() and old not in taken else token_hex(6)
        taken.add(new)
        return new

    goals = tuple(Goal(key(row.key), row.text) for row in content.goals)
    services: tuple[Service, ...] = tuple(replace(row, key=key(row.key)) for row in content.services)
    return replace(content, goals=goals, services=services)


def _waiting(desk: Desk, case: Case, version: int) -> Plan:
    """The version that waits for a decision."""
    plan = queries.current(desk, case)
    if plan is None:
        raise NotFound
    _same_version(plan, version)
    return plan


def _same_version(plan: Plan | None, version: int) -> None:
    if version != (plan.version if plan is not None else 0):
        raise _overtaken()


def _already_handed_in(desk: Desk, case: Case, content: Content) -> Plan | None:
    """The same plan handed in twice over a weak line is handed in once."""
    plan = queries.current(desk, case)
    return plan if plan is not None and _is_ours(desk, plan, content, PlanState.HANDED_IN) else None


def _already_issued(desk: Desk, case: Case, version: int, issue: Issue) -> Plan | None:
    """The same decision issued twice, by a double click or over a weak line, is issued once."""
    plan = _already_decided(desk, case, version, PlanState.APPROVED)
    ruling = (plan.decision or Ruling()) if plan is not None else Ruling()
    same = ruling.number == clean(issue.number or "", _NUMBER) and {one.key for one in ruling.sent_to} == (
        {one.key for one in (*ruling.sent_to, *ruling.not_sent_to)} & set(issue.recipients)
    )
    return plan if plan is not None and same and plan.effective_on == issue.effective_on else None


def _already_decided(desk: Desk, case: Case, version: int, state: PlanState) -> Plan | None:
    """The plan, if this person has just decided so on the version that was read."""
    plan = queries.current(desk, case)
    if plan is None or plan.version <= version or plan.state != state:
        return None
    return plan if plan.decided_by is not None and plan.decided_by == desk.actor.account_id else None


def _is_ours(desk: Desk, plan: Plan, content: Content, state: PlanState) -> bool:
    """Whether this person has just stored these very words."""
    by_us = plan.saved_by is not None and plan.saved_by == desk.actor.account_id
    return by_us and plan.state == state and same_words(plan.content or Content(), tidy(content))


def told_before(plan: Plan) -> Mapping[str, str]:
    """What the writer explained when the plan was handed in counts for the chair too."""
    return {one.code: one.text for one in (plan.making or Making()).explained}


def _reasons(found: Findings, told: Mapping[str, str] | None) -> Note | None:
    reasons = given(found, told)
    return Note(reason=reasons) if reasons else None


def _overtaken() -> Conflict:
    return Conflict(
        _(
            "Somebody else saved this plan while you were writing. Both versions are shown below; nothing is lost."
        )
    )
