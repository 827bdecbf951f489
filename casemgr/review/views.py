"""Pages of the review: Mẫu 06 with last time beside now, and the decision on closing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.deciding import may_act
from casemgr.cases.terms import Ending, Stage
from casemgr.core.errors import Conflict, Invalid, NotFound, RuleBroken
from casemgr.core.findings import Findings
from casemgr.law import factors
from casemgr.review import actions, forms, queries, rules, showing
from casemgr.review.terms import Answers, Outcome, ReviewState
from casemgr.web.duration import moment_words
from casemgr.web.forms import explanations, go_on_from
from casemgr.web.pages import page
from casemgr.web.room import Room

if TYPE_CHECKING:
    from casemgr.cases.models import Case
    from casemgr.review.models import Review

room = Room("review", __name__)

_PARTS = ("card", "review")


@room.get("/cases/<number>/review", needs=Permission.CASE_READ)
def show(desk: Desk, number: str) -> ResponseReturnValue:
    """Mẫu 06: to be written while services run, to be read otherwise."""
    case = cases.case(desk, number, parts=_PARTS)
    writing = request.method == "POST" or (
        case.stage == Stage.CARRYING_OUT and desk.actor.may(Permission.REVIEW_WRITE) and may_act(desk, case)
    )
    if writing:
        return _form_page(desk, case)
    last = queries.current(desk, case)
    if last is None:
        return page("review/none.html", **showing.frame(desk, case))
    return page("review/show.html", **showing.frame(desk, case), **showing.shown(desk, case, last), old=False)


@room.post("/cases/<number>/review", needs=Permission.REVIEW_WRITE, again=show)
def write(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep the draft, propose closing, or begin another round."""
    case = cases.case(desk, number)
    form = forms.ReviewForm.typed()
    plan = queries.plan_content(desk, case)
    answers = form.checked(forms.goals(request.form, plan))
    version = form.version.data or 0
    do = request.form.get("do", "")
    if do not in set(Outcome):
        actions.save(desk, case, answers=answers, version=version)
        return redirect(url_for("review.show", number=number), 303)
    told = explanations()
    actions.conclude(desk, case, outcome=Outcome(do), answers=answers, version=version, explanations=told)
    return redirect(url_for("cases.show", number=number), 303)


@room.get("/cases/<number>/review/<int:which>", needs=Permission.CASE_READ)
def one(desk: Desk, number: str, which: int) -> ResponseReturnValue:
    """One review of one round, as it was."""
    case = cases.case(desk, number, parts=_PARTS)
    found = next((review for review in queries.reviews(desk, case) if review.number == which), None)
    if found is None:
        raise NotFound
    return page("review/show.html", **showing.frame(desk, case), **showing.shown(desk, case, found), old=True)


@room.get("/cases/<number>/closure", needs=Permission.CASE_READ)
def closure(desk: Desk, number: str) -> ResponseReturnValue:
    """Closing: what is proposed, what still stands against it, who decides."""
    case = cases.case(desk, number, parts=_PARTS)
    review = queries.current(desk, case)
    form = forms.ClosureForm.typed({"version": review.version if review is not None else 0})
    return _closure_page(desk, case, review, form)


@room.post("/cases/<number>/closure", needs=Permission.CASE_CLOSE, again=closure)
def decide(desk: Desk, number: str) -> ResponseReturnValue:
    """Close the case, after one more look; or say why not."""
    case = cases.case(desk, number, parts=_PARTS)
    form, do = forms.ClosureForm.typed(), request.form.get("do", "")
    if do == "back":
        return _closure_page(desk, case, queries.current(desk, case), form)
    form.checked()
    version, reason = form.version.data or 0, form.reason.data
    told = explanations()
    if case.stage == Stage.REVIEWING and queries.proposed(desk, case) is None:
        actions.ask_for_review(desk, case, reason=reason)
    elif form.decision.data == "refuse":
        actions.refuse(desk, case, version=version, reason=reason)
    elif do != "close":
        _review, found = actions.ready_to_close(desk, case, version=version, explanations=told)
        return page(
            "review/confirm.html",
            **showing.frame(desk, case),
            typed=request.form,
            reason=reason,
            in_care=any(one.code == "in-care" for one in found),
        )
    else:
        actions.close(desk, case, version=version, reason=reason, explanations=told)
    return redirect(url_for("cases.show", number=number), 303)


def _form_page(desk: Desk, case: "Case") -> Response:
    """Mẫu 06 with what stands against closing, and the other version if somebody saved first."""
    draft = queries.open_draft(desk, case)
    stored = (draft.answers or Answers()) if draft is not None else Answers()
    version = draft.version if draft is not None else 0
    form = forms.ReviewForm.typed({**forms.filled(stored), "version": version})
    typed = request.method == "POST"
    plan = queries.plan_content(desk, case)
    answers = form.answers(forms.goals(request.form, plan)) if typed else stored
    clash = isinstance(g.objection, Conflict)
    if clash:
        go_on_from(form.version, version)
    closing = rules.findings_before_proposing(queries.closing_facts(desk, case, answers))
    objected = g.objection.findings if isinstance(g.objection, RuleBroken) else None
    wanting = list(closing.to_explain)
    if isinstance(objected, Findings):
        seen = {finding.code for finding in wanting}
        wanting += [finding for finding in objected.to_explain if finding.code not in seen]
    wrong = {**_wrong(objected), **{f"row-{code}": said for code, said in form["ratings"].wrong.items()}}
    last, suggested = queries.last_time(desk, case, but=draft), rules.suggestion(answers)
    return page(
        "review/write.html",
        **showing.frame(desk, case),
        form=form,
        tables=showing.tables(answers, last, desk, wrong),
        goals=showing.goals(plan, answers, wrong),
        reached=showing.REACHED,
        checks=closing,
        wanting=wanting,
        given=explanations(),
        suggestion=suggested,
        suggested=str(factors.level_wording(suggested.level)) if suggested.level else "",
        saved=moment_words(draft.saved_at, desk.now) if draft is not None else "",
        clash=clash,
        theirs=showing.tables(stored, last, desk, {}) if clash else None,
        their_answers=stored,
        refused=_refused(desk, case),
    )


def _closure_page(desk: Desk, case: "Case", review: "Review | None", form: forms.ClosureForm) -> Response:
    proposed = review is not None and review.state == ReviewState.PROPOSED
    if isinstance(g.objection, Conflict) and review is not None:
        go_on_from(form.version, review.version)
    found: Findings | None = None
    told: Mapping[str, str] = {}
    if review is not None and proposed:
        found, told = actions.findings_on_closing(desk, case, review), actions.told_before(review)
    elif case.stage == Stage.CARRYING_OUT:
        draft = queries.open_draft(desk, case)
        answers = (draft.answers or Answers()) if draft is not None else Answers()
        found = rules.findings_before_proposing(queries.closing_facts(desk, case, answers))
    return page(
        "review/closure.html",
        **showing.frame(desk, case),
        **(showing.shown(desk, case, review) if review is not None else {"review": None}),
        form=form,
        proposed=proposed,
        may=proposed and desk.actor.may(Permission.CASE_CLOSE),
        lost=case.stage == Stage.REVIEWING and not proposed,
        may_ask=desk.actor.may(Permission.CASE_CLOSE),
        checks=found,
        told=told,
        unexplained=[one for one in found.to_explain if one.code not in told] if found is not None else [],
        given=explanations(),
        ending=str(showing.ENDINGS[Ending(case.ending)]) if case.ending else "",
        closed=moment_words(case.closed_at, desk.now) if case.closed_at else "",
    )


def _refused(desk: Desk, case: "Case") -> tuple[str, str] | None:
    """That the chair refused to close, if that is where the case stands."""
    last = next((review for review in queries.reviews(desk, case) if review.state != ReviewState.DRAFT), None)
    if last is None or last.state != ReviewState.REFUSED or last.round != case.round:
        return None
    told = showing.shown(desk, case, last)
    return told["decided"], told["verdict"].reason or ""


def _wrong(found: object) -> dict[str, str]:
    """Faults by row or goal: what a rule or the reading of the form objected to."""
    if isinstance(found, Findings):
        return {one.field: str(one) for one in found.blocking if one.field and one.field.startswith("row-")}
    if isinstance(g.objection, Invalid):
        return {
            name: " ".join(map(str, said))
            for name, said in g.objection.errors.items()
            if name.startswith(("row-", "goal-"))
        }
    return {}
