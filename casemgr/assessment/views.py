"""Pages of the assessments: write, read again before sending, look at what was concluded."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.assessment import actions, in_words, queries, rules, showing
from casemgr.assessment.forms import AssessmentForm, FullForm, InitialForm
from casemgr.assessment.rules import Background
from casemgr.assessment.terms import FORM, Answers, Kind, Reply
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.deciding import may_act
from casemgr.cases.terms import Stage
from casemgr.children import queries as children
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, Invalid
from casemgr.core.findings import Findings
from casemgr.core.words import _
from casemgr.intake import queries as intake
from casemgr.intake.terms import Story
from casemgr.web import words
from casemgr.web.duration import day_words, moment_words, time_words
from casemgr.web.forms import explanations, typed_form
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("assessment", __name__)

_MAIN_STAGE = {
    Kind.INITIAL: frozenset({Stage.ASSESSING}),
    Kind.FULL: frozenset({Stage.PROTECTING, Stage.STUDYING}),
}
_FORMS: dict[Kind, type[InitialForm] | type[FullForm]] = {Kind.INITIAL: InitialForm, Kind.FULL: FullForm}


@dataclass(frozen=True)
class Sheet:
    """One form of one case, as it lies on the desk."""

    kind: Kind
    case: Any
    draft: Any
    concluded: Any
    report: Any
    background: Background

    @property
    def story(self) -> Story:
        """What the report tells, as known now."""
        return self.report.known or Story()

    @property
    def kept(self) -> Answers:
        """What is kept of the draft; a form not yet begun starts with what the report already says."""
        if self.draft is not None:
            return self.draft.answers or Answers()
        if self.kind is Kind.INITIAL:
            return Answers(carer=rules.harm_by_carer(self.story, self.case.child_ref))
        return Answers()


@room.get("/cases/<number>/initial-assessment", needs=Permission.CASE_READ)
def initial(desk: Desk, number: str) -> ResponseReturnValue:
    """Mẫu 02: to write while the case waits for it, to read afterwards."""
    return _show(desk, number, Kind.INITIAL)


@room.post("/cases/<number>/initial-assessment", needs=Permission.ASSESSMENT_WRITE, again=initial)
def save_initial(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep Mẫu 02 as it is so far."""
    return _save(desk, number, Kind.INITIAL)


@room.get("/cases/<number>/initial-assessment/check", needs=Permission.ASSESSMENT_WRITE)
def check_initial(desk: Desk, number: str) -> ResponseReturnValue:
    """Mẫu 02 in words, before it is sent."""
    return _check(desk, number, Kind.INITIAL)


@room.post("/cases/<number>/initial-assessment/check", needs=Permission.ASSESSMENT_WRITE, again=check_initial)
def send_initial(desk: Desk, number: str) -> ResponseReturnValue:
    """Conclude Mẫu 02."""
    return _send(desk, number, Kind.INITIAL)


@room.get("/cases/<number>/full-assessment", needs=Permission.CASE_READ)
def full(desk: Desk, number: str) -> ResponseReturnValue:
    """Mẫu 03: to write while the case waits for it, to read afterwards."""
    return _show(desk, number, Kind.FULL)


@room.post("/cases/<number>/full-assessment", needs=Permission.ASSESSMENT_WRITE, again=full)
def save_full(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep Mẫu 03 as it is so far."""
    return _save(desk, number, Kind.FULL)


@room.get("/cases/<number>/full-assessment/check", needs=Permission.ASSESSMENT_WRITE)
def check_full(desk: Desk, number: str) -> ResponseReturnValue:
    """Mẫu 03 in words, before it is sent."""
    return _check(desk, number, Kind.FULL)


@room.post("/cases/<number>/full-assessment/check", needs=Permission.ASSESSMENT_WRITE, again=check_full)
def send_full(desk: Desk, number: str) -> ResponseReturnValue:
    """Conclude Mẫu 03."""
    return _send(desk, number, Kind.FULL)


def _show(desk: Desk, number: str, kind: Kind) -> ResponseReturnValue:
    sheet = _sheet(desk, number, kind)
    if _is_written(desk, sheet):
        return _form_page(desk, sheet)
    return _concluded_page(desk, sheet)


def _save(desk: Desk, number: str, kind: Kind) -> ResponseReturnValue:
    sheet = _sheet(desk, number, kind)
    form = _FORMS[kind].typed()
    if not form.validate():
        raise Invalid({str(field): [str(one) for one in said] for field, said in form.errors.items()})
    answers = form.answers(sheet.kept)
    actions.save_draft(desk, sheet.case, kind=kind, answers=answers, version=form.version.data or 0)
    if request.form.get("go") == "check":
        return redirect(_url(kind, number, "check"), 303)
    return redirect(_url(kind, number, done="saved"), 303)


def _check(desk: Desk, number: str, kind: Kind) -> ResponseReturnValue:
    sheet = _sheet(desk, number, kind)
    if sheet.draft is None:
        return redirect(_url(kind, number), 303) if request.method == "GET" else _concluded_page(desk, sheet)
    given = explanations()
    answers = replace(sheet.kept, explanations={**sheet.kept.explanations, **given})
    told = rules.explanations_of(answers)
    findings = _findings(kind, answers, sheet.background)
    asked = [finding for finding in findings.to_explain if finding.code not in told or finding.code in given]
    return page(
        "assessment/check.html",
        **_frame(desk, sheet),
        parts_in_words=in_words.in_words(kind, replace(answers, explanations={}), local_day(desk.now)),
        blocking=findings.blocking,
        asked=Findings(*(replace(finding, field=None) for finding in asked)),
        explained=[finding for finding in findings.to_explain if finding not in asked],
        passed=findings.passed,
        told=told,
        given=given,
        sends=in_words.what_sending_does(kind, answers, Stage(sheet.case.stage)),
        version=sheet.draft.version,
    )


def _send(desk: Desk, number: str, kind: Kind) -> ResponseReturnValue:
    case = cases.case(desk, number)
    actions.conclude(desk, case, kind=kind, version=_version(), explanations=explanations())
    return redirect(url_for("cases.show", number=number), 303)


def _form_page(desk: Desk, sheet: Sheet) -> ResponseReturnValue:
    kept = sheet.kept
    form = _FORMS[sheet.kind].typed(_FORMS[sheet.kind].spread(kept))
    typed = request.method == "POST" and not form.validate()
    answers = form.answers(kept) if request.method == "POST" else kept
    shared = {
        **_frame(desk, sheet),
        **_suggested(sheet.kind, answers),
        "form": form,
        "answers": answers,
        "wrong_fields": typed,
        "tables": _with_errors(showing.tables(sheet.kind, answers), form),
        "version": sheet.draft.version if sheet.draft is not None else 0,
        "both_versions": _both_versions(desk, sheet, form, answers),
        "first_time": queries.finished_by_me(desk, sheet.kind) < queries.EXPERIENCED,
    }
    if sheet.kind is Kind.INITIAL:
        taken = sheet.draft is None and answers.carer is not None and request.method == "GET"
        return page(
            "assessment/initial.html",
            **shared,
            parts=showing.parts_of_initial(answers),
            taken="01" if taken else "",
        )
    return page(
        "assessment/full.html",
        **shared,
        parts=showing.parts_of_full(answers, sheet.background),
        contents=showing.contents(answers, sheet.background, sheet.story, sheet.case.child_ref),
        content_errors=form.contents.wrong,
    )


def _concluded_page(desk: Desk, sheet: Sheet) -> ResponseReturnValue:
    found = sheet.concluded
    if found is None:
        return page(
            "assessment/nothing.html",
            **_frame(desk, sheet),
            being_written=sheet.draft is not None,
            typed_in_vain=_typed_in_vain(desk, sheet, Answers()),
        )
    answers = found.answers or Answers()
    by = cases.names(desk, [found.concluded_by]).get(found.concluded_by, "")
    again = sheet.kind is Kind.INITIAL and desk.actor.may(Permission.ASSESSMENT_WRITE)
    again = again and may_act(desk, sheet.case)
    return page(
        "assessment/shown.html",
        **_frame(desk, sheet),
        **_suggested(sheet.kind, answers),
        by=by,
        typed_in_vain=_typed_in_vain(desk, sheet, answers),
        concluded_when=moment_words(found.concluded_at, desk.now),
        parts_in_words=in_words.in_words(sheet.kind, answers, local_day(desk.now)),
        again=_url(sheet.kind, sheet.case.number, again="1")
        if again and rules.may_be_written(sheet.kind, Stage(sheet.case.stage))
        else "",
    )


def _sheet(desk: Desk, number: str, kind: Kind) -> Sheet:
    case = cases.case(desk, number, parts=("card", "known", "answers"))
    return Sheet(
        kind=kind,
        case=case,
        draft=queries.draft(desk, case, kind),
        concluded=queries.latest(desk, case, kind),
        report=intake.report_of(desk, case),
        background=queries.background(desk, case),
    )


def _is_written(desk: Desk, sheet: Sheet) -> bool:
    """Whether the page is a form: for whoever may write, while the case waits for it or danger is looked at again."""
    stage = Stage(sheet.case.stage)
    if not may_act(desk, sheet.case):
        return False
    if not desk.actor.may(Permission.ASSESSMENT_WRITE) or not rules.may_be_written(sheet.kind, stage):
        return False
    return stage in _MAIN_STAGE[sheet.kind] or sheet.draft is not None or "again" in request.args


def _findings(kind: Kind, answers: Answers, background: Background) -> Findings:
    return (
        rules.initial_is_ready(answers) if kind is Kind.INITIAL else rules.full_is_ready(answers, background)
    )


def _frame(desk: Desk, sheet: Sheet) -> dict[str, Any]:
    """What every page of this room shows around its form."""
    clock = queries.pressing_clock(desk, sheet.case)
    saved_by = sheet.draft.saved_by if sheet.draft is not None else None
    return {
        "case": sheet.case,
        "kind": sheet.kind,
        "form_number": FORM[sheet.kind],
        "label": showing.case_label(sheet.case, children.child(desk, sheet.case.child_id).card),
        "clock_badge": words.badge(clock, desk.now) if clock is not None else None,
        "known": showing.known(sheet.report, sheet.story, sheet.case.child_ref, desk.now),
        "report_number": sheet.report.number,
        "draft": sheet.draft,
        "saved": _when(sheet.draft.saved_at, desk.now) if sheet.draft is not None else "",
        "decide_by": _decide_by(clock, desk.now),
        "saved_by": cases.names(desk, [saved_by]).get(saved_by, "") if saved_by else "",
        "here_url": _url(sheet.kind, sheet.case.number),
        "may_open_report": desk.actor.may(Permission.REPORT_READ),
        "check_url": _url(sheet.kind, sheet.case.number, "check"),
        "done": request.args.get("done"),
    }


def _when(instant: datetime, now: datetime) -> str:
    """The hour of today, or the day and the hour."""
    return time_words(instant) if local_day(instant) == local_day(now) else moment_words(instant, now)


def _decide_by(clock: Any, now: datetime) -> str:
    """Until when the twelve hours run; empty when they do not, or are over."""
    if clock is None or clock.clock != EMERGENCY or clock.due_at is None or clock.due_at < now:
        return ""
    return f"{time_words(clock.due_at)} {day_words(local_day(clock.due_at), local_day(now))}"


def _suggested(kind: Kind, answers: Answers) -> dict[str, Any]:
    return {
        "suggestion": rules.suggestion(kind, answers),
        "level": in_words.suggested_in_words(rules.suggestion(kind, answers)),
        "grounds": rules.emergency_grounds(kind, answers),
        "by_question": Reply.YES in (answers.danger, answers.carer),
        "provisional": showing.is_provisional(kind),
    }


def _with_errors(
    tables: tuple[showing.ShownTable, ...], form: AssessmentForm
) -> tuple[showing.ShownTable, ...]:
    wrong: dict[str, str] = form["ratings"].wrong
    return tuple(
        replace(table, rows=tuple(replace(row, error=wrong.get(row.code, "")) for row in table.rows))
        for table in tables
    )


def _both_versions(
    desk: Desk, sheet: Sheet, form: AssessmentForm, typed: Answers
) -> tuple[in_words.Difference, ...]:
    """What differs between what is kept and what was typed, when somebody else has saved in between."""
    if request.method != "POST" or sheet.draft is None or form.version.data == sheet.draft.version:
        return ()
    return in_words.differences(sheet.kind, sheet.kept, typed, local_day(desk.now))


def _typed_in_vain(desk: Desk, sheet: Sheet, concluded: Answers) -> tuple[in_words.Difference, ...]:
    """What was typed on a form that can no longer be saved: shown, so that it is not lost."""
    if request.method != "POST" or request.endpoint != f"assessment.save_{sheet.kind}":
        return ()
    typed = _FORMS[sheet.kind].typed().answers(concluded)
    return in_words.differences(sheet.kind, concluded, typed, local_day(desk.now))


def _version() -> int:
    try:
        return int(typed_form().get("version", ""))
    except ValueError:
        raise Conflict(_("Open the page again: it does not say which version it shows.")) from None


def _url(kind: Kind, number: str, page_name: str = "", **more: Any) -> str:
    return url_for(f"assessment.{page_name + '_' if page_name else ''}{kind}", number=number, **more)
