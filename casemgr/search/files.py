"""A child's row as it is compared with another."""

from casemgr.access.desk import Desk
from casemgr.children.comparing import File
from casemgr.children.index import province_code
from casemgr.children.models import Child
from casemgr.children.terms import Card, Detail
from casemgr.core.calendar import local_day
from casemgr.places import queries as places
from casemgr.places.terms import Level


def of(desk: Desk, child: Child) -> File:
    """What of a file is compared."""
    detail = child.detail or Detail()
    unit = places.atlas(desk).unit(child.unit_id) if child.unit_id is not None else None
    kept_at = unit.code if unit is not None and unit.level is Level.COMMUNE else None
    return File(
        card=child.card or Card(),
        detail=detail,
        told_in=told_in(child),
        commune=detail.residence_unit_code or kept_at,
        province=province_code(desk, child.unit_id),
    )


def told_in(child: Child) -> int:
    """The year in which a child was told of."""
    return local_day(child.recorded_at).year
