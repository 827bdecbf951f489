"""Writing: taking in a list of the hotline."""

import datetime
import hashlib

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.core.words import _
from casemgr.indicators.hotline import lists
from casemgr.indicators.hotline.models import HotlineStatement
from casemgr.places import queries as places
from casemgr.places.terms import UnitFacts


@action("hotline list taken in", needs=Permission.STATEMENT_KEEP)
def take_in(desk: Desk, *, data: bytes, closed_on: datetime.date | None) -> HotlineStatement:
    """Keep what the hotline says it sent, for the months and units it names; a wrong list is refused whole."""
    if closed_on is None or closed_on > local_day(desk.now):
        raise Invalid({"closed_on": [_("Give the day on which the list was closed, today at the latest.")]})
    atlas = places.atlas(desk)

    def unit_on(code: str, period: Period) -> UnitFacts | None:
        unit = atlas.at(code, period.last)
        return unit if unit is not None and desk.actor.may_count(unit.id) else None

    said = lists.read(data, unit_on)
    row = HotlineStatement(
        id=desk.id(),
        unit_id=desk.actor.unit_id,
        closed_on=closed_on,
        digest=hashlib.sha256(data).digest(),
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
    )
    desk.add(row)
    desk.seal(row, said=said)
    return row
