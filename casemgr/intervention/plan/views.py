"""Pages of the plan: builder, approval, services diary. They ask, call one action, answer."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import APPROVAL, PLAN
from casemgr.cases.deciding import may_act
from casemgr.cases.terms import Stage
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, NotFound
from casemgr.core.words import _
from casemgr.intervention.plan import actions, after, delivery, diary, forms, layout, queries, showing
from casemgr.intervention.plan.terms import Content, Issue, PlanState
from casemgr.web.forms import explanations, go_on_from
from casemgr.web.pages import page
from casemgr.web.room import Room

if TYPE_CHECKING:
    from casemgr.cases.models import Case

room = Room("plan", __name__)

_PARTS = ("card", "plan")


@room.get("/cases/<number>/plan", needs=Permission.PLAN_READ)
def show(desk: Desk, number: str) -> ResponseReturnValue:
    """The plan of the present round: to be written, or as it stands."""
    case = cases.case(desk, number, parts=_PARTS)
    typing = request.method == "POST"
    may = desk.actor.may(Permission.PLAN_DRAFT) and may_act(desk, case)
    if typing or (case.stage == Stage.PLANNING and may):
        return _builder(desk, case)
    return _as_it_stands(desk, case)


@room.post("/cases/<number>/plan", needs=Permission.PLAN_DRAFT, again=show)
def write(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep the draft, hand it in, or make room for one more row."""
    case = cases.case(desk, number, parts=_PARTS)
    form, do = forms.PlanForm.typed(), request.form.get("do", "")
    if do in ("add_service", "add_goal", "check"):
        form.add(do) if do != "check" else form.validate()
        return _builder(desk, case, form)
    content, version = form.checked(), form.version.data or 0
    if do == "hand_in":
        actions.hand_in(desk, case, content=content, version=version, explanations=explanations())
        return redirect(url_for("cases.show", number=number), 303)
    actions.save(desk, case, content=content, version=version)
    return redirect(url_for("plan.show", number=number), 303)


@room.get("/cases/<number>/plan/versions/<int:round_>/<int:revision>", needs=Permission.PLAN_READ)
def version(desk: Desk, number: str, round_: int, revision: int) -> ResponseReturnValue:
    """One version of one round, as it was."""
    case = cases.case(desk, number, parts=_PARTS)
    found = next(
        (one for one in queries.versions(desk, case) if (one.round, one.revision) == (round_, revision)), None
    )
    if found is None:
        raise NotFound
    return page(
        "intervention/plan/show.html", **layout.shown(desk, case, found), old=True, next=None, undelivered=()
    )


@room.get("/cases/<number>/plan/change", needs=Permission.PLAN_DRAFT)
def change_page(desk: Desk, number: str) -> ResponseReturnValue:
    """The approved plan, open to be changed; says first what a change means."""
    case = cases.case(desk, number, parts=_PARTS)
    plan = queries.current(desk, case)
    if plan is None or (request.method == "GET" and not queries.stands(desk, plan)):
        raise NotFound
    content = plan.content or Content()
    form = forms.ChangeForm.typed({**forms.filled(content), "version": plan.version})
    return _builder(desk, case, form, changing=True)


@room.post("/cases/<number>/plan/change", needs=Permission.PLAN_DRAFT, again=change_page)
def change(desk: Desk, number: str) -> ResponseReturnValue:
    """Change the approved plan: it has to be handed in and approved again."""
    case = cases.case(desk, number, parts=_PARTS)
    form, do = forms.ChangeForm.typed(), request.form.get("do", "")
    if do in ("add_service", "add_goal", "check"):
        form.add(do) if do != "check" else form.validate()
        return _builder(desk, case, form, changing=True)
    content = form.checked()
    actions.change(desk, case, content=content, version=form.version.data or 0, why=form.why_changed.data)
    return redirect(url_for("plan.show", number=number), 303)


@room.get("/cases/<number>/plan/approval", needs=Permission.PLAN_READ)
def approval(desk: Desk, number: str) -> ResponseReturnValue:
    """The plan that waits for the chair; others see that it waits."""
    case = cases.case(desk, number, parts=_PARTS)
    plan = queries.current(desk, case)
    if plan is None:
        if case.stage != Stage.APPROVING:
            raise NotFound
        return _none(desk, case)
    form = forms.DecisionForm.typed({"version": plan.version, "effective_on": local_day(desk.now)})
    return _decision_page(desk, case, form)


@room.post("/cases/<number>/plan/approval", needs=Permission.PLAN_APPROVE, again=approval)
def decide(desk: Desk, number: str) -> ResponseReturnValue:
    """Look once more, issue the decision, or give the plan back."""
    case = cases.case(desk, number, parts=_PARTS)
    form, do = forms.DecisionForm.typed(), request.form.get("do", "")
    if do == "back":
        return _decision_page(desk, case, form)
    form.checked()
    version = form.version.data or 0
    if form.decision.data == "return":
        if queries.current(desk, case) is None:
            actions.ask_for_plan(desk, case, reason=form.reason.data)
        else:
            said = forms.comments(request.form)
            actions.give_back(desk, case, version=version, reason=form.reason.data, comments=said)
        return redirect(url_for("cases.show", number=number), 303)
    issue = Issue(form.number.data, form.effective_on.data, request.form.getlist("sent_to"))
    if do != "issue":
        facts = actions.ready_to_approve(
            desk, case, version=version, issue=issue, explanations=explanations()
        )
        return page(
            "intervention/plan/confirm.html", **layout.confirming(desk, case, facts), typed=request.form
        )
    actions.approve(desk, case, version=version, issue=issue, explanations=explanations())
    return redirect(url_for("cases.show", number=number), 303)


@room.get("/cases/<number>/services", needs=Permission.PLAN_READ)
def services(desk: Desk, number: str) -> ResponseReturnValue:
    """The services diary: one entry on one screen, what was noted by week below."""
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.VisitForm.typed({"happened_on": local_day(desk.now), "form_id": str(uuid4())})
    done = request.args.get("done", "")
    return page("intervention/plan/services.html", **layout.diary(desk, case, form), done=done)


@room.post("/cases/<number>/services", needs=Permission.SERVICE_RECORD, again=services)
def note(desk: Desk, number: str) -> ResponseReturnValue:
    """Note one visit."""
    case = cases.case(desk, number)
    form = forms.VisitForm.typed()
    visit = form.checked()
    diary.note(
        desk,
        case,
        service=form.service.data or "",
        happened_on=form.happened_on.data,
        visit=visit,
        promise_on=form.promise_on.data,
        form_id=form.mark(),
    )
    return redirect(url_for("plan.services", number=number, done="noted"), 303)


@room.post("/cases/<number>/services/<uuid:entry_id>/kept", needs=Permission.SERVICE_RECORD)
def kept(desk: Desk, number: str, entry_id: UUID) -> ResponseReturnValue:
    """Say that a promise was kept."""
    diary.keep_promise(desk, cases.case(desk, number), entry_id=entry_id)
    return redirect(url_for("plan.services", number=number), 303)


@room.get("/cases/<number>/plan/delivery", needs=Permission.PLAN_READ)
def delivery_page(desk: Desk, number: str) -> ResponseReturnValue:
    """Who has the decision and the plan, who has not yet, and who knowingly does not get it."""
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.DeliveryForm.typed({"given_on": local_day(desk.now)})
    chosen = request.form.getlist("chosen") if request.method == "POST" else None
    confirming = forms.ConfirmForm.typed({"confirmed_on": local_day(desk.now)})
    return page(
        "intervention/plan/delivery.html",
        **after.delivery(desk, case, chosen),
        form=form,
        confirming=confirming,
        confirmed_id=request.form.get("delivery", ""),
    )


@room.post("/cases/<number>/plan/delivery", needs=Permission.PLAN_DRAFT, again=delivery_page)
def deliver(desk: Desk, number: str) -> ResponseReturnValue:
    """Write down one delivery, to one or to several at once."""
    case = cases.case(desk, number)
    told = forms.DeliveryForm.typed().checked()
    delivery.deliver(desk, case, chosen=request.form.getlist("chosen"), **told)
    return redirect(url_for("plan.delivery_page", number=number), 303)


@room.post(
    "/cases/<number>/plan/delivery/<uuid:delivery_id>/confirmation",
    needs=Permission.PLAN_DRAFT,
    again=lambda desk, number, delivery_id: delivery_page(desk, number=number),
)
def confirm_delivery(desk: Desk, number: str, delivery_id: UUID) -> ResponseReturnValue:
    """Write down that it arrived."""
    case = cases.case(desk, number)
    form = forms.ConfirmForm.typed()
    form.check()
    delivery.confirm(desk, case, delivery_id=delivery_id, on=form.confirmed_on.data, who=form.who.data)
    return redirect(url_for("plan.delivery_page", number=number), 303)


@room.get("/cases/<number>/safe-contact", needs=Permission.PLAN_READ)
def safe_contact(desk: Desk, number: str) -> ResponseReturnValue:
    """Who may be called for the child, when and how, and who must not know."""
    case = cases.case(desk, number, parts=("card", "safe_contact"))
    form = forms.ContactForm.typed(forms.contact_filled(queries.safe_contact(desk, case)))
    return page("intervention/plan/contact.html", **after.contact(desk, case), form=form)


@room.post("/cases/<number>/safe-contact", needs=Permission.PLAN_DRAFT, again=safe_contact)
def keep_contact(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep the rules; what was written before stays."""
    case = cases.case(desk, number)
    delivery.keep_contact(desk, case, told=forms.ContactForm.typed().checked())
    return redirect(url_for("plan.safe_contact", number=number), 303)


def _as_it_stands(desk: Desk, case: "Case") -> Response:
    plan = queries.current(desk, case)
    if plan is None:
        return _none(desk, case)
    return page(
        "intervention/plan/show.html",
        **layout.shown(desk, case, plan),
        old=False,
        undelivered=[showing.receiver(one) for one in queries.undelivered(desk, plan)]
        if queries.stands(desk, plan)
        else [],
        next=_next_of(desk, case, plan.state),
    )


def _none(desk: Desk, case: "Case") -> Response:
    """There is no plan; a file from elsewhere may say that one waits, then the chair can ask for it."""
    waits = case.stage == Stage.APPROVING
    return page(
        "intervention/plan/none.html",
        **layout.frame(desk, case),
        versions=showing.version_lines(desk, queries.versions(desk, case)),
        waits=waits,
        may=waits and desk.actor.may(Permission.PLAN_APPROVE),
        form=forms.DecisionForm.typed(),
    )


def _builder(
    desk: Desk, case: "Case", form: forms.PlanForm | None = None, *, changing: bool = False
) -> Response:
    """The builder with its check list, what earlier stages found, and the other version if somebody saved first."""
    plan = queries.current(desk, case)
    if form is None:
        form = forms.PlanForm.typed(layout.beginning(desk, case, plan))
    clash = isinstance(g.objection, Conflict)
    if clash:
        go_on_from(form.version, plan.version if plan is not None else 0)
    return page(
        "intervention/plan/write.html",
        **layout.writing(desk, case, plan, form.content(), clash=clash),
        form=form,
        changing=changing,
        given=explanations(),
        badge=showing.badge(desk, case, PLAN) or showing.badge(desk, case, APPROVAL),
    )


def _decision_page(desk: Desk, case: "Case", form: forms.DecisionForm) -> Response:
    plan = queries.current(desk, case)
    if plan is None:
        raise NotFound
    waiting = plan.state == PlanState.HANDED_IN
    may = waiting and desk.actor.may(Permission.PLAN_APPROVE)
    if isinstance(g.objection, Conflict):
        go_on_from(form.version, plan.version)
    typed = {
        f"{one.row}-{one.field}" if one.field else one.row: one.text for one in forms.comments(request.form)
    }
    chosen = request.form.getlist("sent_to") if request.method == "POST" else None
    return page(
        "intervention/plan/approval.html",
        **layout.deciding(desk, case, plan, chosen),
        form=form,
        may=may,
        waiting=waiting,
        typed=typed,
        given=explanations(),
        badge=showing.badge(desk, case, APPROVAL),
    )


def _next_of(desk: Desk, case: "Case", state: str) -> tuple[str, str] | None:
    """What this person can do with the plan as it stands."""
    if state == PlanState.HANDED_IN:
        decides = desk.actor.may(Permission.PLAN_APPROVE)
        words = _("Look at it and decide") if decides else _("See what waits for the chair")
        return words, url_for("plan.approval", number=case.number)
    if (
        case.stage == Stage.CARRYING_OUT
        and desk.actor.may(Permission.PLAN_DRAFT)
        and queries.approved(desk, case)
    ):
        return _("Change the approved plan"), url_for("plan.change_page", number=case.number)
    return None
