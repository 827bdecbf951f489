"""Pages of intake: the inbox, a new report (Mẫu 01) group by group, the decision."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as case_queries
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.words import Later, _l, language
from casemgr.intake import actions, queries, rules, story
from casemgr.intake.forms import ChildForm, DecisionForm, FamilyForm, IncidentForm, SourceForm, SuspectForm
from casemgr.intake.terms import Decision, Incident, Kind, Places, Story, Suspect, Telling, ToldChild
from casemgr.law.vocabulary import vocabulary
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import Level, UnitFacts
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("intake", __name__)

_MOST = 50


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
    return page("intake/inbox.html", reports=waiting, unit_name=_unit_names(desk))


@room.get("/reports/new", needs=Permission.REPORT_RECEIVE)
def new(desk: Desk) -> ResponseReturnValue:
    """Group 1 of a new report. The clock starts with it."""
    form = SourceForm.at(desk.now)
    return page(
        "intake/source.html", form=form, form_id=request.form.get("form_id") or desk.id(), screens=SCREENS
    )


@room.post("/reports/new", needs=Permission.REPORT_RECEIVE, again=new)
def create(desk: Desk) -> ResponseReturnValue:
    """Take in the report with what is known; the other groups come after, each saved on its own."""
    form = SourceForm.at(desk.now)
    _check(form)
    unit = places.atlas(desk).unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    own = unit.code if unit is not None and unit.level is Level.COMMUNE else None
    telling = Telling(
        reference=None,
        revision=1,
        received_at=form.received_at(),
        channel=form.channel.data or None,
        kind=Kind.INTERVENTION,
        urgency=form.urgency(),
        story=Story(incident=Incident(unit_code=own), subject=form.subject.data or None),
        reporter=form.reporter(),
        places=Places(),
        digest=hashlib.sha256(desk.id().bytes).digest(),
    )
    received = actions.receive(desk, telling, form_id=_form_id())
    number = received.report.number
    if request.form.get("go") == "save":
        return redirect(url_for("intake.show", number=number, done="saved"), 303)
    ref = received.cases[0].child_ref if received.cases else actions.UNIDENTIFIED
    return redirect(url_for("intake.child", number=number, ref=_in_address(ref), danger=_danger(form)), 303)


@room.get("/reports/<number>/children/<ref>", needs=Permission.REPORT_CORRECT)
def child(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Group 2: one child."""
    report, known = _known(desk, number)
    told = _child(known, ref)
    form = ChildForm.of(told, _communes(desk), report.received_at)
    return page("intake/child.html", **_frame(report, known, "child"), form=form, ref=ref)


@room.post("/reports/<number>/children/<ref>", needs=Permission.REPORT_CORRECT, again=child)
def save_child(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Keep what is known of one child."""
    report, known = _known(desk, number)
    before = _child(known, ref)
    form = ChildForm.of(before, _communes(desk), report.received_at)
    _check(form)
    children = _replaced(known.children, form.child(before), lambda row: row.ref)
    actions.correct(
        desk,
        report,
        known=replace(known, children=children),
        places_of=report.places or Places(),
        version=_version(),
    )
    after = url_for("intake.child", number=number, ref="new") if request.form.get("go") == "another" else None
    return redirect(after or _next(number, "incident"), 303)


@room.get("/reports/<number>/incident", needs=Permission.REPORT_CORRECT)
def incident(desk: Desk, number: str) -> ResponseReturnValue:
    """Group 3: what happened."""
    report, known = _known(desk, number)
    form = IncidentForm.of(known.incident, _communes(desk), report.received_at)
    return page("intake/incident.html", **_frame(report, known, "incident"), form=form)


@room.post("/reports/<number>/incident", needs=Permission.REPORT_CORRECT, again=incident)
def save_incident(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep what is known of the incident."""
    report, known = _known(desk, number)
    form = IncidentForm.of(known.incident, _communes(desk), report.received_at)
    _check(form)
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
    told = _suspect(known, ref)
    relations = {row.child: row.relation for row in told.relations}
    typed = {
        key.removeprefix("relation-"): value
        for key, value in request.form.items()
        if key.startswith("relation-")
    }
    return page(
        "intake/suspect.html",
        **_frame(report, known, "suspect"),
        form=SuspectForm.of(told),
        ref=ref,
        relations=typed or relations,
        choices=_codes("relations"),
    )


@room.post("/reports/<number>/suspects/<ref>", needs=Permission.REPORT_CORRECT, again=suspect)
def save_suspect(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Keep what is known of one person alleged to have done harm."""
    report, known = _known(desk, number)
    before = _suspect(known, ref)
    form = SuspectForm.of(before)
    _check(form)
    allowed = dict(_codes("relations"))
    refs = {row.ref for row in known.children}
    relations = {
        ref: value for ref in refs if (value := request.form.get(f"relation-{ref}", "")) and value in allowed
    }
    after = form.suspect(before, relations)
    empty = after == Suspect(ref=after.ref)
    suspects = known.suspects if empty else _replaced(known.suspects, after, lambda row: row.ref)
    actions.correct(
        desk,
        report,
        known=replace(known, suspects=suspects),
        places_of=report.places or Places(),
        version=_version(),
    )
    another = (
        url_for("intake.suspect", number=number, ref="new") if request.form.get("go") == "another" else None
    )
    return redirect(another or _next(number, "family/" + _in_address(known.children[0].ref)), 303)


@room.get("/reports/<number>/family/<ref>", needs=Permission.REPORT_CORRECT)
def family(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Group 5: family, whereabouts, what was done."""
    report, known = _known(desk, number)
    told = _child(known, ref)
    form = FamilyForm.of(told, actions_taken=known.actions_taken, secrecy=known.secrecy)
    known_place = dict((report.places or Places()).of).get(told.ref) is not None
    return page(
        "intake/family.html", **_frame(report, known, "family"), form=form, ref=ref, known_place=known_place
    )


@room.post("/reports/<number>/family/<ref>", needs=Permission.REPORT_CORRECT, again=family)
def save_family(desk: Desk, number: str, ref: str) -> ResponseReturnValue:
    """Keep what is known of the family and where the child is."""
    report, known = _known(desk, number)
    before = _child(known, ref)
    form = FamilyForm.of(before, actions_taken=known.actions_taken, secrecy=known.secrecy)
    _check(form)
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


@room.get("/reports/<number>", needs=Permission.REPORT_READ)
def show(desk: Desk, number: str) -> ResponseReturnValue:
    """One report: what was told and by whom, what is missing, the decision."""
    report, known = _known(desk, number)
    elsewhere = _told_elsewhere(desk, report, known)
    communes = _communes(desk)
    listed = {code for code, _name in communes}
    told_code = elsewhere.code if elsewhere is not None else None
    form = DecisionForm.typed(
        {
            "unit_code": told_code if told_code in listed else "",
            "unit_other": told_code if told_code not in listed else None,
        }
    ).ask("unit_code", [("", ""), *communes])
    cases = case_queries.of_report(desk, report.id)
    triaged = queries.in_triage(desk, report)
    running = case_queries.running(desk, cases).values()
    limited = [clock for rows in running for clock in rows if clock.due_at is not None]
    return page(
        "intake/report.html",
        **_frame(report, known, "review"),
        form=form,
        cases=cases,
        clock=min(limited, key=lambda row: row.due_at or desk.now, default=None),
        triaged=triaged,
        elsewhere=elsewhere,
        questions=rules.questions(known, unit_known=not triaged),
        emergency=any(rules.by_parent_or_carer(known, row.ref) for row in known.children),
        history=queries.history(desk, report),
        unit_name=_unit_names(desk),
        may_decide=desk.actor.may(Permission.REPORT_DECIDE) and report.decision == Decision.PENDING,
        may_route=desk.actor.may(Permission.REPORT_ROUTE)
        and report.decision in (Decision.PENDING, Decision.OTHER_COMMUNE),
        may_correct=desk.actor.may(Permission.REPORT_CORRECT),
        may_see_reporter=desk.actor.may(Permission.REPORTER_READ),
        may_open_cases=desk.actor.may(Permission.CASE_READ),
        relations=story.suspects_of,
        reporter=g.get("reporter"),
        done=request.args.get("done"),
    )


@room.post("/reports/<number>/decision", needs=Permission.REPORT_DECIDE, again=show)
def decide(desk: Desk, number: str) -> ResponseReturnValue:
    """Take the report on, or say why not."""
    form = DecisionForm.typed()
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


@room.post("/reports/<number>/route", needs=Permission.REPORT_ROUTE, again=show)
def route(desk: Desk, number: str) -> ResponseReturnValue:
    """Send the report to the commune where it happened."""
    form = DecisionForm.typed()
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


@room.post("/cases/<number>/whereabouts", needs=Permission.HIDDEN_PLACE_READ)
def whereabouts(desk: Desk, number: str) -> ResponseReturnValue:
    """Look at where the child is: for one view, logged."""
    place = actions.open_whereabouts(desk, case_queries.case(desk, number))
    return page("intake/whereabouts.html", number=number, place=place)


def _known(desk: Desk, number: str) -> tuple[Any, Story]:
    report = queries.report(desk, number)
    return report, report.known or Story()


def _frame(report: Any, known: Story, here: str) -> dict[str, Any]:
    return {
        "report": report,
        "known": known,
        "screens": SCREENS,
        "here_screen": here,
        "in_address": _in_address,
    }


def _child(known: Story, ref: str) -> ToldChild:
    if ref == "new":
        return ToldChild(ref=_fresh("c", {row.ref for row in known.children}))
    found = next((row for row in known.children if _in_address(row.ref) == ref), None)
    if found is None:
        raise NotFound
    return found


def _suspect(known: Story, ref: str) -> Suspect:
    found = next((row for row in known.suspects if _in_address(row.ref) == ref), None)
    if found is not None:
        return found
    if ref != "new":
        raise NotFound
    return Suspect(ref=_fresh("s", {row.ref for row in known.suspects}))


def _first_suspect(known: Story) -> str:
    return _in_address(known.suspects[0].ref) if known.suspects else "new"


def _fresh(letter: str, taken: set[str]) -> str:
    return next(mark for count in range(1, _MOST + 2) if (mark := f"{letter}{count}") not in taken)


def _in_address(ref: str) -> str:
    """A child's or suspect's mark as it may stand in an address: never what a sender wrote."""
    return "unidentified" if ref == actions.UNIDENTIFIED else hashlib.sha256(ref.encode()).hexdigest()[:8]


def _replaced(rows: tuple[Any, ...], new: Any, mark: Callable[[Any], str]) -> tuple[Any, ...]:
    if len(rows) >= _MOST and mark(new) not in {mark(row) for row in rows}:
        raise Invalid({"ref": [str(_l("A report names at most fifty."))]})
    if mark(new) in {mark(row) for row in rows}:
        return tuple(new if mark(row) == mark(new) else row for row in rows)
    return (*rows, new)


def _communes(desk: Desk) -> list[tuple[str, str]]:
    """The communes of the person's province today, for a list."""
    atlas = places.atlas(desk)
    unit = atlas.unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    province = atlas.province_of(unit, places.today(desk)) if unit is not None else None
    if province is None:
        return []
    return sorted(
        ((row.code, row.name) for row in places.communes(desk, province.code)), key=lambda row: row[1]
    )


def _told_elsewhere(desk: Desk, report: Any, known: Story) -> UnitFacts | None:
    """The commune that Form 01 names, when it is not the one that has the report."""
    code = known.incident.unit_code
    found = (
        place_rules.resolve(places.atlas(desk), code, local_day(report.received_at)).unit if code else None
    )
    return found if found is not None and found.id != report.unit_id else None


def _unit_names(desk: Desk) -> Callable[[int | None], str]:
    atlas = places.atlas(desk)

    def name(unit_id: int | None) -> str:
        unit = atlas.unit(unit_id) if unit_id is not None else None
        return unit.name if unit is not None else str(_l("Commune to be found"))

    return name


def _codes(name: str) -> list[tuple[str, str]]:
    return [(code.code, code.label(language())) for code in vocabulary(name)]


def _check(form: Any) -> None:
    if not form.validate():
        raise Invalid({field: _flat(said) for field, said in form.errors.items() if field})


def _flat(said: Any) -> list[str]:
    if isinstance(said, dict):
        return [sentence for inner in said.values() for sentence in _flat(inner)]
    return [str(sentence) for sentence in said]


def _version() -> int:
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        raise Conflict(str(_l("Open the page again: it does not say which version it shows."))) from None


def _form_id() -> UUID | None:
    try:
        return UUID(request.form.get("form_id", ""))
    except ValueError:
        return None


def _danger(form: SourceForm) -> str | None:
    return "now" if form.danger.data == "yes" else None


def _next(number: str, screen: str) -> str:
    if request.form.get("go") == "save":
        return url_for("intake.show", number=number, done="saved")
    return f"{url_for('intake.show', number=number)}/{screen}"
