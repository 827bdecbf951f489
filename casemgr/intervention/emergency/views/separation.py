"""Pages of a separation: the whole course, its draft, the decision, and each turn that it can take."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.core.calendar import local_day, local_minute
from casemgr.core.errors import Conflict, Invalid, NotFound, RuleBroken
from casemgr.core.findings import Findings
from casemgr.core.text import clean_lines
from casemgr.core.words import _, language
from casemgr.intervention.emergency import forms, queries, rules, separating, showing
from casemgr.intervention.emergency.terms import LIVE, Course, Proposal, SeparationState
from casemgr.intervention.emergency.views.door import room
from casemgr.web.duration import day_words
from casemgr.web.forms import BaseForm, explanations, go_on_from
from casemgr.web.pages import page

if TYPE_CHECKING:
    from casemgr.cases.models import Case

_PARTS = ("card", "separation")
_DECIDERS = (Permission.SEPARATION_DRAFT, Permission.SEPARATION_DECIDE)
_WRITABLE = (SeparationState.DRAFT, SeparationState.RETURNED)
_WAITING = (SeparationState.HANDED_IN, *LIVE)  # nothing to be drafted
Field = tuple[Any, str]


@room.get("/cases/<number>/separation", needs=Permission.CASE_READ)
def separation(desk: Desk, number: str) -> ResponseReturnValue:
    """The whole course of a separation on one page."""
    return _course_page(desk, number)


@room.get("/cases/<number>/separation/draft", needs=Permission.SEPARATION_DRAFT)
def separation_draft(desk: Desk, number: str) -> ResponseReturnValue:
    """The draft of Mẫu 07, to be written and handed in."""
    case = cases.case(desk, number, parts=_PARTS)
    row = queries.current(desk, case)
    mine = row if row is not None and row.state in _WRITABLE else None
    if request.method == "GET" and row is not None and row.state in _WAITING:
        return redirect(url_for("emergency.separation", number=number), 303)
    said = (mine.proposal if mine is not None else None) or Proposal()
    starts = said.starts_at or desk.now
    form = forms.SeparationForm.typed(
        {
            "version": mine.version if mine is not None else 0,
            **{name: getattr(said, name) for name in ("ground", "reasons", "carer_kind", "carer_name")},
            **{name: getattr(said, name) for name in ("carer_relation", "days")},
            "starts_on": local_day(starts),
            "starts_time": local_minute(starts),
        }
    )
    if isinstance(g.objection, Conflict):
        go_on_from(form.version, mine.version if mine is not None else 0)
    typing = request.method == "POST" and not isinstance(g.objection, Invalid)
    return page(
        "intervention/emergency/separation_draft.html",
        **showing.frame(desk, case),
        form=form,
        place_known=mine is not None and mine.stay is not None,
        returned=mine.signing.reason
        if mine is not None and mine.signing is not None and mine.state == SeparationState.RETURNED
        else None,
        twelve=showing.twelve_hours(desk, queries.receipts(desk, case), None),
        span=showing.span_words(form.proposal()) if typing or said.days else "",
        longest=queries.longest(case),
        latest=day_words(rules.last_day(starts, queries.longest(case))),
        checks=_on_draft(desk, case, form) if typing else None,
        given=explanations(),
    )


@room.post("/cases/<number>/separation/draft", needs=Permission.SEPARATION_DRAFT, again=separation_draft)
def write_separation(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep the draft, look at it once more, or put it before the chair."""
    case = cases.case(desk, number, parts=_PARTS)
    form, do = forms.SeparationForm.typed(), request.form.get("do", "")
    form.check()
    if do == "check":
        return separation_draft(desk, number)
    typed = {"proposal": form.proposal(), "place": form.place.data, "version": form.version.data or 0}
    if do == "hand_in":
        separating.hand_in(desk, case, **typed, explanations=explanations())
    else:
        separating.save(desk, case, **typed)
    return redirect(url_for("emergency.separation", number=number), 303)


@room.get("/cases/<number>/separation/decision", needs=Permission.CASE_READ)
def separation_decision(desk: Desk, number: str) -> ResponseReturnValue:
    """The draft before the chair: look, sign on one screen, or give back."""
    case = cases.case(desk, number, parts=_PARTS)
    row = queries.current(desk, case)
    if row is None:
        raise NotFound
    if row.state != SeparationState.HANDED_IN:
        if request.method == "POST":  # decided meanwhile: the course says so, with what stands against it
            return _course_page(desk, number)
        return redirect(url_for("emergency.separation", number=number), 303)
    form = forms.DecisionForm.typed(
        {"version": row.version, "signed_on": local_day(desk.now), "signed_time": local_minute(desk.now)}
    )
    if isinstance(g.objection, Conflict):
        go_on_from(form.version, row.version)
    facts = separating.signing_facts(desk, case, row)
    may = desk.actor.may(Permission.SEPARATION_DECIDE)
    return page(
        "intervention/emergency/separation_decision.html",
        **showing.frame(desk, case),
        form=form,
        may=may,
        facts=showing.facts(row.proposal or Proposal()),
        has_place=row.stay is not None,
        checks=rules.findings_on_the_draft_alone(facts),
        explained=showing.explained(desk, row.signing.explained) if row.signing is not None else [],
        twelve=showing.twelve_hours(desk, queries.receipts(desk, case), row),
        given=explanations(),
    )


@room.post(
    "/cases/<number>/separation/decision", needs=Permission.SEPARATION_DECIDE, again=separation_decision
)
def decide_separation(desk: Desk, number: str) -> ResponseReturnValue:
    """Sign, or give the draft back."""
    case = cases.case(desk, number)
    form = forms.DecisionForm.typed()
    form.check()
    version = form.version.data or 0
    if form.decision.data == "return":
        separating.give_back(desk, case, version=version, reason=form.reason.data)
    elif form.decision.data == "sign":
        separating.decide(
            desk,
            case,
            version=version,
            number=form.number.data,
            signed_at=form.signed_at(),
            explanations=explanations(),
        )
    else:
        raise Invalid({"decision": [_("Choose: sign, or give back")]})
    return redirect(url_for("emergency.separation", number=number), 303)


@room.get("/cases/<number>/separation/extension", needs=Permission.SEPARATION_DECIDE)
def separation_extension(desk: Desk, number: str) -> ResponseReturnValue:
    """Let the separation last longer."""
    case, course = _run(desk, number)
    form = forms.ExtensionForm.typed({"on": local_day(desk.now)})
    lead = _(
        "So far %(days)s days, to the end of %(day)s. The law allows %(most)s days in all.",
        days=course.days,
        day=day_words(course.last_day),
        most=queries.longest(case),
    )
    hint = _("Only when it lasts longer than the law’s days in all: a competent authority must ask for it.")
    return _turn(
        desk,
        case,
        form,
        (_("Extend the separation"), _("Sign the extension"), lead, rules.LONGEST.cite(language())),
        [(form.days, ""), (form.reason, ""), (form.number, ""), (form.on, "")],
        further=(hint, [(form.authority, ""), (form.authority_number, ""), (form.authority_on, "")]),
    )


@room.post(
    "/cases/<number>/separation/extension", needs=Permission.SEPARATION_DECIDE, again=separation_extension
)
def extend_separation(desk: Desk, number: str) -> ResponseReturnValue:
    """Sign the extension."""
    form = forms.ExtensionForm.typed()
    form.check()
    separating.extend(desk, cases.case(desk, number), said=form.said(), explanations=explanations())
    return redirect(url_for("emergency.separation", number=number), 303)


@room.get("/cases/<number>/separation/lifting", needs=Permission.SEPARATION_DECIDE)
def separation_lifting(desk: Desk, number: str) -> ResponseReturnValue:
    """End the separation before its time."""
    case, _course = _run(desk, number)
    form = forms.LiftingForm.typed({"on": local_day(desk.now)})
    lead = _(
        "The chair lifts it when the full assessment, Form 03, finds that parents or carers keep the child safe."
    )
    return _turn(
        desk,
        case,
        form,
        (_("Lift the separation"), _("Sign the lifting"), lead, rules.LONGEST.cite(language())),
        [(form.reason, ""), (form.to_whom, ""), (form.number, ""), (form.on, "")],
    )


@room.post("/cases/<number>/separation/lifting", needs=Permission.SEPARATION_DECIDE, again=separation_lifting)
def lift_separation(desk: Desk, number: str) -> ResponseReturnValue:
    """Sign the lifting."""
    form = forms.LiftingForm.typed()
    form.check()
    separating.lift(desk, cases.case(desk, number), said=form.said(), explanations=explanations())
    return redirect(url_for("emergency.separation", number=number), 303)


@room.get("/cases/<number>/separation/assessment", needs=Permission.SEPARATION_DRAFT)
def separation_assessment(desk: Desk, number: str) -> ResponseReturnValue:
    """Assess the child when the time of the separation is over."""
    case, course = _run(desk, number)
    form = forms.AssessmentForm.typed({"on": local_day(desk.now)})
    lead = _(
        "The last day is %(day)s. The result is reported to the People’s Committee.",
        day=day_words(course.last_day),
    )
    home = _("When the child goes home")
    return _turn(
        desk,
        case,
        form,
        (_("Assess the child at the end of the separation"), _("Conclude the assessment"), lead, rules.ASSESSED.cite(language())),
        [(form.on, ""), (form.reason, ""), (form.conclusion, "")],
        further=(home, [(form.to_whom, ""), (form.conditions, "")]),
        unfolded=True,
    )  # fmt: skip


@room.post(
    "/cases/<number>/separation/assessment", needs=Permission.SEPARATION_DRAFT, again=separation_assessment
)
def assess_separation(desk: Desk, number: str) -> ResponseReturnValue:
    """Conclude the assessment."""
    form = forms.AssessmentForm.typed()
    form.check()
    separating.assess(desk, cases.case(desk, number), said=form.said(), explanations=explanations())
    return redirect(url_for("emergency.separation", number=number), 303)


@room.get("/cases/<number>/separation/court", needs=_DECIDERS)
def separation_court(desk: Desk, number: str) -> ResponseReturnValue:
    """Ask the court, or write down what it decided."""
    case, course = _run(desk, number)
    if course.awaits_court is not None:
        return _outcome_page(desk, case)
    form = forms.CourtForm.typed({"on": local_day(desk.now)})
    kind, unsure = showing.court_words(form.on.data or local_day(desk.now))
    lead = _("Asked on this day: %(court)s.", court=kind)
    if unsure:
        lead = f"{lead} {_('Not checked against the official text')}."
    return _turn(
        desk,
        case,
        form,
        (_("Ask the court"), _("Record the request"), lead, rules.COURT.cite(language())),
        [(form.court_name, ""), (form.reason, ""), (form.number, ""), (form.on, "")],
        may=desk.actor.may(Permission.SEPARATION_DECIDE),
    )


@room.post("/cases/<number>/separation/court", needs=_DECIDERS, again=separation_court)
def record_court(desk: Desk, number: str) -> ResponseReturnValue:
    """Record the request, or its outcome."""
    case = cases.case(desk, number)
    if request.form.get("about") == "outcome":
        outcome = forms.OutcomeForm.typed()
        outcome.check()
        separating.record_outcome(desk, case, said=outcome.said())
    else:
        form = forms.CourtForm.typed()
        form.check()
        separating.ask_court(desk, case, said=form.said(), explanations=explanations())
    return redirect(url_for("emergency.separation", number=number), 303)


@room.post(
    "/cases/<number>/separation/place",
    needs=(Permission.HIDDEN_PLACE_READ, Permission.SEPARATION_DECIDE),
    again=separation,
)
def separation_place(desk: Desk, number: str) -> ResponseReturnValue:
    """Look at where the child stays: for one view, logged."""
    case = cases.case(desk, number)
    reason = clean_lines(request.form.get("reason", ""), 1000)
    place = separating.open_place(desk, case, reason=reason)
    return _course_page(desk, number, place)


def _course_page(desk: Desk, number: str, place: str | None = None) -> ResponseReturnValue:
    case = cases.case(desk, number, parts=_PARTS)
    return page("intervention/emergency/separation.html", **showing.page_of(desk, case), place=place)


def _outcome_page(desk: Desk, case: "Case") -> ResponseReturnValue:
    form = forms.OutcomeForm.typed({"on": local_day(desk.now)})
    return _turn(
        desk,
        case,
        form,
        (_("What the court decided"), _("Record what was decided"), "", rules.COURT.cite(language())),
        [(form.outcome, ""), (form.decided, ""), (form.number, ""), (form.on, "")],
        about="outcome",
    )


def _turn(
    desk: Desk,
    case: "Case",
    form: BaseForm,
    words: tuple[str, str, str, str],
    fields: Sequence[Field],
    *,
    further: tuple[str, Sequence[Field]] | None = None,
    unfolded: bool = False,
    may: bool = True,
    about: str = "",
) -> ResponseReturnValue:
    """One form that all turns share: what it is, its fields, one button."""
    title, verb, lead, basis = words
    typed = further is not None and any(field.data or field.errors for field, _hint in further[1])
    return page(
        "intervention/emergency/separation_turn.html",
        **{**showing.frame(desk, case), "basis": basis},
        title=title,
        verb=verb,
        lead=lead,
        form=form,
        fields=fields,
        further=further,
        unfolded=unfolded or typed or isinstance(g.objection, RuleBroken),
        may=may,
        about=about,
        given=explanations(),
    )


def _run(desk: Desk, number: str) -> tuple["Case", Course]:
    """The case and the separation that was decided last."""
    case = cases.case(desk, number, parts=_PARTS)
    course = queries.separation(desk, case)
    if course is None:
        raise NotFound
    return case, course


def _on_draft(desk: Desk, case: "Case", form: forms.SeparationForm) -> Findings:
    row = queries.current(desk, case)
    return rules.findings_on_draft(separating.draft_facts(desk, case, row, form.proposal(), form.place.data))
