"""What the frame of every page says about the person: name, unit, role, menu, what waits."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from sqlalchemy import Date, Select, func, select

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.questions import Question
from casemgr.access.roles import LABELS
from casemgr.access.sight import Sight
from casemgr.accounts import queries as accounts
from casemgr.cases import numbers
from casemgr.cases.models import Case
from casemgr.core.prepared import gap
from casemgr.core.words import _
from casemgr.handovers import queries as handovers
from casemgr.intake.models import Report
from casemgr.notices import queries as notices
from casemgr.places import queries as places
from casemgr.web import duration, menu

_MOST = 99


def describe(desk: Desk) -> dict[str, Any]:
    """The shared names of a page for somebody who is signed in."""
    actor = desk.actor
    if actor.role is None:
        return {"actor": None, "menu": [], "bottom_menu": []}
    waiting = _waiting(desk)
    return {
        "now_words": duration.now_words(desk.now),
        "open_glass": [one for one in actor.circle.glass if one.until > desk.now],
        "rehearsal": numbers.is_rehearsal((request.view_args or {}).get("number")),
        "actor": {
            "name": actor.name,
            "initials": "".join(word[0] for word in actor.name.split()[-2:]).upper(),
            "role_label": _role(actor),
            "unit_label": unit_label(desk),
            "is_signed_in": True,
            "several_roles": waiting["roles"] > 1,
        },
        "menu": _entries(menu.of(actor.role), waiting),
        "bottom_menu": _entries(menu.bottom(actor.role), waiting),
    }


def _role(actor: Actor) -> str:
    label = str(LABELS[actor.role]) if actor.role is not None else ""
    if actor.stands_for is None:
        return label
    return _("%(role)s, standing in for %(name)s", role=label, name=actor.stands_for_name)


def unit_label(desk: Desk) -> str:
    """The unit at which the role is held, with its province."""
    if desk.actor.unit_id is None:
        return _("Whole country")
    atlas = places.atlas(desk)
    unit = atlas.unit(desk.actor.unit_id)
    if unit is None:
        return ""
    province = atlas.province_of(unit, places.today(desk))
    return (
        unit.name
        if province is None or province.id == unit.id
        else f"{unit.name}, {province.name[:1].lower()}{province.name[1:]}"
    )


def _entries(entries: Sequence[menu.Entry], waiting: Mapping[str, int]) -> list[dict[str, Any]]:
    """The entries as they are drawn; where one lies within another, only the nearer one is where the reader is."""
    path = request.path
    here = max((entry.url for entry in entries if _holds(entry.url, path)), key=len, default="")
    return [
        {
            "key": entry.key,
            "label": str(entry.label),
            "url": entry.url,
            "icon": entry.icon,
            "count": waiting.get(entry.key, 0),
            "current": entry.url == here,
        }
        for entry in entries
    ]


def _holds(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url + "/"))


def _waiting(desk: Desk) -> Mapping[Any, int]:
    """How much waits, up to a hundred, beyond which the number says nothing more; and how many roles are held.

    Everything the frame counts is asked in one statement: it stands on every page.
    """
    (counted,) = desk.rows(_WAITING, today=places.today(desk))
    found: Mapping[Any, int] = counted._asdict()
    return found


def _all_that_waits(sight: Sight) -> Select[Any]:
    counted: dict[str, Any] = {
        "roles": accounts.roles_held(sight.account_id, gap("today", Date())),
        "notices": _counted(notices.unread_ones(sight.account_id)),
    }
    if sight.outline.seated and sight.has_units:
        counted["work"] = _counted(
            select(Case.id).where(
                Case.closed_at.is_(None), Case.rehearsal.is_(False), sight.covers(Case.unit_id)
            )
        )
        counted["reports"] = _counted(
            select(Report.id).where(
                Report.decision == "pending", Report.rehearsal.is_(False), sight.covers(Report.unit_id)
            )
        )
        if sight.may(Permission.HANDOVER_ANSWER):
            counted["handovers"] = _counted(handovers.waiting_ones(sight))
    return select(*(number.label(name) for name, number in counted.items()))


def _counted(found: Select[Any]) -> Any:
    return select(func.count()).select_from(found.limit(_MOST).subquery()).scalar_subquery()


_WAITING: Question[Any] = Question(_all_that_waits)
