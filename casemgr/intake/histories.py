"""Reports of the past, told by a file: with their decision, from the day they were received, and answered by nobody.

What a later telling changes goes by the same rules as a referral of the hotline; only, nobody here is waited for.
"""

from collections.abc import Sequence

from casemgr.access.desk import Desk
from casemgr.cases.history import Passed
from casemgr.cases.models import Case
from casemgr.cases.terms import Ending, Step
from casemgr.children import actions as children
from casemgr.children import queries as files
from casemgr.core.calendar import local_day
from casemgr.intake import actions, rules
from casemgr.intake.models import Report
from casemgr.intake.terms import Decision, ReportState, Telling
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import UnitFacts

_STATES = {
    Decision.PENDING: ReportState.RECEIVED,
    Decision.ACCEPTED: ReportState.ACCEPTED,
    Decision.NOT_VERIFIED: ReportState.RETURNED,
    Decision.OTHER_COMMUNE: ReportState.REROUTED,
    Decision.NO_PLAN_NEEDED: ReportState.CLOSED,
}
_STEPS = {
    Decision.ACCEPTED: Step.ACCEPT,
    Decision.OTHER_COMMUNE: Step.ROUTE,
    **dict.fromkeys(rules.REFUSALS, Step.SCREEN_OUT),
}
_DECIDES = frozenset(_STEPS.values())


def take_over(desk: Desk, telling: Telling) -> tuple[Report, Sequence[Case]]:
    """Open a report of the past with its cases. No clock runs yet: the course that follows says which did."""
    received = actions.take_in(desk, telling, clock_runs=False)
    for case in received.cases:
        files.file_of(
            desk, case.child_id
        ).recorded_at = telling.received_at  # an estimated age counts from there
        if case.incident_unit_id is not None:
            case.reached_at = case.received_at
    _to_whom_it_belongs_now(desk, received.report, received.cases)
    return received.report, received.cases


def follow(desk: Desk, report: Report, telling: Telling) -> tuple[Sequence[Case], Sequence[Case]]:
    """A later telling of a report of the past: the cases there were, and those opened for it."""
    said_before = report.told.incident.unit_code if report.told is not None else None
    was, opened, _now = actions.join(desk, report, telling)
    told = telling.story.incident.unit_code
    if told is not None and told != said_before:
        _move(desk, report, [*was, *opened], told)
    report.kind = telling.kind or report.kind
    for case in (*was, *opened):
        desk.touch(case.id)
    return was, opened


def decide(desk: Desk, report: Report, cases: Sequence[Case], decision: Decision) -> None:
    """Write down what had been decided on a report, as of its receipt; who decided is not known here."""
    report.decision, report.state = decision, _STATES[decision]
    report.decided_at = None if decision is Decision.PENDING else report.received_at
    if report.client_id is not None:
        actions.tell(desk, report)
    for case in cases:
        case.ending = Ending(decision) if decision in rules.REFUSALS else None


def course_of_decision(report: Report, case: Case) -> list[Passed]:
    """The line that a decision leaves on a case, at the receipt."""
    step = _STEPS.get(Decision(report.decision))
    return [] if step is None else [Passed(step, max(report.received_at, case.received_at))]


def with_decision(report: Report, case: Case, course: Sequence[Passed]) -> list[Passed]:
    """A course with the decision as it stands now; lines of decisions that a later telling replaced lead nowhere."""
    at_receipt = max(report.received_at, case.received_at)
    later = [one for one in course if one.step not in _DECIDES or one.at != at_receipt]
    decided = any(one.step in _DECIDES for one in later)
    return later if decided else [*course_of_decision(report, case), *later]


def settle(report: Report, cases: Sequence[Case]) -> None:
    """The state of an accepted report follows from its cases."""
    if report.decision == Decision.ACCEPTED:
        closed = all(case.closed_at is not None for case in cases)
        report.state = ReportState.CLOSED if closed else ReportState.ACCEPTED


def to_triage(desk: Desk, report: Report, cases: Sequence[Case]) -> None:
    """It happened elsewhere, and nobody said where: the province of today answers for it."""
    unit = places.atlas(desk).unit(report.unit_id) if report.unit_id is not None else None
    if unit is not None:
        _give(desk, report, cases, places.atlas(desk).province_of(unit, places.today(desk)))


def _to_whom_it_belongs_now(desk: Desk, report: Report, cases: Sequence[Case]) -> None:
    """A commune whose people were divided since answers for nothing any more: its province does."""
    atlas = places.atlas(desk)
    unit = atlas.unit(report.unit_id) if report.unit_id is not None else None
    if unit is None:
        return
    standing = place_rules.standing(atlas, unit, places.today(desk))
    if standing.unit is None:
        _give(desk, report, cases, standing.province)


def _give(desk: Desk, report: Report, cases: Sequence[Case], unit: UnitFacts | None) -> None:
    report.unit_id = unit.id if unit is not None else None
    for case in cases:
        case.unit_id = report.unit_id
        child = files.file_of(desk, case.child_id)
        if desk.safe.is_born(child.id):
            child.unit_id = report.unit_id
        else:
            children.move(desk, child, report.unit_id)


def _move(desk: Desk, report: Report, cases: Sequence[Case], code: str) -> None:
    """Another commune is told: the report goes there, unless somebody here has sent it elsewhere since."""
    found = place_rules.resolve(places.atlas(desk), code, local_day(report.received_at))
    if all(case.unit_id in (report.unit_id, case.incident_unit_id) for case in cases):
        if found.unit is not None:
            actions.send_to(desk, report, cases, found.unit)
        else:
            for case in cases:
                case.incident_unit_id = None
            _give(desk, report, cases, found.province)
        _to_whom_it_belongs_now(desk, report, cases)
