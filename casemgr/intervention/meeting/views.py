"""Pages of verification and meeting. They ask, call one action, answer."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import MEETING
from casemgr.cases.deciding import may_act
from casemgr.cases.terms import Stage
from casemgr.core.calendar import local_day, local_minute
from casemgr.core.errors import Conflict, Invalid
from casemgr.core.words import language
from casemgr.intervention.meeting import actions, forms, queries, rules, showing
from casemgr.intervention.meeting.terms import Content
from casemgr.web import words
from casemgr.web.forms import explanations, go_on_from
from casemgr.web.pages import page
from casemgr.web.room import Room

if TYPE_CHECKING:
    from casemgr.cases.models import Case

room = Room("meeting", __name__)

_PARTS = ("card", "meeting")


@room.get("/cases/<number>/meeting", needs=Permission.CASE_READ)
def show(desk: Desk, number: str) -> ResponseReturnValue:
    """Every meeting of the case, and the minutes that are being written."""
    case = cases.case(desk, number, parts=_PARTS)
    draft = queries.draft(desk, case)
    running = next((one for one in cases.clocks(desk, case) if one.clock == MEETING), None)
    rows = [queries.of_number(desk, case, one.number) for one in queries.meetings(desk, case)]
    return page(
        "intervention/meeting/meetings.html",
        **showing.frame(desk, case),
        meetings=[[showing.shown(desk, row) for row in versions] for versions in rows],
        draft=draft,
        badge=words.badge(running, desk.now) if running is not None and running.stopped_at is None else None,
        basis=rules.MEETING.cite(language()),
        may=desk.actor.may(Permission.MEETING_RECORD)
        and may_act(desk, case)
        and rules.may_meet(Stage(case.stage)),
        may_correct=desk.actor.may(Permission.MEETING_RECORD)
        and may_act(desk, case)
        and case.stage != Stage.CLOSED,
    )


@room.get("/cases/<number>/meeting/draft", needs=Permission.MEETING_RECORD)
def draft(desk: Desk, number: str) -> ResponseReturnValue:
    """The minutes, to be written and concluded."""
    case = cases.case(desk, number, parts=_PARTS)
    return _form_page(desk, case, _draft_form(desk, case))


@room.post("/cases/<number>/meeting/draft", needs=Permission.MEETING_RECORD, again=draft)
def write(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep the minutes, conclude them, or make room for one more person."""
    case = cases.case(desk, number, parts=_PARTS)
    form, do = forms.MeetingForm.typed(), request.form.get("do", "")
    if do == "add":
        form.add()
        return _form_page(desk, case, form)
    _check(form)
    typed: dict[str, Any] = {
        "content": form.content(),
        "held_at": form.held_at(),
        "version": form.version.data or 0,
    }
    if do == "conclude":
        actions.conclude(desk, case, **typed, explanations=explanations())
    else:
        actions.save(desk, case, **typed)
    return redirect(url_for("meeting.show", number=number), 303)


@room.get("/cases/<number>/meeting/<int:which>/correction", needs=Permission.MEETING_RECORD)
def correction(desk: Desk, number: str, which: int) -> ResponseReturnValue:
    """Concluded minutes, open to be put right."""
    case = cases.case(desk, number, parts=_PARTS)
    row = queries.of_number(desk, case, which)[0]
    held_at = row.held_at or desk.now
    known = {**forms.filled(row.content or Content()), "version": row.version}
    form = forms.CorrectionForm.typed(
        {**known, "held_on": local_day(held_at), "held_time": local_minute(held_at)}
    )
    if isinstance(g.objection, Conflict):
        go_on_from(form.version, row.version)
    return _form_page(desk, case, form, correcting=True)


@room.post(
    "/cases/<number>/meeting/<int:which>/correction", needs=Permission.MEETING_RECORD, again=correction
)
def correct(desk: Desk, number: str, which: int) -> ResponseReturnValue:
    """Put the minutes right; both versions stay."""
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.CorrectionForm.typed()
    if request.form.get("do") == "add":
        form.add()
        return _form_page(desk, case, form, correcting=True)
    _check(form)
    actions.correct(
        desk,
        case,
        number=which,
        content=replace(form.content(), why_corrected=form.why_corrected.data),
        held_at=form.held_at(),
        version=form.version.data or 0,
        explanations=explanations(),
    )
    return redirect(url_for("meeting.show", number=number), 303)


@room.get("/cases/<number>/verification", needs=Permission.CASE_READ)
def verification(desk: Desk, number: str) -> ResponseReturnValue:
    """What was checked of what was told, and one more entry."""
    case = cases.case(desk, number, parts=("card", "verification"))
    form = forms.VerificationForm.typed(
        {"form_id": str(uuid4()), "checked_on": local_day(desk.now), "checked_time": local_minute(desk.now)}
    )
    return page(
        "intervention/meeting/verification.html",
        **showing.frame(desk, case),
        entries=showing.checked(desk, queries.verifications(desk, case)),
        form=form,
        basis=rules.VERIFYING.cite(language()),
        may=desk.actor.may(Permission.CASE_NOTE),
    )


@room.post("/cases/<number>/verification", needs=Permission.CASE_NOTE, again=verification)
def verify(desk: Desk, number: str) -> ResponseReturnValue:
    """Write down one thing that was checked."""
    case = cases.case(desk, number)
    form = forms.VerificationForm.typed()
    form.check()
    actions.verify(desk, case, check=form.check_made(), checked_at=form.checked_at(), form_id=form.mark())
    return redirect(url_for("meeting.verification", number=number), 303)


def _draft_form(desk: Desk, case: "Case") -> forms.MeetingForm:
    row = queries.draft(desk, case)
    if row is None:
        return forms.MeetingForm.typed({**showing.beginning(desk, case), "version": 0})
    known: dict[str, Any] = {**forms.filled(row.content or Content()), "version": row.version}
    if row.held_at is not None:
        known |= {"held_on": local_day(row.held_at), "held_time": local_minute(row.held_at)}
    form = forms.MeetingForm.typed(known)
    if isinstance(g.objection, Conflict):
        go_on_from(form.version, row.version)
    return form


def _form_page(
    desk: Desk, case: "Case", form: forms.MeetingForm, *, correcting: bool = False
) -> ResponseReturnValue:
    wishes = queries.wishes(desk, case)
    return page(
        "intervention/meeting/write.html",
        **showing.frame(desk, case),
        form=form,
        correcting=correcting,
        kept_out=showing.kept_out(desk, case),
        out_of_meeting=[
            (one.ban.name or "", one.ban.ground) for one in queries.facts(desk, case, Content(), None).from_meeting
        ],
        taken="03" if wishes and form.child_words.data == wishes else "",
        basis=rules.MEETING.cite(language()),
        given=explanations(),
    )  # fmt: skip


def _check(form: forms.MeetingForm) -> None:
    """Go on only when everything typed can be read; the errors name each field, also those in a row."""
    if form.validate():
        return
    wrong = {
        field.id: [str(one) for one in field.errors]
        for field in form
        if field.errors and field is not form.people
    }
    for entry in form.people.entries:
        wrong |= {one.id: [str(said) for said in one.errors] for one in entry.form if one.errors}
    raise Invalid(wrong)  # fmt: skip
