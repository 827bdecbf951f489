"""Pages of intake: the inbox, a new report (Mẫu 01) group by group, the decision."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import REACH, Reach, Role
from casemgr.cases import queries as case_queries
from casemgr.cases.actions import HOLDERS
from casemgr.children import queries as children
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.text import clean_lines, identifier
from casemgr.core.words import Later, _, _l, language
from casemgr.intake import actions, commune, queries, rules, showing
from casemgr.intake.forms import (
    ChildForm,
    DecisionForm,
    FamilyForm,
    FormOne,
    HotlineForm,
    IncidentForm,
    SourceForm,
    SuspectForm,
)
from casemgr.intake.terms import (
    Decision,
    Incident,
    Kind,
    Places,
    ReportState,
    Story,
    Suspect,
    Telling,
    ToldChild,
)
from casemgr.intake.versions import Difference, difference, differences
from casemgr.law.vocabulary import vocabulary
from casemgr.places import queries as places
from casemgr.places.terms import Level
from casemgr.search import queries as search
from casemgr.search import showing as searching
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("intake", __name__)

_MOST = 50
_NEW = "new"  # stands in an address for a child or a person not yet in the report


@dataclass(frozen=True)
class Screen:
    """One group of Mẫu 01."""

    key: str
    title: Later


SCREENS = (
    Screen("source", _l("Who reports, and when")),
    Screen("child", _l("The child")),
    Screen("incident", _l("What happened, and where")),
    Screen("suspect", _l("Who is alleged to have done harm")),
    Screen("family", _l("Family, whereabouts, what was done")),
    Screen("review", _l("Read again")),
)


@room.get("/reports", needs=Permission.REPORT_READ)
def inbox(desk: Desk) -> ResponseReturnValue:
    """Reports that wait for a decision."""
    waiting = queries.inbox(desk)
    desk.safe.fetch_keys(report.id for report in waiting)
    desk.read("reports listed", count=len(waiting))
    clocks = case_queries.first_limits(desk, [report.id for report in waiting])
    return page(
        "intake/inbox.html",
        reports=waiting,
        clocks=clocks,
        unit_name=commune.unit_names(desk),
        said_of=showing.marks,
    )


@room.get("/reports/new", needs=Permission.REPORT_RECEIVE)
def new(desk: Desk) -> ResponseReturnValue:
    """Group 1 of a new report. The clock starts with it."""
    form = SourceForm.at(desk.now)
    _say_again(form)
    return page(
        "intake/source.html",
        form=form,
        form_id=request.form.get("form_id") or desk.id(),
        screens=SCREENS,
        for_hotline=desk.actor.role is Role.HOTLINE_OPERATOR,
    )


@room.post("/reports/new", needs=Permission.REPORT_RECEIVE, again=new)
def create(desk: Desk) -> ResponseReturnValue:
    """Take in the report with what is known; the other groups come after, each saved on its own."""
    form = SourceForm.at(desk.now)
    form.check()
    unit = places.atlas(desk).unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    own = unit.code if unit is not None and unit.level is Level.COMMUNE else None
    telling = Telling(
        reference=None,
        revision=1,
        received_at=form.received_at(),
        channel=form.channel.data or None,
        kind=Kind(form.kind.data) if form.kind.data else Kind.INTERVENTION,
        urgency=form.urgency(),
        story=Story(incident=Incident(unit_code=own), subject=form.subject.data or None),
        reporter=form.reporter(),
        places=Places(),
        digest=hashlib.sha256(desk.id().bytes).digest(),
    )
    received = actions.receive(desk, telling, form_id=identifier(request.form.get("form_id")))
    number = received.report.number
    if request.form.get("go") == "save":
        return redirect(url_for("intake.show", number=number, done="saved"), 303)
    ref = received.cases[0].child_ref if received.cases else actions.UNIDENTIFIED
    return redirect(
        url_for("intake.child", number=number, ref=showing.in_address(ref), danger=_danger(form)), 303
    )


@room.get("/reports/<number>/children/<ref>", needs=Permission.REPORT_CORRECT)
def child(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Group 2: one child."""
    report, known = _known(desk, number)
    told = _child(report, known, ref)
    form = ChildForm.of(told, commune.listed(desk, report), report.received_at)
    return page(
        "intake/child.html",
        **_frame(report, known, "child"),
        **_versions(report, form, new=ref == _NEW),
        form=form,
        ref=ref,
    )


@room.post("/reports/<number>/children/<ref>", needs=Permission.REPORT_CORRECT, again=child)
def save_child(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Keep what is known of one child."""
    report, known = _known(desk, number)
    before = _child(report, known, ref)
    form = ChildForm.of(before, commune.listed(desk, report), report.received_at)
    form.check()
    told = form.child(before)
    if told != ToldChild(ref=told.ref) or ref != _NEW:  # nothing filled in is nobody: no case opens for it
        actions.correct(
            desk,
            report,
            known=replace(known, children=_replaced(known.children, told, lambda row: row.ref)),
            places_of=report.places or Places(),
            version=_version(),
        )
    after = url_for("intake.child", number=number, ref=_NEW) if request.form.get("go") == "another" else None
    return redirect(after or _next(number, "incident"), 303)


@room.get("/reports/<number>/incident", needs=Permission.REPORT_CORRECT)
def incident(desk: Desk, number: str) -> ResponseReturnValue:
    """Group 3: what happened."""
    report, known = _known(desk, number)
    form = IncidentForm.of(known.incident, commune.listed(desk, report), report.received_at)
    return page(
        "intake/incident.html", **_frame(report, known, "incident"), **_versions(report, form), form=form
    )


@room.post("/reports/<number>/incident", needs=Permission.REPORT_CORRECT, again=incident)
def save_incident(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep what is known of the incident."""
    report, known = _known(desk, number)
    form = IncidentForm.of(known.incident, commune.listed(desk, report), report.received_at)
    form.check()
    actions.correct(
        desk,
        report,
        known=replace(known, incident=form.incident()),
        places_of=report.places or Places(),
        version=_version(),
    )
    return redirect(_next(number, "suspects/" + _first_suspect(known)), 303)


@room.get("/reports/<number>/suspects/<ref>", needs=Permission.REPORT_CORRECT)
def suspect(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Group 4: one person alleged to have done harm."""
    report, known = _known(desk, number)
    told = _suspect(report, known, ref)
    relations = {row.child: row.relation for row in told.relations}
    typed = {
        key.removeprefix("relation-"): value
        for key, value in request.form.items()
        if key.startswith("relation-")
    }
    form = SuspectForm.of(told)
    return page(
        "intake/suspect.html",
        **_frame(report, known, "suspect"),
        **_versions(report, form, new=ref == _NEW, more=_ties(known, relations, typed)),
        form=form,
        ref=ref,
        relations=typed or relations,
        choices=_codes("relations"),
    )


@room.post("/reports/<number>/suspects/<ref>", needs=Permission.REPORT_CORRECT, again=suspect)
def save_suspect(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Keep what is known of one person alleged to have done harm."""
    report, known = _known(desk, number)
    before = _suspect(report, known, ref)
    form = SuspectForm.of(before)
    form.check()
    allowed = dict(_codes("relations"))
    refs = {row.ref for row in known.children}
    relations = {
        mark: value
        for mark in refs
        if (value := request.form.get(f"relation-{mark}", "")) and value in allowed
    }
    after = form.suspect(before, relations)
    if after != Suspect(ref=after.ref) or ref != _NEW:
        actions.correct(
            desk,
            report,
            known=replace(known, suspects=_replaced(known.suspects, after, lambda row: row.ref)),
            places_of=report.places or Places(),
            version=_version(),
        )
    another = (
        url_for("intake.suspect", number=number, ref=_NEW) if request.form.get("go") == "another" else None
    )
    return redirect(another or _next(number, "family/" + showing.in_address(known.children[0].ref)), 303)


@room.get("/reports/<number>/family/<ref>", needs=Permission.REPORT_CORRECT)
def family(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Group 5: family, whereabouts, what was done."""
    report, known = _known(desk, number)
    told = _known_child(known, ref)
    form = FamilyForm.of(told, actions_taken=known.actions_taken, secrecy=known.secrecy)
    known_place = dict((report.places or Places()).of).get(told.ref) is not None
    hidden = {"whereabouts": _("written down, kept hidden")} if known_place else None
    return page(
        "intake/family.html",
        **_frame(report, known, "family"),
        **_versions(report, form, hidden=hidden),
        form=form,
        ref=ref,
        known_place=known_place,
    )


@room.post("/reports/<number>/family/<ref>", needs=Permission.REPORT_CORRECT, again=family)
def save_family(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Keep what is known of the family and where the child is."""
    report, known = _known(desk, number)
    before = _known_child(known, ref)
    form = FamilyForm.of(before, actions_taken=known.actions_taken, secrecy=known.secrecy)
    form.check()
    where = dict((report.places or Places()).of)
    if form.whereabouts.data:
        where[before.ref] = form.whereabouts.data
    after = replace(
        known,
        children=_replaced(known.children, form.child(before), lambda row: row.ref),
        actions_taken=form.actions_taken.data,
        secrecy=form.secrecy.data,
    )
    actions.correct(
        desk, report, known=after, places_of=Places(tuple(sorted(where.items()))), version=_version()
    )
    return redirect(url_for("intake.show", number=number), 303)


@room.get("/reports/<number>/hotline", needs=Permission.REPORT_CORRECT)
def hotline(desk: Desk, number: str) -> ResponseReturnValue:
    """What the sheets of hotline 111 ask beside Mẫu 01, of a report that came through it."""
    report, known = _of_hotline(desk, number)
    form = HotlineForm.of(known)
    typed = request.form if request.method == "POST" else None
    return page(
        "intake/hotline.html",
        **_frame(report, known, "review"),
        **_versions(report, form),
        form=form,
        tree=showing.tree,
        chosen=showing.of_hotline(known, typed),
        kinds=_codes("suspect_kinds"),
    )


@room.post("/reports/<number>/hotline", needs=Permission.REPORT_CORRECT, again=hotline)
def save_hotline(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep it."""
    report, known = _of_hotline(desk, number)
    form = HotlineForm.of(known)
    form.check()
    chosen = showing.of_hotline(known, request.form)
    actions.correct(
        desk,
        report,
        known=form.story(known, chosen.groups, chosen.kinds),
        places_of=report.places or Places(),
        version=_version(),
    )
    return redirect(url_for("intake.show", number=number, done="saved"), 303)


@room.get("/reports/<number>", needs=Permission.REPORT_READ)
def show(desk: Desk, number: str) -> ResponseReturnValue:
    """One report: what was told and by whom, what is missing, the decision."""
    report, known = _known(desk, number)
    elsewhere = commune.told_elsewhere(desk, report, known)
    communes = commune.listed(desk)
    deciding = request.endpoint in ("intake.decide", "intake.route")
    form = DecisionForm.suggesting(elsewhere.code if elsewhere else None, communes, typed=deciding)
    objections = g.objection.errors if isinstance(g.get("objection"), Invalid) else {}
    for field in form if deciding else ():
        field.errors = objections.get(field.short_name, field.errors)
    cases = case_queries.of_report(desk, report.id)
    triaged = queries.in_triage(desk, report)
    return page(
        "intake/report.html",
        **_frame(report, known, "review"),
        form=form,
        cases=cases,
        known_already=_known_already(desk, report, cases),
        clock=case_queries.first_limits(desk, [report.id]).get(report.id),
        triaged=triaged,
        elsewhere=elsewhere,
        divided=commune.divided(communes, known) if triaged else "",
        questions=showing.asked(known, rules.questions(known, unit_known=not triaged)),
        alleged=showing.alleged(known),
        emergency=any(rules.by_parent_or_carer(known, row.ref) for row in known.children),
        history=queries.history(desk, report),
        unit_name=commune.unit_names(desk),
        may_decide=desk.actor.may(Permission.REPORT_DECIDE) and report.decision == Decision.PENDING,
        may_route=desk.actor.may(Permission.REPORT_ROUTE)
        and report.decision in (Decision.PENDING, Decision.OTHER_COMMUNE),
        may_acknowledge=_may_acknowledge(desk, report),
        may_tell_again=desk.actor.may(Permission.REPORT_DECIDE) and report.decision in rules.REFUSALS,
        told=request.form.get("told", "") if request.endpoint == "intake.tell_again" else "",
        may_correct=_may_correct(desk, report),
        may_see_reporter=desk.actor.may(Permission.REPORTER_READ),
        may_open_cases=desk.actor.may(Permission.CASE_READ),
        holds_cases=desk.actor.role in HOLDERS,
        reporter=g.get("reporter"),
        through_hotline=_through_hotline(report, known),
        reporter_errors=objections.get("reason", ()) if request.endpoint == "intake.reporter" else (),
        done=request.args.get("done"),
    )


@room.post("/reports/<number>/decision", needs=Permission.REPORT_DECIDE, again=show)
def decide(desk: Desk, number: str) -> ResponseReturnValue:
    """Take the report on, or say why not."""
    form = DecisionForm.answered(commune.listed(desk))
    form.check()
    report = queries.report(desk, number)
    actions.decide(desk, report, decision=form.chosen(), reason=form.reason.data, unit_code=form.unit())
    if form.chosen() is Decision.ACCEPTED:
        first = case_queries.of_report(desk, report.id)[0]
        return redirect(url_for("cases.show", number=first.number, done="accepted"), 303)
    return redirect(url_for("cases.worklist", done="decided"), 303)


@room.post("/reports/<number>/acknowledge", needs=Permission.REPORT_DECIDE, again=show)
def acknowledge(desk: Desk, number: str) -> ResponseReturnValue:
    """Say that somebody has seen it."""
    actions.acknowledge(desk, queries.report(desk, number))
    return redirect(url_for("intake.show", number=number, done="acknowledged"), 303)


@room.post("/reports/<number>/telling", needs=Permission.REPORT_DECIDE, again=show)
def tell_again(desk: Desk, number: str) -> ResponseReturnValue:
    """Write down what was told after a no; the report is decided anew."""
    told = clean_lines(request.form.get("told", ""), 4000)
    actions.tell_again(desk, queries.report(desk, number), told=told)
    return redirect(url_for("intake.show", number=number, done="told"), 303)


@room.post("/reports/<number>/route", needs=Permission.REPORT_ROUTE, again=show)
def route(desk: Desk, number: str) -> ResponseReturnValue:
    """Send the report to the commune where it happened."""
    form = DecisionForm.answered(commune.listed(desk))
    form.check()
    if not form.unit():
        raise Invalid({"unit_code": [str(_l("Choose the commune, or write its code."))]})
    actions.route(desk, queries.report(desk, number), unit_code=form.unit() or "", reason=form.reason.data)
    return redirect(url_for("intake.inbox"), 303)


@room.post("/reports/<number>/reporter", needs=Permission.REPORTER_READ, again=show)
def reporter(desk: Desk, number: str) -> ResponseReturnValue:
    """Look at who told it: for one view, with a reason, logged."""
    g.reporter = actions.open_reporter(
        desk, queries.report(desk, number), reason=request.form.get("reason", "")
    )
    return show(desk, number)


def ask_why(desk: Desk, number: str) -> ResponseReturnValue:
    """Whoever does not hold the case says first why they need to know where the child is."""
    return page(
        "intake/whereabouts.html", number=case_queries.case(desk, number).number, place=None, asking=True
    )


@room.post("/cases/<number>/whereabouts", needs=Permission.HIDDEN_PLACE_READ, again=ask_why)
def whereabouts(desk: Desk, number: str) -> ResponseReturnValue:
    """Look at where the child is: for one view, logged."""
    place = actions.open_whereabouts(
        desk, case_queries.case(desk, number), reason=clean_lines(request.form.get("reason", ""), 1000)
    )
    return page("intake/whereabouts.html", number=number, place=place, asking=False)


def _known_already(desk: Desk, report: Any, cases: Any) -> list[tuple[Any, str, int]]:
    """The cases of a report not yet decided whose children may be known already: with reasons, and how many more outside."""
    if report.decision != Decision.PENDING or not desk.actor.may(Permission.REPORT_CORRECT):
        return []
    if not desk.actor.may(Permission.CHILD_SEARCH):
        return []
    shown = []
    for case in cases:
        found = search.candidates(desk, children.child(desk, case.child_id))
        if found.warns:
            best = found.inside[0].likeness.speaking if found.inside else ()
            shown.append((case, searching.reasons(best), len(found.outside)))
    return shown


def _known(desk: Desk, number: str) -> tuple[Any, Story]:
    report = queries.report(desk, number)
    return report, report.known or Story()


def _of_hotline(desk: Desk, number: str) -> tuple[Any, Story]:
    report, known = _known(desk, number)
    if not _through_hotline(report, known):
        raise NotFound
    return report, known


def _through_hotline(report: Any, known: Story) -> bool:
    return rules.by_hotline(known, sent=report.client_id is not None)


def _frame(report: Any, known: Story, here: str) -> dict[str, Any]:
    return {
        "report": report,
        "known": known,
        "screens": SCREENS,
        "here_screen": here,
        "in_address": showing.in_address,
    }


def _versions(
    report: Any,
    form: FormOne,
    *,
    new: bool = False,
    hidden: dict[str, str] | None = None,
    more: tuple[Difference, ...] = (),
) -> dict[str, Any]:
    """What a page that is shown again needs: its errors and, if somebody else has saved in between, both versions."""
    _say_again(form)
    stale = request.method == "POST" and request.form.get("version") != str(report.version)
    both = (*differences(form.stored(), form, hidden=hidden), *more) if stale and not new else ()
    return {"stale": stale, "new": new, "both_versions": both}


def _ties(known: Story, stored: dict[str, str], typed: dict[str, str]) -> tuple[Difference, ...]:
    """Where what a person is to a child differs between what is stored and what was typed."""
    labels = dict(_codes("relations"))
    return tuple(
        difference(
            _("To %(child)s", child=row.name or _("child %(number)s", number=place)),
            labels.get(stored.get(row.ref, ""), ""),
            labels.get(typed.get(row.ref, ""), ""),
        )
        for place, row in enumerate(known.children, 1)
        if stored.get(row.ref, "") != typed.get(row.ref, "")
    )


def _say_again(form: Any) -> None:
    """A page that is shown again because something could not be read says so at each field."""
    if isinstance(g.get("objection"), Invalid):
        form.validate()


def _may_correct(desk: Desk, report: Any) -> bool:
    """Whether the form may be corrected; whoever only sent it in, until somebody has decided."""
    role = desk.actor.role
    sent_in = role is not None and REACH[role] is Reach.ENTERED
    return desk.actor.may(Permission.REPORT_CORRECT) and not (sent_in and report.decision != Decision.PENDING)


def _may_acknowledge(desk: Desk, report: Any) -> bool:
    """Whether somebody may say they have seen it: it is new here, or more was told or asked since."""
    waits = report.decision == Decision.PENDING and report.state in (
        ReportState.RECEIVED,
        ReportState.REROUTED,
    )
    return desk.actor.may(Permission.REPORT_DECIDE) and (waits or report.nudged_at is not None)


def _child(report: Any, known: Story, ref: str) -> ToldChild:
    if ref == _NEW:
        return ToldChild(ref=_fresh(report, "c", {row.ref for row in known.children}))
    return _known_child(known, ref)


def _known_child(known: Story, ref: str) -> ToldChild:
    found = next((row for row in known.children if showing.in_address(row.ref) == ref), None)
    if found is None:
        raise NotFound
    return found


def _suspect(report: Any, known: Story, ref: str) -> Suspect:
    found = next((row for row in known.suspects if showing.in_address(row.ref) == ref), None)
    if found is not None:
        return found
    if ref != _NEW:
        raise NotFound
    return Suspect(ref=_fresh(report, "s", {row.ref for row in known.suspects}))


def _first_suspect(known: Story) -> str:
    return showing.in_address(known.suspects[0].ref) if known.suspects else _NEW


def _fresh(report: Any, letter: str, taken: set[str]) -> str:
    """A mark nobody has. Whoever sends reports by machine or file has marks of its own, and may tell of more later."""
    letter = letter if report.reference is None else f"own-{letter}"
    return next(mark for count in range(1, _MOST + 2) if (mark := f"{letter}{count}") not in taken)


def _replaced(rows: tuple[Any, ...], new: Any, mark: Callable[[Any], str]) -> tuple[Any, ...]:
    if len(rows) >= _MOST and mark(new) not in {mark(row) for row in rows}:
        raise Invalid({"ref": [str(_l("A report names at most fifty."))]})
    if mark(new) in {mark(row) for row in rows}:
        return tuple(new if mark(row) == mark(new) else row for row in rows)
    return (*rows, new)


def _codes(name: str) -> list[tuple[str, str]]:
    return [(code.code, code.label(language())) for code in vocabulary(name)]


def _version() -> int:
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        raise Conflict(str(_l("Open the page again: it does not say which version it shows."))) from None


def _danger(form: SourceForm) -> str | None:
    return "now" if form.danger.data == "yes" else None


def _next(number: str, screen: str) -> str:
    if request.form.get("go") == "save":
        return url_for("intake.show", number=number, done="saved")
    return f"{url_for('intake.show', number=number)}/{screen}"
