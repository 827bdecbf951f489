"""Communes on the pages of intake: those to choose from, what a code means, where a report says it happened."""

from collections.abc import Callable
from typing import Any

from casemgr.access.desk import Desk
from casemgr.core.calendar import local_day
from casemgr.core.words import _l
from casemgr.intake.forms import Communes, fault
from casemgr.intake.terms import Story
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import UnitFacts


def divided(communes: Communes, known: Story) -> str:
    """What is to be chosen when the commune that was told has been divided."""
    code = known.incident.unit_code
    found = communes.meaning(code) if code else None
    return fault(code, found) if code and found and found.candidates else ""


def listed(desk: Desk, report: Any = None) -> Communes:
    """The communes of the person's province today, for a list; any code as of the day of receipt, or today."""
    atlas = places.atlas(desk)
    day = local_day(report.received_at) if report is not None else places.today(desk)
    unit = atlas.unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    province = atlas.province_of(unit, places.today(desk)) if unit is not None else None
    here = places.communes(desk, province.code) if province is not None else ()
    rows = sorted(((row.code, row.name) for row in here), key=lambda row: row[1])
    return Communes(rows, lambda code: place_rules.resolve(atlas, code, day))


def told_elsewhere(desk: Desk, report: Any, known: Story) -> UnitFacts | None:
    """The commune that Form 01 names, when it is not the one that has the report."""
    code = known.incident.unit_code
    found = (
        place_rules.resolve(places.atlas(desk), code, local_day(report.received_at)).unit if code else None
    )
    return found if found is not None and found.id != report.unit_id else None


def unit_names(desk: Desk) -> Callable[[int | None], str]:
    """Names of units by their numbers; what is not known yet says so."""
    atlas = places.atlas(desk)

    def name(unit_id: int | None) -> str:
        unit = atlas.unit(unit_id) if unit_id is not None else None
        return unit.name if unit is not None else str(_l("Commune to be found"))

    return name
