"""Page of the emergency: the clock, the tasks to tick, what was done already."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.assessment import showing
from casemgr.cases import queries as cases
from casemgr.cases.terms import Stage
from casemgr.children import queries as children
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid
from casemgr.core.words import _, language
from casemgr.intervention.emergency import actions, queries, rules
from casemgr.intervention.emergency.forms import Line, MeasuresForm
from casemgr.intervention.emergency.views.door import room
from casemgr.law.vocabulary import Code, vocabulary
from casemgr.web import words
from casemgr.web.duration import day_short, moment_words
from casemgr.web.forms import explanations
from casemgr.web.pages import page

_DAYS_BACK = 31
_FIRST = ("task", True)  # what Điều 31 asks of the officer stands open, the rest is folded
_ALSO_FIRST = frozenset({"safe_shelter"})


@room.get("/cases/<number>/emergency", needs=Permission.CASE_READ)
def show(desk: Desk, number: str) -> ResponseReturnValue:
    """What is to be done within the twelve hours, and what was done."""
    case = cases.case(desk, number, parts=("card", "content"))
    stage = Stage(case.stage)
    form = MeasuresForm.typed()
    days = _days(case.received_at, desk.now)
    form.tasks.read(_codes(desk), days)
    rows = queries.measures(desk, case)
    names = cases.names(desk, [row.recorded_by for row in rows])
    clock = queries.clock(desk, case)
    return page(
        "intervention/emergency/emergency.html",
        case=case,
        label=showing.case_label(case, children.child(desk, case.child_id).card),
        clock_badge=words.badge(clock, desk.now) if clock is not None else None,
        clock_runs=clock is not None and clock.stopped_at is None,
        basis=rules.TWELVE_HOURS.cite(language()),
        form=form,
        lines={code.code: form.tasks.data.get(code.code, Line()) for code in _codes(desk)},
        wrong=form.tasks.wrong,
        first=[code for code in _codes(desk) if _is_first(code)],
        further=[code for code in _codes(desk) if not _is_first(code)],
        days=[(day.isoformat(), _day_words(day, desk.now)) for day in days],
        today=local_day(desk.now).isoformat(),
        taken=[
            _shown(row, names.get(row.recorded_by, "") if row.recorded_by else "", desk.now)
            for row in rows
            if row.content is not None
        ],
        may_write=desk.actor.may(Permission.EMERGENCY_RECORD) and rules.may_be_written(stage),
        may_confirm=stage is Stage.PROTECTING and bool(queries.against_this_danger(desk, case, rows)),
        given=explanations(),
    )


@room.post("/cases/<number>/emergency", needs=Permission.EMERGENCY_RECORD, again=show)
def record(desk: Desk, number: str) -> ResponseReturnValue:
    """Write down what was done. The first measure stops the clock."""
    case = cases.case(desk, number)
    form = MeasuresForm.typed()
    measures = (
        ()
        if request.form.get("go") == "enough"
        else form.tasks.read(_codes(desk), _days(case.received_at, desk.now))
    )
    if not form.validate():
        raise Invalid({f"task-{code}": [said] for code, said in form.tasks.wrong.items()})
    actions.record_measures(desk, case, measures=measures, explanations=explanations())
    return redirect(url_for("cases.show", number=number), 303)


def _codes(desk: Desk) -> Sequence[Code]:
    """The measures the law knows today."""
    return vocabulary("emergency_measures").on(local_day(desk.now))


def _is_first(code: Code) -> bool:
    return code.attributes.get(_FIRST[0]) is _FIRST[1] or code.code in _ALSO_FIRST


def _days(received_at: datetime, now: datetime) -> list[date]:
    """The days on which a measure can have been taken, today first."""
    today, first = local_day(now), local_day(received_at)
    count = min((today - first).days, _DAYS_BACK)
    return [today - timedelta(days=back) for back in range(count + 1)]


def _day_words(day: date, now: datetime) -> str:
    today = local_day(now)
    named = {0: _("today"), 1: _("yesterday")}.get((today - day).days)
    return f"{named}, {day_short(day, today)}" if named else day_short(day, today)


def _shown(row: Any, recorded_by: str, now: datetime) -> dict[str, Any]:
    content = row.content
    done_by = ", ".join(text for text in (content.who, content.agency) if text)
    return {
        "when": moment_words(row.at, now),
        "iso": row.at.isoformat(),
        "what": vocabulary("emergency_measures").label(content.code, language()),
        "who": done_by,
        "note": content.note or "",
        "recorded": _(
            "recorded %(moment)s by %(name)s", moment=moment_words(row.recorded_at, now), name=recorded_by
        ),
    }
