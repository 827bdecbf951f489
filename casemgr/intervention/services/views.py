"""Pages of services asked of providers: what was asked for a child, asking, and the provider's own list."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.deciding import may_act
from casemgr.children import queries as children
from casemgr.children.terms import Card
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.words import _, language
from casemgr.intervention.plan import layout
from casemgr.intervention.plan import queries as plans
from casemgr.intervention.plan.after import contact_shown
from casemgr.intervention.services import actions, queries, rules, showing
from casemgr.intervention.services.forms import HOTLINE, AnswerForm, AskForm, WithdrawForm
from casemgr.intervention.services.terms import EMERGENCY, Asked
from casemgr.places import queries as places
from casemgr.providers import queries as directory
from casemgr.providers import showing as listed
from casemgr.providers.terms import Fit
from casemgr.web.forms import explanations
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("services", __name__)
_PARTS = ("card", "services")


@room.get("/cases/<number>/services/asked", needs=Permission.PLAN_READ)
def asked(desk: Desk, number: str) -> ResponseReturnValue:
    """What was asked of providers for this child, and what they answered."""
    case = cases.case(desk, number, parts=_PARTS)
    plan = plans.approved(desk, case)
    rows = queries.requests(desk, case)
    running = {row.service_key for row in rows if row.state not in ("refused", "withdrawn")}
    services = plan.content.services if plan is not None and plan.content is not None else ()
    return page(
        "intervention/services/asked.html",
        **layout.frame(desk, case),
        lines=showing.request_lines(desk, rows),
        open_services=[row for row in services if row.key not in running],
        may=desk.actor.may(Permission.SERVICE_ASK) and may_act(desk, case),
        form=AnswerForm.typed({"on": local_day(desk.now)}),
        withdrawing=WithdrawForm.typed(),
        contact=contact_shown(plans.safe_contact(desk, case)),
        basis=rules.CONNECTED.cite(language()),
    )


@room.get("/cases/<number>/services/<service>/ask", needs=Permission.SERVICE_ASK)
def ask_page(desk: Desk, number: str, service: str) -> ResponseReturnValue:
    """Ask a provider for one service: whom, what, and what it may know."""
    case = cases.case(desk, number, parts=_PARTS)
    row = queries.service_of(desk, case, service)
    if row is None and service != EMERGENCY:
        raise NotFound
    known = {"pass_age": True, "pass_contact": True, "since": local_day(desk.now)}
    if row is not None:
        known |= {"what": row.what, "kind": row.kind, "until": row.until}
        known["since"] = max(row.since, local_day(desk.now)) if row.since is not None else known["since"]
    return _ask_page(desk, case, service, AskForm.typed(known))


@room.post("/cases/<number>/services/<service>/ask", needs=Permission.SERVICE_ASK, again=ask_page)
def ask(desk: Desk, number: str, service: str) -> ResponseReturnValue:
    """Look once more at what will be passed on, then ask."""
    case = cases.case(desk, number, parts=_PARTS)
    form, do = AskForm.typed(), request.form.get("do", "")
    if do in ("back", "weigh"):
        return _ask_page(desk, case, service, form)
    form.check()
    told = _asked(desk, case, form)
    choice: dict[str, Any] = {
        "service": service,
        "asked": told,
        "channel": form.channel,
        "provider_id": form.provider_id,
    }
    if do != "ask":
        actions.findings(desk, case, **choice).settle(explanations())
        return _confirm_page(desk, case, service, form, told)
    actions.ask(desk, case, **choice, explanations=explanations())
    return redirect(url_for("services.asked", number=number), 303)


@room.post(
    "/cases/<number>/services/asked/<uuid:request_id>/answer",
    needs=Permission.SERVICE_ASK,
    again=lambda desk, number, request_id: asked(desk, number=number),
)
def tell(desk: Desk, number: str, request_id: UUID) -> ResponseReturnValue:
    """Write down what the provider answered by telephone or letter."""
    case = cases.case(desk, number)
    actions.tell(desk, case, request_id=request_id, **AnswerForm.typed().checked())
    return redirect(url_for("services.asked", number=number), 303)


@room.post(
    "/cases/<number>/services/asked/<uuid:request_id>/withdrawal",
    needs=Permission.SERVICE_ASK,
    again=lambda desk, number, request_id: asked(desk, number=number),
)
def withdraw(desk: Desk, number: str, request_id: UUID) -> ResponseReturnValue:
    """Take a request back."""
    case = cases.case(desk, number)
    form = WithdrawForm.typed()
    form.check()
    actions.withdraw(desk, case, request_id=request_id, reason=form.withdraw_reason.data)
    return redirect(url_for("services.asked", number=number), 303)


@room.post("/cases/<number>/services/answers/<uuid:answer_id>/seen", needs=Permission.SERVICE_ASK)
def see(desk: Desk, number: str, answer_id: UUID) -> ResponseReturnValue:
    """Put an answer on the timeline: somebody of the case has seen it."""
    actions.see(desk, cases.case(desk, number), answer_id=answer_id)
    return redirect(url_for("services.asked", number=number), 303)


@room.get("/assignments", needs=Permission.SERVICE_ANSWER)
def assignments(desk: Desk) -> ResponseReturnValue:
    """What is asked of the providers for which this person acts."""
    lines = [showing.assignment(desk, row) for row in queries.assignments(desk)]
    return page(
        "intervention/services/assignments.html",
        waiting=[line for line in lines if line["open"]],
        over=[line for line in lines if not line["open"]],
        most=queries.MOST,
        acts=bool(directory.mine(desk)),
    )


@room.get("/assignments/<uuid:request_id>", needs=Permission.SERVICE_ANSWER)
def assignment(desk: Desk, request_id: UUID) -> ResponseReturnValue:
    """One thing that is asked, with what one has to know, and the answer."""
    row = queries.assignment(desk, request_id)
    return page(
        "intervention/services/assignment.html",
        line=showing.assignment(desk, row),
        form=AnswerForm.typed({"on": local_day(desk.now)}),
        basis=rules.SECRET.cite(language()),
    )


@room.post("/assignments/<uuid:request_id>", needs=Permission.SERVICE_ANSWER, again=assignment)
def answer(desk: Desk, request_id: UUID) -> ResponseReturnValue:
    """The provider answers."""
    row = queries.assignment(desk, request_id)
    actions.answer(desk, row, **AnswerForm.typed().checked())
    return redirect(url_for("services.assignment", request_id=request_id), 303)


def _card(desk: Desk, case: Any) -> Card:
    return children.child(desk, case.child_id).card or Card()


def _asked(desk: Desk, case: Any, form: AskForm) -> Asked:
    """What will be asked and passed on, as it was typed and ticked."""
    card = _card(desk, case)
    unit = places.atlas(desk).unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    return Asked(
        form.what.data or "",
        form.kind.data,
        form.since.data,
        form.until.data,
        showing.passing(card, queries.age(desk, card), plans.safe_contact(desk, case), form),
        unit=unit.name if unit is not None else None,
        call_back=form.call_back.data,
    )


def _ask_page(desk: Desk, case: Any, service: str, form: AskForm) -> Response:
    card = _card(desk, case)
    found = directory.who_can(desk, queries.wanted(desk, case, form.kind.data), case.unit_id)
    areas = directory.areas(desk, [one.version_id for one in found])
    choices = [
        {
            "id": str(one.id),
            "name": one.listing.name,
            "facts": "; ".join(
                (
                    listed.services(one.listing),
                    listed.takes(one.listing),
                    listed.hours(one.listing.hours),
                    listed.serves(areas.get(one.version_id, ()), nation=one.nation),
                )
            ),
            "fit": one.verdict.fit,
            "why": [str(said) for said in one.verdict.why],
            "chosen": form.provider.data == str(one.id),
        }
        for one in found
    ]
    contact = plans.safe_contact(desk, case)
    full = plans.background(desk, case)
    return page(
        "intervention/services/ask.html",
        **layout.frame(desk, case),
        service=service,
        emergency=service == EMERGENCY,
        form=form,
        fitting=[one for one in choices if one["fit"] is not Fit.NO],
        others=[one for one in choices if one["fit"] is Fit.NO],
        hotline=form.provider.data == HOTLINE,
        child=showing.child_in_short(card, queries.age(desk, card)),
        known_needs=full.needs or "",
        contact=contact_shown(contact),
        given=explanations(),
        basis=rules.HOTLINE.cite(language()),
    )


def _confirm_page(desk: Desk, case: Any, service: str, form: AskForm, told: Asked) -> Response:
    whom = _("Hotline 111")
    if form.provider_id is not None:
        whom = directory.named(desk, [form.provider_id]).get(form.provider_id, "")
    return page(
        "intervention/services/confirm.html",
        **layout.frame(desk, case),
        service=service,
        whom=whom,
        told=told,
        span=showing.span(told.since, told.until, local_day(desk.now)),
        kind=showing.kind(told.kind, desk),
        facts=showing.passed_on(told.passed),
        by_hotline=form.provider.data == HOTLINE,
        typed=request.form,
    )
