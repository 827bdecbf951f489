"""Reading reports: the inbox, one report, triage."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select, true

from casemgr.access.desk import Desk
from casemgr.access.paths import path_to
from casemgr.cases import queries as cases
from casemgr.cases.models import Case, Disposal
from casemgr.cases.numbers import is_number
from casemgr.core.errors import NotFound
from casemgr.intake.models import Report, ReportEvent
from casemgr.intake.terms import Decision, ReportState
from casemgr.places import queries as places
from casemgr.places.terms import Level

INBOX = 50


def report(desk: Desk, number: str) -> Report:
    """One report by its number; the reading is noted."""
    if not is_number(number):
        raise NotFound
    try:
        found = desk.one(select(Report).where(Report.number == number))
    except NotFound:
        cases.raise_if_destroyed(desk, Disposal.report_number == number)
        raise
    desk.paths.setdefault(number, path_to(desk.actor, found))
    desk.opened("report opened", number, ("known",))
    return found


def report_of(desk: Desk, case: Case) -> Report:
    """The report a case came from."""
    return desk.get(Report, case.report_id)


def by_reference(desk: Desk, client_id: UUID, reference: str) -> Report | None:
    """A client's report by its own number."""
    return desk.first(select(Report).where(Report.client_id == client_id, Report.reference == reference))


def by_form(desk: Desk, form_id: UUID) -> Report | None:
    """The report that a form has already become."""
    return desk.first(select(Report).where(Report.form_id == form_id))


def inbox(desk: Desk, *, limit: int = INBOX) -> Sequence[Report]:
    """Reports that wait for a decision, or about which more was told, the oldest first."""
    own = desk.actor.covers(Report.unit_id) if desk.actor.units else true()
    return desk.all(
        select(Report)
        .where(
            own,
            Report.rehearsal.is_(False),
            or_(
                and_(
                    Report.decision.in_([Decision.PENDING, Decision.OTHER_COMMUNE]),
                    Report.state != ReportState.CLOSED,
                ),
                Report.nudged_at.is_not(None),
            ),
        )
        .order_by(Report.received_at, Report.id)
        .limit(limit)
    )


def history(desk: Desk, of: Report) -> Sequence[ReportEvent]:
    """What happened to a report, the oldest first."""
    return desk.all(
        select(ReportEvent).where(ReportEvent.report_id == of.id).order_by(ReportEvent.at, ReportEvent.seq)
    )


def in_triage(desk: Desk, of: Report) -> bool:
    """Whether no commune is known yet."""
    if of.unit_id is None:
        return True
    unit = places.atlas(desk).unit(of.unit_id)
    return unit is None or unit.level is not Level.COMMUNE
