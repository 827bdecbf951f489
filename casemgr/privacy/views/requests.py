"""Pages: the register of requests, a new one, one with its clocks, and what is handed out."""

from datetime import date
from typing import TYPE_CHECKING

from flask import url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.children.rules import mark_of
from casemgr.children.terms import Precision
from casemgr.core.calendar import local_day
from casemgr.core.words import _, _l
from casemgr.lives import queries as lives
from casemgr.privacy import actions, extract, queries, showing
from casemgr.privacy.forms import (
    ANSWERS,
    FIELDS,
    RELATIONS,
    SIDES,
    TOLD,
    AnswerForm,
    CorrectionForm,
    ReasonForm,
    RequestForm,
)
from casemgr.privacy.terms import Answer, Asked, Relation, Replied, RequestState, Side
from casemgr.privacy.views.door import go_on, room
from casemgr.web.duration import day_short, moment_words, time_words
from casemgr.web.pages import page
from casemgr.web.words import code_label, date_words

if TYPE_CHECKING:
    from casemgr.privacy.models import DataRequest

ANSWERING = Permission.DATA_REQUEST
_TEXTS = {
    "description": _l("What the report tells"),
    "condition": _l("The child's condition"),
    "feared_consequences": _l("What was feared"),
    "actions_taken": _l("What was done at once"),
}


@room.get("/privacy/requests", needs=ANSWERING)
def requests(desk: Desk) -> ResponseReturnValue:
    """Requests that wait, the first due on top; those answered below."""
    waiting, answered = queries.requests(desk), queries.requests(desk, answered=True)
    desk.read("data requests listed", count=len(waiting) + len(answered))
    return page(
        "privacy/requests.html",
        waiting=[
            (row, _kind(row), showing.request_clocks(row, desk.now)[_first_open(row)].badge)
            for row in waiting
        ],
        answered=[
            (
                row,
                _kind(row),
                ANSWERS[Answer(row.answer)] if row.answer else "",
                moment_words(row.answered_at, desk.now),
            )
            for row in answered
            if row.answered_at is not None
        ],
        supervisor=actions.is_supervisor(desk),
    )


@room.get("/children/<mark>/data-request", needs=ANSWERING)
def new_request(desk: Desk, mark: str) -> ResponseReturnValue:
    """A request about this child's data."""
    lives.child_marked(desk, mark)
    form = RequestForm.typed({"received_on": local_day(desk.now)})
    return page("privacy/request_new.html", child_mark=mark, form=form)


@room.post("/children/<mark>/data-request", needs=ANSWERING, again=new_request)
def register(desk: Desk, mark: str) -> ResponseReturnValue:
    """Register it; the clocks run."""
    form = RequestForm.typed()
    form.check()
    row = actions.register(
        desk,
        child=lives.child_marked(desk, mark),
        asked=form.asked(),
        kind=form.kind.data or None,
        others_act=bool(form.others_act.data),
        received_at=form.received_at(),
    )
    desk.flush()
    return _shown(row)


@room.get("/privacy/requests/<request_number>", needs=ANSWERING)
def request_(desk: Desk, request_number: str) -> ResponseReturnValue:
    """One request: who asks, until when, what was answered."""
    row = queries.request(desk, request_number)
    asked, replied = row.asked or Asked("", None, ""), row.replied or Replied()
    names = cases.names(desk, [row.registered_by, row.answered_by])
    conflict = asked.conflict
    return page(
        "privacy/request.html",
        row=row,
        kind=_kind(row),
        asked=asked,
        relation=RELATIONS[asked.relation] if asked.relation else "",
        conflicts=[
            (_("Alleged to have harmed the child"), TOLD[conflict.alleged]),
            (_("Lives with somebody who is"), TOLD[conflict.lives_with]),
            (_("Kept apart from the child by a decision"), TOLD[conflict.kept_apart]),
        ],
        replied=replied,
        corrections=[
            (FIELDS.get(one.field, ""), _on_card(one.field, one.old), _on_card(one.field, one.new))
            for one in replied.corrections
        ],
        clocks=showing.request_clocks(row, desk.now),
        open_=row.state != RequestState.ANSWERED,
        late=row.state != RequestState.ANSWERED and desk.now > row.answer_by,
        answer=ANSWERS[Answer(row.answer)] if row.answer else "",
        answered=moment_words(row.answered_at, desk.now) if row.answered_at else "",
        registered_by=names.get(row.registered_by, "") if row.registered_by else "",
        answered_by=names.get(row.answered_by, "") if row.answered_by else "",
        may_answer=not row.conflict or actions.is_supervisor(desk),
        alone=asked.relation is Relation.SELF,
        child_mark=mark_of(row.child_id),
        answer_form=AnswerForm.typed(sent_to="privacy.answer"),
        correction_form=CorrectionForm.typed(sent_to="privacy.correct"),
        reason_form=ReasonForm.typed(sent_to="privacy.extend"),
    )


@room.post("/privacy/requests/<request_number>/acknowledge", needs=ANSWERING, again=request_)
def acknowledge(desk: Desk, request_number: str) -> ResponseReturnValue:
    """The person was told that it has come."""
    return _shown(actions.acknowledge(desk, queries.request(desk, request_number)))


@room.post("/privacy/requests/<request_number>/extend", needs=ANSWERING, again=request_)
def extend(desk: Desk, request_number: str) -> ResponseReturnValue:
    """Take the one extension."""
    form = ReasonForm.typed()
    form.check()
    row = queries.request(desk, request_number)
    return _shown(actions.extend(desk, row, reason=form.reason.data or ""))


@room.post("/privacy/requests/<request_number>/correct", needs=ANSWERING, again=request_)
def correct(desk: Desk, request_number: str) -> ResponseReturnValue:
    """Put one value of the child's card right."""
    form = CorrectionForm.typed()
    form.check()
    row = queries.request(desk, request_number)
    return _shown(actions.correct(desk, row, field=form.field.data or None, new=form.value()))


@room.post("/privacy/requests/<request_number>/answer", needs=ANSWERING, again=request_)
def answer(desk: Desk, request_number: str) -> ResponseReturnValue:
    """Answer it."""
    form = AnswerForm.typed()
    form.check()
    row = actions.answer(
        desk,
        queries.request(desk, request_number),
        answer=Answer(form.answer.data) if form.answer.data else None,
        reason=form.reason.data or "",
        done=form.done.data or "",
        evidence=form.evidence.data or "",
    )
    return _shown(row)


@room.post("/privacy/requests/<request_number>/extract", needs=ANSWERING, again=request_)
def hand_out(desk: Desk, request_number: str) -> ResponseReturnValue:
    """The child's data for whoever asked, to be printed: who printed it, when, under which number."""
    row = actions.hand_out(desk, queries.request(desk, request_number))
    found = extract.of_request(desk, row)
    return page(
        "privacy/extract.html",
        row=row,
        found=found,
        cases=[
            {
                "number": part.number,
                "received": day_short(local_day(part.received_at)) if part.received_at else "",
                "harms": [code_label("harms", code) for code in part.harms],
                "texts": [(_TEXTS[name], text) for name, text in part.texts],
                "measures": [code_label("emergency_measures", code) for code in part.measures],
            }
            for part in found.cases
        ],
        consents=[
            (
                showing.label("consent_purposes", one.purpose),
                SIDES[Side(one.side)],
                day_short(local_day(one.given_at)),
            )
            for one in found.consents
        ],
        printed=f"{time_words(desk.now)} {day_short(local_day(desk.now))}",
        by=desk.actor.name,
    )


def _shown(row: "DataRequest") -> ResponseReturnValue:
    return go_on(url_for("privacy.request_", request_number=row.number))


def _kind(row: "DataRequest") -> str:
    return showing.label("data_request_kinds", row.kind)


def _on_card(field: str, value: str) -> str:
    """A value of the card as people read it: kept are the day and the code."""
    if field == "birth" and value:
        return date_words(date.fromisoformat(value), Precision.DAY)
    return code_label("sexes", value) if field == "sex" else value


def _first_open(row: "DataRequest") -> int:
    return 0 if row.acknowledged_at is None else 1
