"""Words of searching for pages: by what two files agree, offices, candidates."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from casemgr.access.desk import Desk
from casemgr.children.models import Child
from casemgr.children.rules import mark_of
from casemgr.core.words import Later, _, _l
from casemgr.places import queries as places
from casemgr.search import queries
from casemgr.search.terms import Outside

_AGREE: Mapping[tuple[str, str], Later] = {
    ("birth", "equal"): _l("born on the same day"),
    ("birth", "swapped"): _l("born on the same day, day and month swapped"),
    ("birth", "first_of_january"): _l("same birth year, one of them 1 January"),
    ("birth", "same_month"): _l("same birth year, day or month alike"),
    ("birth", "same_year"): _l("same birth year"),
    ("birth", "next_year"): _l("about the same age"),
    ("identity", "equal"): _l("same personal number"),
    ("identity", "close"): _l("personal number with one digit different"),
    ("phone", "equal"): _l("same telephone"),
    ("commune", "equal"): _l("same commune"),
    ("mother", "equal"): _l("same mother"),
    ("mother", "close"): _l("mother of a similar name"),
    ("father", "equal"): _l("same father"),
    ("father", "close"): _l("father of a similar name"),
}
_NAME = ("surname", "middle", "given")
_BY: Mapping[str, Later] = {
    "mother": _l("same mother"),
    "father": _l("same father"),
    "phone": _l("same telephone"),
}


def reasons(speaking: Sequence[tuple[str, str]]) -> str:
    """What speaks for one child, in words, the strongest first; the parts of the name together."""
    named = {how for field, how in speaking if field in _NAME}
    name = _("same name") if named == {"equal"} else _("similar name") if named else ""
    said = [str(_AGREE[one]) for one in speaking if one in _AGREE]
    return ", ".join(filter(None, (name, *said)))


def alike(desk: Desk, one: Child, other: Child) -> str:
    """What speaks for two files being of one child, in words."""
    return reasons(queries.likeness(desk, one, other).speaking)


def household(by: Sequence[str]) -> str:
    """By what two children belong to one house."""
    return ", ".join(str(_BY[one]) for one in by)


def unit_names(desk: Desk) -> Callable[[int | None], str]:
    """Names of units by their numbers, for offices to ask."""
    atlas = places.atlas(desk)

    def name(unit_id: int | None) -> str:
        unit = atlas.unit(unit_id) if unit_id is not None else None
        return unit.name if unit is not None else _("Commune to be found")

    return name


def covered(desk: Desk, found: Sequence[Outside]) -> list[dict[str, Any]]:
    """Children outside as a page shows them: initials, year, commune, the office to ask."""
    name = unit_names(desk)
    return [
        {
            "mark": mark_of(one.child_id),
            "initials": one.covered.initials or _("no name"),
            "year": one.covered.year,
            "unit": name(one.unit_id),
            "may_ask": one.unit_id is not None,
            "why": reasons(one.likeness.speaking) if one.likeness is not None else "",
        }
        for one in found
    ]
