"""Pages of handovers: those that wait, starting one, the one page that both sides read, and the wizard of mergers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.assessment import showing
from casemgr.cases import queries as cases
from casemgr.cases.actions import possible_holders
from casemgr.children import queries as children
from casemgr.core.calendar import day_start, local_day
from casemgr.core.text import clean_lines
from casemgr.core.words import _, language
from casemgr.handovers import actions, queries, rules
from casemgr.handovers.forms import AnswerForm, HandoverForm
from casemgr.handovers.terms import CONSEQUENCES, KINDS, OPEN, STATES, Kind, State
from casemgr.intake.commune import unit_names
from casemgr.intervention.plan import queries as plans
from casemgr.places import queries as places
from casemgr.places.terms import UnitFacts
from casemgr.web import duration, words
from casemgr.web.forms import explanations
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("handovers", __name__)

_RECENT = timedelta(days=30)
_SHOWN = 50


@room.get("/handovers", needs=Permission.HANDOVER_READ)
def inbox(desk: Desk) -> ResponseReturnValue:
    """What waits for this unit, what others have not answered, what was answered of late."""
    to_us, from_us = queries.to_us(desk), queries.from_us(desk)
    may_move = desk.actor.may(Permission.MERGER_MOVE)
    return page(
        "handovers/inbox.html",
        to_us=[_row(line, desk) for line in to_us],
        from_us=[_row(line, desk) for line in from_us],
        ended=[
            (row, row.letter.number if row.letter else "", STATES[State(row.state)])
            for row in queries.ended(desk, desk.now - _RECENT)
        ],
        unit_name=unit_names(desk),
        most=queries.SHOWN,
        answers=desk.actor.may(Permission.HANDOVER_ANSWER),
        merged=sum(row.count for row in queries.merged(desk)) if may_move else None,
    )


@room.get("/cases/<number>/handover", needs=Permission.HANDOVER_SEND)
def start(desk: Desk, number: str) -> ResponseReturnValue:
    """To whom and why; one page, sent with one button, and it can be taken back."""
    case = cases.case(desk, number, parts=("card", "known"))
    running = queries.open_of(desk, case)
    if running is not None and request.method == "GET":
        return redirect(url_for("handovers.show", handover_id=running.id), 303)
    form = HandoverForm.typed()
    offered = queries.suggestions(desk, case)
    typed = queries.destination(desk, form.unit.data or "")
    return page(
        "handovers/start.html",
        case=case,
        label=showing.case_label(case, children.child(desk, case.child_id).card),
        form=form,
        notes={kind.value: str(said) for kind, said in CONSEQUENCES.items()},
        offered=[(row.unit, KINDS[row.kind], _around(desk, row.unit)) for row in offered],
        typed=[(unit, _around(desk, unit)) for unit in _choices(typed)],
        unit_name=unit_names(desk),
        given=explanations(),
        past=queries.of_case(desk, case),
        states=STATES,
        basis=rules.RESIDENCE.cite(language()),
    )


@room.post("/cases/<number>/handover", needs=Permission.HANDOVER_SEND, again=start)
def send(desk: Desk, number: str) -> ResponseReturnValue:
    """Look for the commune, or send."""
    if request.form.get("go") == "find":
        return start(desk, number)
    case = cases.case(desk, number)
    form = HandoverForm.typed()
    form.check()
    offered = tuple(row.unit for row in queries.suggestions(desk, case))
    unit = form.meant(queries.destination(desk, form.unit.data or ""), offered)
    sent = actions.send(
        desk,
        case,
        kind=form.reason(),
        unit=unit,
        why=form.why.data,
        known_to=form.known_to.data,
        open_matters=form.open_matters.data,
        explanations=explanations(),
    )
    return redirect(url_for("handovers.show", handover_id=sent.id), 303)


@room.get("/handovers/<uuid:handover_id>", needs=Permission.HANDOVER_READ)
def show(desk: Desk, handover_id: UUID) -> ResponseReturnValue:
    """One page for both sides: danger, next clock, promises, who knows what, what is open."""
    found = queries.handover(desk, handover_id)
    case = queries.case_of(desk, found)
    is_open = State(found.state) in OPEN
    receives = is_open and queries.answering(desk, found, side=found.to_unit_id).ours
    sends = (
        is_open and queries.answering(desk, found, side=(case and case.unit_id) or found.from_unit_id).ours
    )
    may_answer = receives and desk.actor.may(Permission.HANDOVER_ANSWER)
    form = AnswerForm.typed()
    if may_answer and case is not None:
        form.ask("holder", _holders(desk, case, found.to_unit_id))
    return page(
        "handovers/show.html",
        handover=found,
        case=case,
        kind=KINDS[Kind(found.kind)],
        state=STATES[State(found.state)],
        is_open=is_open,
        label=_label(desk, case) if case is not None else "",
        along=_along(desk, case) if case is not None else None,
        names=cases.names(
            desk, [found.sent_by, found.seen_by, found.ended_by, case.holder_id if case else None]
        ),
        unit_name=unit_names(desk),
        form=form,
        may_answer=may_answer and case is not None,
        may_take_back=sends and desk.actor.may(Permission.HANDOVER_SEND),
        waits_for_other=sends and not receives,
    )


@room.post("/handovers/<uuid:handover_id>/seen", needs=Permission.HANDOVER_ANSWER, again=show)
def see(desk: Desk, handover_id: UUID) -> ResponseReturnValue:
    """The receiver has read it."""
    actions.see(desk, queries.handover(desk, handover_id))
    return redirect(url_for("handovers.show", handover_id=handover_id), 303)


@room.post("/handovers/<uuid:handover_id>/acceptance", needs=Permission.HANDOVER_ANSWER, again=show)
def accept(desk: Desk, handover_id: UUID) -> ResponseReturnValue:
    """The receiver is responsible from now on."""
    found = queries.handover(desk, handover_id)
    actions.accept(desk, found, holder_id=AnswerForm.typed().holder_id())
    number = found.letter.number if found.letter is not None else ""
    return redirect(url_for("cases.show", number=number, done="accepted"), 303)


@room.post("/handovers/<uuid:handover_id>/return", needs=Permission.HANDOVER_ANSWER, again=show)
def give_back(desk: Desk, handover_id: UUID) -> ResponseReturnValue:
    """The receiver says why it does not take the case."""
    form = AnswerForm.typed()
    form.check()
    actions.give_back(desk, queries.handover(desk, handover_id), reason=form.reason.data)
    return redirect(url_for("handovers.show", handover_id=handover_id), 303)


@room.post("/handovers/<uuid:handover_id>/taking-back", needs=Permission.HANDOVER_SEND, again=show)
def take_back(desk: Desk, handover_id: UUID) -> ResponseReturnValue:
    """The sender keeps the case after all."""
    reason = clean_lines(request.form.get("reason", ""), 4000)
    actions.take_back(desk, queries.handover(desk, handover_id), reason=reason or None)
    return redirect(url_for("handovers.show", handover_id=handover_id), 303)


@room.get("/handovers/merger", needs=Permission.MERGER_MOVE)
def merger(desk: Desk) -> ResponseReturnValue:
    """Units no longer in force that still have open cases: numbers and counts only."""
    found = queries.merged(desk)
    divided = [row for row in found if row.successor is None]
    shown = queries.open_cases_of(desk, [row.unit.id for row in divided], limit=_SHOWN)
    today = day_start(local_day(desk.now))
    desk.read("mergers opened", count=sum(row.count for row in found))
    return page(
        "handovers/merger.html",
        simple=[row for row in found if row.successor is not None],
        divided=[(row, [case for case in shown if case.unit_id == row.unit.id]) for row in divided],
        waiting=sum(row.count for row in found if row.successor is not None),
        moved=queries.moved_since(desk, today),
        day=lambda unit: duration.day_short(unit.valid_to) if unit.valid_to else "",
        typed=request.form,
        errors=request.method == "POST",
    )


@room.post("/handovers/merger", needs=Permission.MERGER_MOVE, again=merger)
def move(desk: Desk) -> ResponseReturnValue:
    """Move open cases to the successors; what is left is moved by pressing again."""
    actions.move_merged(desk)
    return redirect(url_for("handovers.merger"), 303)


@room.post("/handovers/merger/choices", needs=Permission.MERGER_MOVE, again=merger)
def choose(desk: Desk) -> ResponseReturnValue:
    """Move the cases of divided units for which a person has chosen."""
    chosen = {name.removeprefix("to-"): code for name, code in request.form.items() if name.startswith("to-")}
    actions.move_divided(desk, chosen=chosen)
    return redirect(url_for("handovers.merger"), 303)


def _row(line: queries.Line, desk: Desk) -> dict[str, Any]:
    return {
        "id": line.handover.id,
        "number": line.case.number,
        "kind": KINDS[Kind(line.handover.kind)],
        "state": STATES[State(line.handover.state)],
        "danger": bool(line.case.emergency),
        "sender": line.handover.from_unit_id,
        "receiver": line.handover.to_unit_id,
        "sent": words.moment(line.handover.sent_at),
        "badge": words.badge(line.clock, desk.now) if line.clock else words.no_clock_badge(line.case),
    }


def _choices(typed: queries.Destination) -> Sequence[UnitFacts]:
    return (typed.unit,) if typed.unit is not None else typed.candidates


def _around(desk: Desk, unit: UnitFacts) -> str:
    """The province in which a commune lies, to tell those of the same name apart."""
    province = places.atlas(desk).province_of(unit, places.today(desk))
    return province.name if province is not None else ""


def _holders(desk: Desk, case: Any, unit_id: int) -> list[tuple[str, str]]:
    receiver = queries.heir(desk, unit_id)
    found = possible_holders(desk, case, at=receiver.id if receiver is not None else unit_id)
    return [("", _("Nobody chosen yet")), *((str(account), name) for account, name in found)]


def _label(desk: Desk, case: Any) -> str:
    return showing.case_label(case, children.child(desk, case.child_id).card)


def _kept_out(found: queries.Along) -> list[str]:
    """Who must not be told: those to whom the plan was not sent, and those kept out by a decision, each once."""
    bans = (row.name or words.code_label("relations", row.relation) for row in found.withheld)
    names = [*(row.name for row in found.not_sent_to), *bans]
    return list(dict.fromkeys(name for name in names if name))


def _along(desk: Desk, case: Any) -> dict[str, Any]:
    """What goes along, in the words of the page."""
    found = queries.along(desk, case)
    today = local_day(desk.now)
    return {
        "by_carer": found.by_carer,
        "clocks": [(words.badge(row, desk.now), words.clock_title(row)) for row in found.clocks],
        "promises": [
            (
                duration.day_words(row.promise_on, today),
                plans.visit(row).promise or "",
                row.promise_on < today,
            )
            for row in found.promises
            if row.promise_on is not None
        ],
        "sent_to": [row.name for row in found.sent_to if row.name],
        "kept_out": _kept_out(found),
        "separated": found.separated,
        "not_begun": [
            (row.what or "", duration.day_words(row.since, today) if row.since else "")
            for row in found.not_begun
        ],
    }
