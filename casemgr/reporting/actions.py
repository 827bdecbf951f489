"""Writing returns: sign, approve, give back, publish, ask about a number, set the due days of a plan."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.checks import actions as checks
from casemgr.checks.terms import Sent
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, Invalid, NotFound, Refused
from casemgr.core.findings import Findings
from casemgr.core.periods import Period
from casemgr.core.words import _
from casemgr.indicators import editions
from casemgr.indicators.terms import Level
from casemgr.reporting import frozen as keeping
from casemgr.reporting import queries, rules, schedules
from casemgr.reporting.differences import changed_cells
from casemgr.reporting.models import CellComment, ReportingPlan, Return, ReturnVersion
from casemgr.reporting.terms import Frozen, Plan, Said, State, Term, Wanted, Written


def findings_on_signing(desk: Desk, one: Wanted, now: Frozen, *, nil: bool, reason: str) -> Findings:
    """What stands against signing a return as it is now: the chain's own rules, then the checks of its numbers."""
    row = queries.stored(desk, one)
    stands = queries.version(desk, row, row.final) if row is not None and row.final else None
    own = rules.findings_on_signing(
        period=Period.parse(one.period),
        today=local_day(desk.now),
        state=State(row.state) if row else State.DRAFT,
        final=stands is not None,
        empty=keeping.empty(now),
        nil=nil,
        reason=reason,
        changed=stands is None or bool(changed_cells(queries.kept(stands), now)),
        silent=queries.without_approval(desk, one),
        open_threads=queries.open_threads(desk, row),
    )
    return Findings(*own, *queries.checked(desk, one, nil=nil).spoken())


def _explain(desk: Desk, one: Wanted, explained: Mapping[str, str], *, nil: bool) -> Mapping[str, str]:
    """Write down what was explained about the checks; gives every explanation that stands beside the numbers."""
    for standing in queries.checked(desk, one, nil=nil).to_explain:
        finding = standing.finding
        if finding.rule.id in explained:
            checks.explain(
                desk,
                one.place,
                Period.parse(one.period),
                finding.rule.id,
                key=finding.key,
                text=explained[finding.rule.id],
                sent=Sent(nil=nil),
            )
    desk.flush()
    return {
        standing.finding.rule.id: standing.explanation.explained.text
        for standing in queries.checked(desk, one, nil=nil).explained
        if standing.explanation is not None and standing.explanation.explained is not None
    }


@action("return signed", needs=Permission.RETURN_SIGN)
def sign(
    desk: Desk,
    one: Wanted,
    *,
    seen: str,
    nil: bool = False,
    reason: str = "",
    explanations: Mapping[str, str] | None = None,
) -> Return:
    """Sign the numbers as they stand: from now on they are a version that nothing changes.

    `seen` is the digest of what the person has read: other numbers are not signed in its place.
    """
    unit = queries.unit_of(desk, one)
    if not queries.seat(desk, unit.id if unit else None).holds(one.level):
        raise Refused
    now = queries.live(desk, one)
    digest = keeping.digest_of(now)
    if digest != seen:
        raise Conflict(
            _("The numbers have changed since you opened the page. Read them once more, then sign.")
        )
    explained = {code: text.strip() for code, text in (explanations or {}).items() if text.strip()}
    written = _explain(desk, one, explained, nil=nil)
    found = findings_on_signing(desk, one, now, nil=nil, reason=reason)
    found.settle(explained)
    row = _row(desk, one)
    kept = ReturnVersion(
        id=desk.id(),
        return_id=row.id,
        unit_id=row.unit_id,
        number=row.number + 1,
        amends=row.final,
        state=State.CHECKED,
        nil=nil,
        as_of=desk.now,
        borders_day=now.borders_day,
        digest=digest,
        signed_by=desk.actor.account_id,
        signed_for=desk.actor.stands_for,
        signed_at=desk.now,
    )
    desk.add(kept)
    told = {finding.code: explained[finding.code] for finding in found.to_explain}
    desk.seal(kept, frozen=now, said=Said({**written, **told}, reason.strip()))
    row.number, row.state, row.nil = kept.number, State.CHECKED, nil
    row.signed_at = row.signed_at or desk.now
    return row


@action("return approved", needs=Permission.RETURN_APPROVE)
def approve(desk: Desk, row: Return) -> Return:
    """The level above takes the signed numbers over; never whoever signed them, who stands in for them, or for whom they stood in."""
    version = _under_way(desk, row)
    rules.findings_on_approval(
        state=State(row.state), signers=version.signers, who=desk.actor.persons
    ).settle()
    version.state, version.approved_at, version.approved_by = State.APPROVED, desk.now, desk.actor.account_id
    row.state = State.APPROVED
    if rules.is_final(_publishes(row), State.APPROVED):
        row.final = version.number
    return row


@action("return given back", needs=Permission.RETURN_APPROVE)
def give_back(desk: Desk, row: Return, *, reason: str) -> Return:
    """The level above gives the return back; what was signed stays to be read."""
    version = _under_way(desk, row)
    rules.findings_on_return(
        state=State(row.state), signers=version.signers, who=desk.actor.persons, reason=reason
    ).settle()
    version.state, version.returned_at, version.returned_by = State.RETURNED, desk.now, desk.actor.account_id
    said = version.said or Said()
    desk.seal(version, said=Said(said.explanations, said.amended_because, reason.strip()))
    row.state = State.RETURNED
    return row


@action("return published", needs=Permission.RETURN_PUBLISH)
def publish(desk: Desk, row: Return) -> Return:
    """Publish what was approved. It is never opened again; an amendment is a version of its own."""
    if not queries.seat(desk, row.unit_id).holds(Level(row.level)):
        raise Refused
    rules.findings_on_publishing(state=State(row.state), publishes=_publishes(row)).settle()
    version = queries.version(desk, row, row.number)
    version.state, version.published_at, version.published_by = (
        State.PUBLISHED,
        desk.now,
        desk.actor.account_id,
    )
    row.state, row.final = State.PUBLISHED, version.number
    row.published_at = row.published_at or desk.now
    if queries.is_for_everybody(row):
        _let_go(desk, row)
    return row


def _let_go(desk: Desk, row: Return) -> None:
    """Make the edition for everybody of what was published; one from before editions were stored comes first."""
    desk.flush()
    for version in queries.published_versions(desk, row, until=row.number):
        if not editions.exists(desk, version.id):
            editions.publish(
                desk, version.id, keeping.tables(desk, queries.kept(version), row.place, row.period)
            )


@action("return number asked about", needs=Permission.RETURN_READ)
def write(desk: Desk, one: Wanted, *, cell: str, text: str, thread: CellComment | None = None) -> CellComment:
    """Write a line on a number: a new thread, or the next line of one."""
    if not queries.may_read(desk, queries.unit_of(desk, one)):
        raise NotFound
    if not text.strip():
        raise Invalid({"text": [_("Write what you want to ask or say.")]})
    row = _row(desk, one)
    line = CellComment(
        id=desk.id(),
        return_id=row.id,
        unit_id=row.unit_id,
        cell=thread.cell if thread else cell,
        thread_id=thread.id if thread else None,
        written_by=desk.actor.account_id,
        written_at=desk.now,
    )
    desk.add(line)
    desk.seal(line, written=Written(text.strip()))
    if thread is not None and thread.settled_at is not None:
        thread.settled_at = thread.settled_by = None  # who goes on asking opens the thread again
    return line


@action("return question settled", needs=Permission.RETURN_READ)
def settle(desk: Desk, thread: CellComment) -> CellComment:
    """The question is answered; the thread stays beside its number."""
    thread.settled_at, thread.settled_by = desk.now, desk.actor.account_id
    return thread


@action("reporting plan set", needs=Permission.RETURN_PLAN)
def set_plan(
    desk: Desk,
    *,
    terms: Sequence[Term],
    document: str,
    document_day: date | None,
    since: date | None,
    until: date | None = None,
) -> ReportingPlan:
    """Set the due days of the units of one's province (or of the country) by a document of one's own."""
    if queries.own_level(desk) not in (Level.PROVINCE, Level.NATION):
        raise Refused
    rules.findings_on_plan(
        terms=terms,
        document=document,
        document_day=document_day,
        since=since,
        until=until,
        today=local_day(desk.now),
    ).settle()
    row = ReportingPlan(
        id=desk.id(),
        unit_id=desk.actor.unit_id,
        since=since,
        until=until,
        document=document.strip(),
        document_day=document_day,
        terms=json.dumps([schedules.as_data(term) for term in terms]),
        made_at=desk.now,
        made_by=desk.actor.account_id,
    )
    desk.add(row)
    queries.forget_plans(desk)
    return row


def take_over(desk: Desk, plan: Plan, *, since: date) -> ReportingPlan:
    """Set the due days of a plan that was read elsewhere as one's own."""
    return set_plan(
        desk, terms=plan.terms, document=plan.document, document_day=plan.document_day, since=since
    )


def _row(desk: Desk, one: Wanted) -> Return:
    found = queries.stored(desk, one)
    if found is not None:
        return found
    unit = queries.unit_of(desk, one)
    row = Return(
        id=desk.id(),
        schedule=one.schedule.id,
        period=one.period,
        place=one.place,
        unit_id=unit.id if unit else None,
        level=one.level,
        state=State.DRAFT,
        number=0,
        due_on=one.due_on,
        nil=False,
    )
    desk.add(row)
    desk.flush()
    return row


def _under_way(desk: Desk, row: Return) -> ReturnVersion:
    if not queries.seat(desk, row.unit_id).holds(rules.above(Level(row.level))):
        raise Refused
    version = queries.newest(desk, row)
    if version is None:
        raise Conflict
    return version


def _publishes(row: Return) -> bool:
    step = queries.step_of(row)
    return bool(step and step.publishes)
