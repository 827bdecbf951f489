"""Pages: the register of incidents, the first alarm, one incident with its clocks, its record on paper."""

from typing import TYPE_CHECKING

from flask import request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import LOCAL, local_day
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.words import _
from casemgr.privacy import queries, showing, writing
from casemgr.privacy.forms import AlarmForm, CountForm, ReasonForm, RecordForm, ToldForm
from casemgr.privacy.terms import Happened, Span
from casemgr.privacy.views.door import go_on, room
from casemgr.web.duration import day_short, moment_words, time_words
from casemgr.web.pages import page

if TYPE_CHECKING:
    from casemgr.privacy.models import DataIncident

REPORTING, MANAGING = Permission.INCIDENT_REPORT, Permission.INCIDENT_MANAGE


@room.get("/privacy/incidents", needs=REPORTING)
def incidents(desk: Desk) -> ResponseReturnValue:
    """Every incident one may see, those open first with their nearest clock."""
    rows = queries.incidents(desk)
    desk.read("data incidents listed", count=len(rows))
    return page(
        "privacy/incidents.html",
        open_ones=[(row, _kind(row), _next(row, desk)) for row in rows if row.closed_at is None],
        closed=[(row, _kind(row), moment_words(row.closed_at, desk.now)) for row in rows if row.closed_at],
    )


@room.get("/privacy/incidents/new", needs=REPORTING)
def alarm(desk: Desk) -> ResponseReturnValue:
    """The first alarm."""
    now = desk.now.astimezone(LOCAL)
    form = AlarmForm.typed(
        {"detected_on": now.date(), "detected_time": now.time(), "kind": request.args.get("kind")}
    )
    return page("privacy/alarm.html", form=form)


@room.post("/privacy/incidents/new", needs=REPORTING, again=alarm)
def raise_alarm(desk: Desk) -> ResponseReturnValue:
    """Open the incident; its clocks run from the minute of the alarm."""
    form = AlarmForm.typed()
    form.check()
    row = writing.open_incident(
        desk,
        happened=Happened(act=form.act.data or ""),
        kind=form.kind.data or None,
        detected_at=form.detected_at(),
        cyber=bool(form.cyber.data),
        serious=bool(form.serious.data),
    )
    return _shown(row)


@room.get("/privacy/incidents/<incident_number>", needs=REPORTING)
def incident(desk: Desk, incident_number: str) -> ResponseReturnValue:
    """One incident: what runs out when, what is known, what is still to do."""
    row = queries.incident(desk, incident_number)
    happened = row.happened or Happened()
    prefill = {**vars(happened), "cyber": row.cyber, "serious": row.serious, "version": row.version}
    may_manage = desk.actor.may(MANAGING) and row.closed_at is None
    return page(
        "privacy/incident.html",
        row=row,
        kind=_kind(row),
        happened=happened,
        detected=_minute(row.detected_at),
        opened_by=showing.name_of(desk, row.opened_by),
        clocks=showing.incident_clocks(row, desk.now),
        may_manage=may_manage,
        may_print=desk.actor.may(MANAGING),
        closed=moment_words(row.closed_at, desk.now) if row.closed_at else "",
        form=RecordForm.typed(prefill, sent_to="privacy.write"),
        told_form=ToldForm.typed(sent_to="privacy.tell"),
        count_form=CountForm.typed(sent_to="privacy.count"),
        reason_form=ReasonForm.typed(sent_to="privacy.close"),
    )


@room.post("/privacy/incidents/<incident_number>", needs=MANAGING, again=incident)
def write(desk: Desk, incident_number: str) -> ResponseReturnValue:
    """Write what is known now."""
    form = RecordForm.typed()
    form.check()
    row = writing.write_record(
        desk,
        queries.incident(desk, incident_number),
        happened=form.happened(),
        cyber=bool(form.cyber.data),
        serious=bool(form.serious.data),
        version=form.version.data or 0,
    )
    return _shown(row)


@room.post("/privacy/incidents/<incident_number>/told", needs=MANAGING, again=incident)
def tell(desk: Desk, incident_number: str) -> ResponseReturnValue:
    """Write down when an authority was told."""
    form = ToldForm.typed()
    form.check()
    row = queries.incident(desk, incident_number)
    return _shown(writing.tell(desk, row, whom=form.whom.data or "", at=form.at()))


@room.post("/privacy/incidents/<incident_number>/count", needs=MANAGING, again=incident)
def count(desk: Desk, incident_number: str) -> ResponseReturnValue:
    """Count in the access log what a member of staff saw; the record keeps the numbers."""
    form = CountForm.typed()
    form.check()
    since, until = form.span()
    errors = {
        name: [_("Write the day and the minute.")]
        for name, instant in (("since_on", since), ("until_on", until))
        if instant is None
    }
    try:
        account = queries.account_called(desk, form.username.data or "")
    except NotFound:
        raise Invalid({"username": [_("Nobody has this sign-in name.")], **errors}) from None
    if errors or since is None or until is None:
        raise Invalid(errors)
    row = queries.incident(desk, incident_number)
    writing.count(desk, row, actor=f"account:{account.id}", span=Span(since, until))
    return _shown(row)


@room.post("/privacy/incidents/<incident_number>/close", needs=MANAGING, again=incident)
def close(desk: Desk, incident_number: str) -> ResponseReturnValue:
    """End it."""
    form = ReasonForm.typed()
    form.check()
    row = queries.incident(desk, incident_number)
    return _shown(writing.close(desk, row, reason=form.reason.data or ""))


@room.get("/privacy/incidents/<incident_number>/record", needs=MANAGING)
def record(desk: Desk, incident_number: str) -> ResponseReturnValue:
    """The record of the incident (biên bản), to be printed and signed."""
    row = queries.incident(desk, incident_number)
    return page(
        "privacy/record.html",
        row=row,
        kind=_kind(row),
        happened=row.happened or Happened(),
        detected=_minute(row.detected_at),
        clocks=showing.incident_clocks(row, desk.now),
        told_at=_minute(row.authority_told_at) if row.authority_told_at else "",
        printed=_minute(desk.now),
        by=desk.actor.name,
    )


def _shown(row: "DataIncident") -> ResponseReturnValue:
    return go_on(url_for("privacy.incident", incident_number=row.number))


def _kind(row: "DataIncident") -> str:
    return showing.label("data_incident_kinds", row.kind)


def _next(row: "DataIncident", desk: Desk) -> object:
    clocks = showing.incident_clocks(row, desk.now)
    running = [one for one in clocks if one.badge.state != "done"]
    return (running or clocks)[0].badge


def _minute(instant: object) -> str:
    return f"{time_words(instant)} {day_short(local_day(instant))}"  # type: ignore[arg-type]
