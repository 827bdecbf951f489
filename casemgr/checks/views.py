"""Pages of checks: what stands in the numbers of a unit, an explanation and its end, the cases that a rule picked out."""

from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.checks import actions, queries, showing
from casemgr.checks.catalogue import RULES
from casemgr.checks.forms import ExplainForm
from casemgr.checks.queries import Checked
from casemgr.core.errors import NotFound
from casemgr.core.words import language
from casemgr.indicators import choices
from casemgr.places import queries as places
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("checks", __name__)
READ, WRITE = Permission.RETURN_READ, Permission.RETURN_SIGN
_SHOWN = 200


@room.get("/checks", needs=READ)
def show(desk: Desk) -> ResponseReturnValue:
    """What has to be corrected or explained before the numbers can be handed in."""
    asked = showing.read(desk, request.values)
    checked = queries.findings(desk, asked.unit, asked.period, sent=asked.sent)
    desk.read("checks read", f"{checked.place.code} {asked.period.code}", count=len(checked.standing))
    may_write = desk.actor.may(WRITE) and queries.may_explain(desk, checked.place)
    forms = _forms(checked) if may_write else {}
    groups = {
        name: showing.lines(desk, some, asked, forms, may_open=desk.actor.may(Permission.CELL_OPEN))
        for name, some in (
            ("blocks", checked.blocks),
            ("to_explain", checked.to_explain),
            ("explained", checked.explained),
        )
    }
    return page(
        "checks/show.html",
        asked=asked,
        checked=checked,
        period=asked.period.label(language()),
        may_write=may_write,
        beneath=showing.beneath(desk, checked, asked),
        unread=showing.unread(checked),
        choices=choices.units(desk, asked.unit, asked.period.last),
        periods=choices.periods(places.today(desk), asked.period),
        **groups,
    )


@room.post("/checks/explain", needs=WRITE, again=show)
def explain(desk: Desk) -> ResponseReturnValue:
    """Say why one finding stands although nothing is wrong."""
    asked, rule = showing.read(desk, request.form), _rule()
    form = ExplainForm.typed(prefix=rule)
    form.check()
    actions.explain(
        desk,
        asked.unit,
        asked.period,
        rule,
        key=form.key.data or "",
        text=form.text.data or "",
        sent=asked.sent,
    )
    return redirect(asked.address(), 303)


@room.post(
    "/checks/<uuid:explanation_id>/withdraw", needs=WRITE, again=lambda desk, explanation_id: show(desk)
)
def withdraw(desk: Desk, explanation_id: UUID) -> ResponseReturnValue:
    """Take an explanation back."""
    asked = showing.read(desk, request.form)
    actions.withdraw(desk, queries.explanation(desk, explanation_id))
    return redirect(asked.address(), 303)


@room.get("/checks/cases", needs=Permission.CELL_OPEN)
def cases(desk: Desk) -> ResponseReturnValue:
    """The numbers of the cases that a rule picked out, as far as this person may see them."""
    asked, rule = showing.read(desk, request.args), RULES.get(request.args.get("rule", ""))
    if rule is None:
        raise NotFound
    place = queries.place_of(desk, asked.unit, asked.period)
    count, numbers = queries.case_numbers(desk, place, asked.period, rule.id)
    desk.read("checked cases opened", f"{rule.id} {place.code} {asked.period.code}", count=len(numbers))
    return page(
        "checks/cases.html",
        asked=asked,
        place=place,
        period=asked.period.label(language()),
        rule=rule,
        count=count,
        numbers=numbers[:_SHOWN],
        seen=len(numbers),
        most=_SHOWN,
    )


def _rule() -> str:
    told = request.form.get("rule", "")
    if told not in RULES:
        raise NotFound
    return told


def _forms(checked: Checked) -> dict[str, ExplainForm]:
    """One form for each finding that can be explained; what was typed stands in the one it was typed into."""
    forms = {}
    for one in checked.to_explain:
        rule = one.finding.rule.id
        form = ExplainForm.typed({"key": one.finding.key}, prefix=rule)
        form.key.data = one.finding.key
        forms[rule] = form
    return forms
