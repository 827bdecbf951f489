"""Reading emergency measures: what was done for a child, and how the twelve hours stand."""

from collections.abc import Sequence

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.models import Case, CaseClock
from casemgr.intervention.emergency.models import EmergencyMeasure
from casemgr.intervention.emergency.terms import Frame, Taken


def measures(desk: Desk, case: Case) -> Sequence[EmergencyMeasure]:
    """The measures taken for a child, the earliest first."""
    return desk.all(
        select(EmergencyMeasure)
        .where(EmergencyMeasure.case_id == case.id)
        .order_by(EmergencyMeasure.at, EmergencyMeasure.recorded_at, EmergencyMeasure.id)
    )


def clock(desk: Desk, case: Case) -> CaseClock | None:
    """The clock of the twelve hours: the one that runs, else the last that ran."""
    found = [one for one in cases.clocks(desk, case) if one.clock == EMERGENCY]
    return max(found, key=lambda one: (one.stopped_at is None, one.started_at), default=None)


def frame(desk: Desk, case: Case) -> Frame:
    """What the rules must know of the case."""
    running = clock(desk, case)
    due_at = running.due_at if running is not None and running.stopped_at is None else None
    earlier = tuple(Taken(row.at, row.content) for row in measures(desk, case) if row.content is not None)
    return Frame(received_at=case.received_at, now=desk.now, due_at=due_at, earlier=earlier)
