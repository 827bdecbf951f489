"""Writing reports: receive, join a new telling, acknowledge, route, decide, correct."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import REACH, Reach, Role
from casemgr.accounts import queries as accounts
from casemgr.cases import numbers, spine
from casemgr.cases import queries as case_queries
from casemgr.cases.actions import HOLDERS
from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.models import Case
from casemgr.cases.terms import Ending, Note, Stage, Step
from casemgr.children import actions as children
from casemgr.children.models import Child
from casemgr.children.terms import Card, Detail
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.words import _
from casemgr.intake import queries, rules, story
from casemgr.intake.models import Report, ReportEvent, ReportUnit
from casemgr.intake.terms import Decision, Kind, Places, Reporter, ReportState, Story, Telling, ToldChild
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import Reading, Resolution, UnitFacts
from casemgr.search import beyond

UNIDENTIFIED = "c1"  # the mark of a child nobody has told anything about yet
_MAY_NEED_MEASURES = frozenset(
    {Stage.RECEIVED, Stage.ASSESSING, Stage.PROTECTING, Stage.STUDYING, Stage.PLANNING}
)
_OWN_ENTRIES_OPEN = timedelta(hours=24)  # how long an operator may complete what they entered


@dataclass(frozen=True)
class Received:
    """What became of a telling."""

    report: Report
    cases: Sequence[Case]
    status: str  # received | triage | updated
    replayed: bool
    questions: Sequence[rules.Question]
    candidates: Sequence[UnitFacts] = ()

    @property
    def number(self) -> str:
        return self.report.number


@dataclass(frozen=True)
class Told:
    """What a report says at one time: its story, and where each of its children is."""

    story: Story
    places: Mapping[str, str]


@action("report received", needs=(Permission.REPORT_RECEIVE, Permission.REFERRAL_SEND))
def receive(desk: Desk, telling: Telling, *, form_id: UUID | None = None) -> Received:
    """Take in a report: a new one, the same one again, or a later revision of one we have."""
    if form_id is not None and (again := queries.by_form(desk, form_id)) is not None:
        return _same(desk, again)
    if telling.reference is not None and desk.actor.client_id is not None:
        known = queries.by_reference(desk, desk.actor.client_id, telling.reference)
        if known is not None:
            return told_again(desk, known, telling)
    return take_in(desk, telling, form_id)


@action("rehearsal begun", needs=Permission.REPORT_RECEIVE)
def rehearse(desk: Desk, telling: Telling, *, form_id: UUID | None = None) -> Received:
    """Take in an invented report for practice: numbers of its own, counted nowhere, told to nobody."""
    if form_id is not None and (again := queries.by_form(desk, form_id)) is not None:
        return _same(desk, again)
    return take_in(desk, telling, form_id, rehearsal=True)


def take_in(
    desk: Desk,
    telling: Telling,
    form_id: UUID | None = None,
    *,
    rehearsal: bool = False,
    clock_runs: bool = True,
) -> Received:
    """Open a report nobody has told before, with a case for each of its children."""
    teller = telling.reporter.kind if telling.reporter is not None else None
    if desk.actor.role is Role.HOTLINE_OPERATOR or teller == rules.HOTLINE:
        telling = replace(telling, story=replace(telling.story, by_hotline=True))
    day = local_day(telling.received_at)
    where = _where(desk, telling.story.incident.unit_code, telling.received_at)
    unit = where.unit or where.province or _own_province(desk)
    told = telling.story.children or (ToldChild(ref=UNIDENTIFIED),)
    code = _series(where.unit, unit, rehearsal=rehearsal)
    report = Report(
        id=desk.id(),
        reference=telling.reference,
        client_id=desk.actor.client_id,
        entered_by=desk.actor.account_id,
        form_id=form_id,
        revision=telling.revision,
        digest=b"",
        received_at=telling.received_at,
        arrived_at=desk.now,
        unit_id=unit.id if unit else None,
        state=ReportState.RECEIVED,
        decision=Decision.PENDING,
        channel=telling.channel,
        kind=telling.kind,
        urgency=telling.urgency,
        rehearsal=rehearsal,
    )
    desk.safe.begins(report.id)
    desk.add(report)
    known = replace(telling.story, children=told)
    desk.seal(report, told=telling.story, known=known, reporter=telling.reporter)
    report.digest = desk.safe.keyed(report.id, telling.digest)
    if telling.places.of:
        desk.seal(report, places=telling.places)
    places_of = dict(telling.places.of)
    runs = clock_runs and report.kind != Kind.CONSULTATION
    cases = [
        _open(desk, report, child, places_of.get(child.ref), where.unit, clock_runs=runs) for child in told
    ]
    desk.put_off_till_written(lambda: _number(desk, report, cases, code, day.year))
    _mark_emergencies(cases, known)
    tell(desk, report)
    asked = rules.questions(telling.story, unit_known=where.unit is not None)
    status = "received" if where.unit else "triage"
    return Received(report, cases, status, False, asked, where.candidates)


def _series(commune: UnitFacts | None, triage: UnitFacts | None, *, rehearsal: bool) -> str:
    """What numbers begin with: the commune, its province's triage, or the series of practice."""
    if rehearsal:
        return numbers.REHEARSAL
    return commune.code if commune is not None else numbers.triage_code(triage.code if triage else None)


def _number(desk: Desk, report: Report, cases: Sequence[Case], code: str, year: int) -> None:
    """Give the numbers: nobody else gets any at their unit until this work has ended."""
    running = spine.take_numbers(desk, code, year, len(cases))
    for case, number in zip(cases, running, strict=True):
        case.number = numbers.make(code, year, number)
    report.number = cases[0].number


def _own_province(desk: Desk) -> UnitFacts | None:
    """The province of whoever enters a report without a commune: its triage is nearer than the nation's."""
    if desk.actor.unit_id is None:
        return None
    atlas = places.atlas(desk)
    own = atlas.unit(desk.actor.unit_id)
    return atlas.province_of(own, places.today(desk)) if own is not None else None


def _mark_emergencies(cases: Sequence[Case], known: Story) -> None:
    """By law an emergency, whatever any score; nothing told later takes it back."""
    for case in cases:
        if rules.by_parent_or_carer(known, case.child_ref):
            case.emergency = True


def _open(
    desk: Desk,
    report: Report,
    told: ToldChild,
    whereabouts: str | None,
    incident: UnitFacts | None,
    *,
    clock_runs: bool,
) -> Case:
    """Register one child of a report and open its case."""
    home = None
    if told.residence_unit_code:
        home = _where(desk, told.residence_unit_code, report.received_at).unit
    child = children.register(
        desk,
        unit_id=report.unit_id,
        card=story.card_of(told),
        detail=story.detail_of(told),
        whereabouts=whereabouts,
    )
    child.client_id = report.client_id  # what its sender tells later must reach it, whoever opened it
    return spine.open_file(
        desk,
        report_id=report.id,
        client_id=report.client_id,
        child_id=child.id,
        child_ref=told.ref,
        unit_id=report.unit_id,
        incident_unit_id=incident.id if incident else None,
        residence_unit_id=home.id if home else None,
        received_at=report.received_at if report.arrived_at == desk.now else desk.now,
        clock_runs=clock_runs,
        rehearsal=report.rehearsal,
    )


def _same(desk: Desk, report: Report) -> Received:
    """The same telling again: nothing is stored twice."""
    cases = case_queries.of_report(desk, report.id)
    known = report.known or Story()
    asked = rules.questions(known, unit_known=not queries.in_triage(desk, report))
    status = "triage" if queries.in_triage(desk, report) else "received"
    return Received(report, cases, status, True, asked)


def told_again(desk: Desk, report: Report, telling: Telling) -> Received:
    """A reference we know: the same, a later revision, or something that contradicts what is stored."""
    digest = desk.safe.keyed(report.id, telling.digest)
    if telling.revision == report.revision and digest == report.digest:
        return _same(desk, report)
    if telling.revision <= report.revision:
        raise Conflict(
            _("This reference is stored with other content or a later revision."),
            revision=report.revision,
            digest=report.digest.hex(),
        )
    cases, opened, merged = join(desk, report, telling)
    for case in cases:
        spine.advance(desk, case, Step.UPDATE)
    _becomes_intervention(desk, report, telling, [*cases, *opened])
    _decided_before(desk, report, cases, opened)
    tell(desk, report)
    everybody = [*cases, *opened]
    told = {
        case.child_ref for case in everybody if case.entered_by is None
    }  # not those whom an officer found
    of_sender = replace(merged, children=tuple(child for child in merged.children if child.ref in told))
    asked = rules.questions(of_sender, unit_known=not queries.in_triage(desk, report))
    return Received(report, everybody, "updated", False, asked)


def join(desk: Desk, report: Report, telling: Telling) -> tuple[Sequence[Case], Sequence[Case], Story]:
    """Write a later telling into what is stored: the cases there were, those opened for it, and the story now."""
    before, known = report.told or Story(), report.known or Story()
    cases = list(case_queries.of_report(desk, report.id))
    known, told_places = _named(report, telling, known, cases)
    was = Told(known, dict(told_places))
    merged = story.joined(before, telling.story, known)
    desk.seal(report, told=telling.story, known=merged)
    if telling.reporter is not None:
        desk.seal(
            report, reporter=story.joined(Reporter(), telling.reporter, report.reporter or telling.reporter)
        )
    report.revision, report.digest = telling.revision, desk.safe.keyed(report.id, telling.digest)
    report.urgency = telling.urgency or report.urgency
    report.channel = telling.channel or report.channel
    told_places.update(telling.places.of)
    desk.seal(report, places=Places(tuple(sorted(told_places.items()))))
    if queries.in_triage(desk, report) and report.decision == Decision.PENDING:
        found = _where(desk, merged.incident.unit_code, report.received_at).unit
        if found is not None:
            send_to(desk, report, cases, found)
    opened = _follow_children(desk, report, cases, was, Told(merged, told_places))
    _mark_emergencies([*cases, *opened], merged)
    return cases, opened, merged


def _becomes_intervention(desk: Desk, report: Report, telling: Telling, cases: Sequence[Case]) -> None:
    """A consultation that turns out to need help gets its clock, from now; a closed case when it is opened again.

    Where it was decided long ago that no measures are needed, and Form 02 is not written any more, none runs.
    """
    if report.kind == Kind.CONSULTATION and telling.kind == Kind.INTERVENTION:
        report.kind = Kind.INTERVENTION
        for case in cases:
            if case.stage in _MAY_NEED_MEASURES:
                spine.run_clock(desk, case, EMERGENCY)


def _decided_before(desk: Desk, report: Report, cases: Sequence[Case], opened: Sequence[Case]) -> None:
    """More is told of a report that was decided: a child told of late is taken on with it; a no is decided anew."""
    if report.decision == Decision.ACCEPTED:
        for case in opened:
            spine.hold(desk, case, _holder_beside(case, cases))
            spine.advance(desk, case, Step.ACCEPT)
        report.nudged_at = desk.now  # stands in the inbox until somebody has read it
        for case in cases:  # which another unit may have taken over
            case.nudged_at = desk.now if case.stage != Stage.CLOSED else case.nudged_at
    elif report.decision in rules.REFUSALS:
        _decide_anew(desk, report, cases)


def _holder_beside(case: Case, cases: Sequence[Case]) -> UUID | None:
    """Who holds the other cases of a report at the unit of one opened late; who took one over elsewhere does not work here."""
    return next((row.holder_id for row in cases if row.holder_id and row.unit_id == case.unit_id), None)


def _decide_anew(desk: Desk, report: Report, cases: Sequence[Case], note: Note | None = None) -> None:
    report.decision, report.state = Decision.PENDING, ReportState.RECEIVED
    report.decided_at = report.decided_by = None
    but = (EMERGENCY,) if report.kind == Kind.CONSULTATION else ()  # it starts none, told once or twice
    for case in cases:
        spine.advance(desk, case, Step.TELL_AGAIN, note=note, but=but)


@action("report told again", needs=Permission.REPORT_DECIDE)
def tell_again(desk: Desk, report: Report, *, told: str) -> Report:
    """The reporter called or came again after a no: what was told stands on the timeline, the report is decided anew."""
    rules.may_tell_again(Decision(report.decision), told=told).settle()
    _decide_anew(desk, report, case_queries.of_report(desk, report.id), Note(text=told))
    tell(desk, report)
    return report


def _named(
    report: Report, telling: Telling, known: Story, cases: Sequence[Case]
) -> tuple[Story, dict[str, str]]:
    """Children told of for the first time: the first of them is the one nobody had named, under the sender's own mark."""
    where = dict((report.places or Places()).of)
    told = {child.ref for child in telling.story.children}
    if not telling.story.children or (report.told or Story()).children or UNIDENTIFIED in told:
        return known, where
    mark = telling.story.children[0].ref
    for case in cases:
        if case.child_ref == UNIDENTIFIED:
            case.child_ref = mark
    if UNIDENTIFIED in where:
        where[mark] = where.pop(UNIDENTIFIED)
    return story.marked(known, UNIDENTIFIED, mark), where


def _follow_children(desk: Desk, report: Report, cases: Sequence[Case], was: Told, now: Told) -> list[Case]:
    """Bring the children's files in line with the report, and open cases for children not told of before.

    A child that was known before has its case, also where that case is not seen here. Its file may stand in other reports
    too: only what is new in this one is carried over to it.
    """
    by_ref = {case.child_ref: case for case in cases}
    known_before = {child.ref for child in was.story.children}
    opened = []
    unit = places.atlas(desk).unit(report.unit_id) if report.unit_id is not None else None
    known_unit = unit if unit is not None and not queries.in_triage(desk, report) else None
    for told in now.story.children:
        case = by_ref.get(told.ref)
        place = now.places.get(told.ref)
        if case is None and told.ref in known_before:
            continue
        if case is None:
            code = _series(known_unit, unit, rehearsal=report.rehearsal)
            year = local_day(desk.now).year
            runs = report.kind != Kind.CONSULTATION
            case = _open(desk, report, told, place, known_unit, clock_runs=runs)
            case.number = numbers.make(code, year, spine.take_numbers(desk, code, year, 1)[0])
            opened.append(case)
            continue
        child = _file_of(desk, case)
        before = story.child_of(was.story, told.ref) or ToldChild(ref=told.ref)
        own = _is_its_own(desk, child, case)
        if own:
            card, detail = story.card_of(told), story.detail_of(told)
        else:
            card = story.carried(child.card or Card(), story.card_of(before), story.card_of(told))
            detail = story.carried(child.detail or Detail(), story.detail_of(before), story.detail_of(told))
        where = place if own or place != was.places.get(told.ref) else None
        children.correct(desk, child, card=card, detail=detail, whereabouts=where)
    return opened


def _is_its_own(desk: Desk, child: Child, case: Case) -> bool:
    """Whether a file was opened with this very case, and no other hangs on it: then its report alone says who the child is."""
    alone = all(row.id == case.id for row in beyond.rows_of(desk, Case, Case.child_id, [child.id]))
    return alone and child.recorded_at == case.opened_at


def _file_of(desk: Desk, case: Case) -> Child:
    """The file of the child of a case, also where it was joined to one that whoever tells of it never saw."""
    try:
        return desk.get(Child, case.child_id)
    except NotFound:
        return beyond.child(desk, case.child_id)


@action("report nudged", needs=Permission.REFERRAL_FOLLOW)
def nudge(desk: Desk, report: Report) -> Report:
    """The hotline asks again: it shows on the worklist."""
    report.nudged_at = desk.now
    for case in case_queries.of_report(desk, report.id):
        case.nudged_at = desk.now
        spine.advance(desk, case, Step.NUDGE)
    return report


@action("report acknowledged", needs=Permission.REPORT_DECIDE)
def acknowledge(desk: Desk, report: Report) -> Report:
    """Somebody has seen the report; its sender may know."""
    report.nudged_at = None
    for case in case_queries.of_report(desk, report.id):
        case.nudged_at = None
        desk.touch(case.id)
    if report.state in (ReportState.RECEIVED, ReportState.REROUTED):
        report.state = ReportState.ACKNOWLEDGED
        for case in case_queries.of_report(desk, report.id):
            spine.advance(desk, case, Step.ACKNOWLEDGE)
        tell(desk, report)
    return report


@action("report routed", needs=(Permission.REPORT_ROUTE, Permission.REPORT_DECIDE))
def route(desk: Desk, report: Report, *, unit_code: str, reason: str | None) -> Report:
    """Send a report to the commune where it happened. Its clocks keep running."""
    rules.may_leave(rehearsal=report.rehearsal).settle()
    found = _where(desk, unit_code, desk.now)
    if found.unit is None:
        raise Invalid({"unit_code": [str(found.reason)]})
    if found.unit.id == report.unit_id:
        raise Invalid({"unit_code": [_("This commune already has the report. Choose another one.")]})
    cases = case_queries.of_report(desk, report.id)
    for case in cases:  # while it is still theirs to see
        spine.advance(desk, case, Step.ROUTE, note=Note(reason=reason))
    send_to(desk, report, cases, found.unit)
    report.decision = Decision.PENDING
    report.decided_at = report.decided_by = None
    report.state = ReportState.REROUTED
    tell(desk, report)
    return report


@action("report decided", needs=Permission.REPORT_DECIDE)
def decide(
    desk: Desk, report: Report, *, decision: Decision, reason: str | None = None, unit_code: str | None = None
) -> Report:
    """Take a report on (one case per child moves to assessment), or say why not."""
    present = Decision(report.decision)
    rules.may_decide(
        decision, present=present, triaged=queries.in_triage(desk, report), reason=reason
    ).settle()
    if decision is Decision.OTHER_COMMUNE and unit_code:
        return _pass_on(desk, report, unit_code, reason)
    cases = case_queries.of_report(desk, report.id)
    report.decision, report.decided_at, report.decided_by = decision, desk.now, desk.actor.account_id
    report.nudged_at = None
    for case in cases:
        case.nudged_at = None
    if decision is Decision.ACCEPTED:
        report.state = ReportState.ACCEPTED
        for case in cases:
            spine.hold(desk, case, desk.actor.account_id if desk.actor.role in HOLDERS else None)
            spine.advance(desk, case, Step.ACCEPT, note=Note(reason=reason) if reason else None)
    elif decision is Decision.OTHER_COMMUNE:
        _to_triage(desk, report, cases, reason)
    else:
        report.state = ReportState.CLOSED if decision is Decision.NO_PLAN_NEEDED else ReportState.RETURNED
        for case in cases:
            case.ending = Ending(decision)
            spine.advance(desk, case, Step.SCREEN_OUT, note=Note(reason=reason))
    tell(desk, report)
    return report


def _pass_on(desk: Desk, report: Report, unit_code: str, reason: str | None) -> Report:
    passed: Report = route(desk, report, unit_code=unit_code, reason=reason)
    return passed


def _to_triage(desk: Desk, report: Report, cases: Sequence[Case], reason: str | None) -> None:
    """It happened elsewhere and nobody said where: the province decides; nobody is released, the clocks keep running."""
    rules.may_leave(rehearsal=report.rehearsal).settle()
    atlas = places.atlas(desk)
    unit = atlas.unit(report.unit_id) if report.unit_id is not None else None
    province = atlas.province_of(unit, atlas.clamped(local_day(desk.now))) if unit is not None else None
    for case in cases:  # while it is still theirs to see
        spine.advance(desk, case, Step.ROUTE, note=Note(reason=reason))
    report.state = ReportState.REROUTED
    report.unit_id = province.id if province else None
    for case in cases:
        case.unit_id = report.unit_id
        children.move(desk, desk.get(Child, case.child_id), report.unit_id)


def share(desk: Desk, report: Report, unit_id: int) -> None:
    """Let a further unit read the report: one of its cases is being handed over to it."""
    if unit_id != report.unit_id and desk.session.get(ReportUnit, (report.id, unit_id)) is None:
        desk.add(ReportUnit(report_id=report.id, unit_id=unit_id, since=desk.now))


def unshare(desk: Desk, report_id: UUID, unit_id: int, since: datetime) -> None:
    """Take back what was shared at an instant; what was shared for another reason stays."""
    row = desk.session.get(ReportUnit, (report_id, unit_id))
    if row is not None and row.since == since:
        desk.session.delete(row)


def send_to(desk: Desk, report: Report, cases: Sequence[Case], unit: UnitFacts) -> None:
    """Let a report and its cases belong to the commune where it happened."""
    for case in cases:
        case.unit_id = case.incident_unit_id = unit.id
        children.move(desk, _file_of(desk, case), unit.id)
        spine.hold(desk, case, None)
        desk.touch(case.id)
    report.unit_id = unit.id


def follow(desk: Desk, case: Case) -> None:
    """Let the sender know when the last case of its report has been closed, or one is open again."""
    report = queries.report_of(desk, case)
    if report.decision != Decision.ACCEPTED:
        return
    cases = case_queries.of_report(desk, report.id)
    # a case that another unit has taken over is not seen here: nobody is told that it is closed
    all_seen = len(cases) >= len((report.known or Story()).children)
    done = all_seen and all(row.stage == Stage.CLOSED for row in cases)
    state = ReportState.CLOSED if done else ReportState.ACCEPTED
    if report.state != state:
        report.state = state
        tell(desk, report)


@action("report corrected", needs=Permission.REPORT_CORRECT)
def correct(desk: Desk, report: Report, *, known: Story, places_of: Places, version: int) -> Report:
    """Write down what is known now. What the sender told stays as it was told."""
    if version != report.version:
        raise Conflict(_("Somebody else changed this report while you were writing."), version=report.version)
    if desk.actor.role is not None and REACH[desk.actor.role] is Reach.ENTERED:
        rules.may_complete(
            pending=report.decision == Decision.PENDING,
            fresh=desk.now - report.arrived_at <= _OWN_ENTRIES_OPEN,
        ).settle()
    was = Told(report.known or Story(), dict((report.places or Places()).of))
    before = {child.ref: child.residence_unit_code for child in was.story.children}
    desk.seal(report, known=known, places=places_of)
    cases = list(case_queries.of_report(desk, report.id))
    found_unit = _where(desk, known.incident.unit_code, report.received_at).unit
    if found_unit is not None and report.decision == Decision.PENDING and queries.in_triage(desk, report):
        send_to(desk, report, cases, found_unit)
        tell(desk, report)
    cases += _follow_children(desk, report, cases, was, Told(known, dict(places_of.of)))
    _mark_emergencies(cases, known)
    for case in cases:
        home = next((row.residence_unit_code for row in known.children if row.ref == case.child_ref), None)
        if home and home != before.get(case.child_ref):  # where a handover says that the child lives stays
            found = _where(desk, home, report.received_at).unit
            case.residence_unit_id = found.id if found else case.residence_unit_id
        if case.opened_at != desk.now and case.stage != Stage.CLOSED:
            spine.advance(desk, case, Step.CORRECT)
        if report.decision == Decision.ACCEPTED and case.stage == Stage.RECEIVED:
            spine.hold(desk, case, _holder_beside(case, cases))
            spine.advance(desk, case, Step.ACCEPT)
        desk.touch(case.id)  # a closed case is counted by what is known of it too
    return report


@action("reporter opened", needs=Permission.REPORTER_READ)
def open_reporter(desk: Desk, report: Report, *, reason: str) -> Reporter | None:
    """Look at who told it: needs a reason, which stays sealed on the timeline, and is written in the trail."""
    if not reason.strip():
        raise Invalid({"reason": [_("Say why you need to know.")]})
    accounts.insist_on_proof(desk)
    desk.read("reporter read", report.number, ("reporter",), reason="sealed on the timeline")
    for case in case_queries.of_report(desk, report.id)[:1]:
        spine.write_line(desk, case, Step.NOTE, note=Note(reason=reason, data={"looked_at": "reporter"}))
    return report.reporter


@action("hidden place opened", needs=Permission.HIDDEN_PLACE_READ)
def open_whereabouts(desk: Desk, case: Case, *, reason: str | None = None) -> str | None:
    """Look at where the child is now: whoever holds the case, or anybody else who may with a reason."""
    if case.holder_id != desk.actor.account_id:
        if not (reason or "").strip():
            raise Invalid({"reason": [_("Say why you need to know.")]})
        spine.write_line(desk, case, Step.NOTE, note=Note(reason=reason, data={"looked_at": "whereabouts"}))
    accounts.insist_on_proof(desk)
    desk.read("hidden place read", case.number, ("whereabouts",))
    child = desk.get(Child, case.child_id)
    return child.whereabouts.place if child.whereabouts else None


def _where(desk: Desk, code: str | None, at: datetime) -> Resolution:
    """What a told unit code means on the day of receipt."""
    if not code:
        return Resolution(Reading.NEVER_IN_FORCE)
    return place_rules.resolve(places.atlas(desk), code, local_day(at))


def tell(desk: Desk, report: Report) -> None:
    """A line that the sender may follow."""
    desk.append(
        ReportEvent,
        {
            "report_id": report.id,
            "client_id": report.client_id,
            "reference": report.reference,
            "revision": report.revision,
            "state": report.state,
            "unit_id": report.unit_id,
            "at": desk.now,
        },
    )
