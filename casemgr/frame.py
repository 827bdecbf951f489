"""What the frame of every page says about the person: name, unit, role, menu, what waits."""

from typing import Any

from flask import request
from sqlalchemy import Select, func, select

from casemgr.access.desk import Desk
from casemgr.access.roles import LABELS
from casemgr.accounts import queries as accounts
from casemgr.cases.models import Case
from casemgr.core.words import _
from casemgr.intake.models import Report
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
        "actor": {
            "name": actor.name,
            "initials": "".join(word[0] for word in actor.name.split()[-2:]).upper(),
            "role_label": str(LABELS[actor.role]),
            "unit_label": unit_label(desk),
            "is_signed_in": True,
            "several_roles": accounts.several_roles(desk),
        },
        "menu": [_entry(entry, waiting) for entry in menu.of(actor.role)],
        "bottom_menu": [_entry(entry, waiting) for entry in menu.bottom(actor.role)],
    }


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


def _entry(entry: menu.Entry, waiting: dict[str, int]) -> dict[str, Any]:
    return {
        "key": entry.key,
        "label": str(entry.label),
        "url": entry.url,
        "icon": entry.icon,
        "count": waiting.get(entry.key, 0),
        "current": request.path == entry.url
        or (entry.url != "/" and request.path.startswith(entry.url + "/")),
    }


def _waiting(desk: Desk) -> dict[str, int]:
    """How much waits, up to a hundred; beyond that the number says nothing more."""
    if desk.actor.unit_id is None or not desk.actor.units:
        return {}
    work = select(Case.id).where(Case.closed_at.is_(None), desk.actor.covers(Case.unit_id)).limit(_MOST)
    inbox = (
        select(Report.id).where(Report.decision == "pending", desk.actor.covers(Report.unit_id)).limit(_MOST)
    )
    waiting = select(_counted(work), _counted(inbox))
    ((cases, reports),) = desk.rows(waiting)
    return {"work": cases, "reports": reports}


def _counted(found: Select[Any]) -> Any:
    return select(func.count()).select_from(found.subquery()).scalar_subquery()
