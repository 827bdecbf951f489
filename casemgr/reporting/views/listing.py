"""What waits for a person, what was published, and which units below have reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.core.calendar import local_day
from casemgr.core.periods import Period
from casemgr.core.words import _, language
from casemgr.dossier import day
from casemgr.indicators.terms import BELOW, Level
from casemgr.places import queries as places
from casemgr.reporting import queries, rules, schedules, showing
from casemgr.reporting.terms import REPORTED, STATES, Reported, State, Wanted
from casemgr.reporting.views.door import ONE, READ, address, how_sure, room
from casemgr.web import charts
from casemgr.web.charts import Bar, Tone
from casemgr.web.pages import page

if TYPE_CHECKING:
    from casemgr.reporting.models import Return

_TONES = {Reported.SILENT: Tone.UNKNOWN, Reported.AWAITED: Tone.LIGHT, Reported.LATE: Tone.MID}
_KINDS = {Reported.ON_TIME: "green", Reported.NIL: "green", Reported.LATE: "amber", Reported.SILENT: "amber"}
_ORDER = (Reported.SILENT, Reported.AWAITED, Reported.LATE, Reported.NIL, Reported.ON_TIME)


@day.also
def to_sign_soon(desk: Desk) -> Sequence[day.Waiting]:
    """Returns of one's own unit, on the first page while the day is near."""
    today = local_day(desk.now)
    return [
        day.Waiting(showing.title(one), showing.due_words(one.due_on, today), address(one))
        for one in queries.near(desk)
    ]


@room.get("/reporting", needs=READ)
def index(desk: Desk) -> ResponseReturnValue:
    """What is to be signed, approved, published; what one's own unit has reported; what was published."""
    unit = queries.own_unit(desk)
    waiting = queries.to_sign(desk)
    owed = queries.owed_by(desk, unit)
    return page(
        "reporting/index.html",
        to_sign=[_line(desk, one, row) for one, row in waiting],
        to_approve=[_stored(desk, row) for row in queries.waiting_for_approval(desk)],
        to_publish=[_stored(desk, row) for row in queries.to_publish(desk)],
        others=[
            _line(desk, one, queries.stored(desk, one))
            for one in owed
            if one.period not in {first.period for first, _row in waiting}
        ],
        published=[_stored(desk, row) for row in queries.published(desk)],
        oversees=bool(owed) and queries.own_level(desk) is not Level.COMMUNE,
        may_plan=queries.own_level(desk) in (Level.PROVINCE, Level.NATION),
        schedules=list(schedules.schedules().values()),
        how_sure=how_sure,
    )


def _line(desk: Desk, one: Wanted, row: Return | None) -> dict[str, object]:
    today = local_day(desk.now)
    signed = local_day(row.signed_at) if row and row.signed_at else None
    how = rules.reported(one.due_on, today, signed, nil=bool(row and row.nil))
    return {
        "title": showing.title(one),
        "url": address(one),
        "units": address(one, "units") if one.level in BELOW else "",
        "due": showing.due_words(one.due_on, today, row),
        "late": how is Reported.SILENT,
        "state": STATES[State(row.state) if row else State.DRAFT],
        "reported": REPORTED[how],
        "returned": row is not None and row.state == State.RETURNED,
    }


def _stored(desk: Desk, row: Return) -> dict[str, object]:
    span = Period.parse(row.period)
    unit = places.atlas(desk).unit(row.unit_id) if row.unit_id is not None else None
    schedule = schedules.schedule(row.schedule)
    return {
        "title": f"{schedule.name}: {span.label(language()).lower()}",
        "unit": unit.name if unit else _("Whole country"),
        "url": url_for("reporting.show", schedule=row.schedule, period=row.period, place=row.place),
        "amended": row.state != State.DRAFT and row.final is not None and row.number > row.final,
        "number": row.number,
        "at": row.published_at,
        "nil": row.nil,
    }


@room.get(f"{ONE}/units", needs=READ)
def units(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """Which units below have reported for a period: on time, late, nil, silent. With a picture and its table."""
    one = queries.wanted(desk, schedule, period, place)
    lines = queries.units_below(desk, one) if queries.may_read(desk, queries.unit_of(desk, one)) else ()
    counts = rules.counted([line.reported for line in lines])
    done = sum(counts[kind] for kind in (Reported.ON_TIME, Reported.NIL, Reported.LATE))
    timely = sum(line.signed_on is not None and line.signed_on <= line.wanted.due_on for line in lines)
    return page(
        "reporting/units.html",
        one=one,
        title=showing.title(one),
        place_name=queries.place_name(desk, one),
        base=address(one),
        lines=sorted(lines, key=lambda line: (_ORDER.index(line.reported), line.unit.name)),
        url=lambda line: address(line.wanted),
        bars=_bars(counts),
        shares=[
            charts.share(_("Reported"), done, len(lines)),
            charts.share(_("In time"), timely, len(lines)),
        ],
        states=STATES,
        reported=REPORTED,
        kinds=_KINDS,
    )


def _bars(counts: Mapping[Reported, int]) -> Sequence[Bar]:
    """How many units of each kind, on one scale; those that are silent are hatched."""
    shown = charts.bars([(str(REPORTED[kind]), counts[kind]) for kind in Reported])
    return [replace(bar, tone=_TONES.get(kind, Tone.DARK)) for kind, bar in zip(Reported, shown, strict=True)]
