"""Looking up communes: a page that works without script, and the same as JSON for fields that suggest."""

from datetime import date

from flask import Response, jsonify, request

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.places import queries
from casemgr.web.forms import day_told
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("places", __name__)
_ON_A_PAGE, _SUGGESTED = 50, 12


@room.get("/communes", needs=Permission.PLACE_LOOK_UP)
def communes(desk: Desk) -> Response:
    """Communes by name or code on a day."""
    text, day = _asked(desk)
    found = queries.search(desk, text, day, _ON_A_PAGE) if day else ()
    response = page(
        "places/communes.html",
        q=text,
        day=day,
        typed=request.args.get("on", ""),
        found=found,
        most=_ON_A_PAGE,
    )
    response.status_code = 200 if day else 422
    return response


@room.get("/communes/suggestions", needs=Permission.PLACE_LOOK_UP)
def suggestions(desk: Desk) -> Response:
    """The best few, for a field that is being filled."""
    text, day = _asked(desk)
    found = queries.search(desk, text, day, _SUGGESTED) if day else ()
    return jsonify(
        [
            {
                "code": one.unit.code,
                "name": one.unit.name,
                "province": one.province.name if one.province else None,
            }
            for one in found
        ]
    )


def _asked(desk: Desk) -> tuple[str, date | None]:
    """What is looked for, and on which day: today unless told otherwise, none if what was typed is no day."""
    text, day = request.args.get("q", "")[:120], request.args.get("on", "").strip()
    try:
        return text, day_told(day) if day else queries.today(desk)
    except ValueError:
        return text, None
