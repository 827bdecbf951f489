"""Pages of oversight: the overview of a province, the audit trail, help."""

from flask import request
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.dossier.next_step import NEXT, WAY
from casemgr.law.deadlines import deadline
from casemgr.oversight import queries
from casemgr.places import queries as places
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("oversight", __name__)


@room.get("/oversight", needs=Permission.OVERSIGHT_READ)
def overview(desk: Desk) -> ResponseReturnValue:
    """What stands in the province now: figures, what ran out, where."""
    atlas = places.atlas(desk)
    unit = atlas.unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    communes = places.communes(desk, unit.code) if unit is not None else []
    seen = queries.overview(desk, [row.id for row in communes])
    holders = cases.names(desk, [case.holder_id for _clock, case in seen.overdue])
    rows = [
        (row, seen.open_by_unit.get(row.id, 0), seen.overdue_by_unit.get(row.id, 0))
        for row in sorted(communes, key=lambda row: row.name)
    ]
    quiet = [row for row, is_open, _late in rows if not is_open]
    return page(
        "oversight/overview.html",
        seen=seen,
        late=sum(seen.overdue_by_unit.values()),
        most=queries.SHOWN,
        rows=[row for row in rows if row[1]],
        quiet=quiet,
        unit=unit,
        holders=holders,
        unit_name=lambda key: found.name if (found := atlas.unit(key)) else "",
        titles=NEXT,
    )


@room.get("/audit", needs=Permission.AUDIT_READ)
def trail(desk: Desk) -> ResponseReturnValue:
    """Who did or read what, when, by which right. No child's data."""
    before = request.args.get("before", type=int)
    actor, record = request.args.get("actor", "").strip(), request.args.get("record", "").strip()
    return page(
        "oversight/trail.html",
        lines=queries.trail(desk, actor=actor or None, record=record or None, before=before),
        counts=queries.chained(desk),
        actor_asked=actor,
        record=record,
    )


@room.get("/help", needs=Permission.HELP)
def guidance(desk: Desk) -> ResponseReturnValue:
    """One section per step of the law, the first twelve hours, words to say, numbers to call."""
    limits = {
        name: deadline(name, on=places.today(desk))
        for name in ("emergency_12h", "plan_5wd", "plan_approval_2wd")
    }
    return page("oversight/help.html", way=WAY, steps=NEXT, limits=limits)
