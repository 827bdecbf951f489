"""Naming a deputy for days away, and calling it off."""

from datetime import date
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries, rules
from casemgr.accounts.models import Absence, Appointment
from casemgr.core.errors import NotFound
from casemgr.places import queries as places


@action("deputy named", needs=Permission.DEPUTY_SET)
def name_deputy(
    desk: Desk, held: Appointment, *, deputy_id: UUID | None, since: date | None, until: date | None
) -> Absence:
    """Note that somebody is away from an office from a day to a day, and who stands in with its right."""
    if desk.session.get(Appointment, held.id, with_for_update=True, populate_existing=True) is None:
        raise NotFound  # whoever names a deputy for the same office waits for us
    first, last = since or date.max, until or date.min
    known = {row[0] for row in queries.possible_deputies(desk, held, first, last)}
    rules.may_be_away(
        since,
        until,
        today=places.today(desk),
        role=held.role,
        oneself=deputy_id == held.account_id,
        deputy_known=deputy_id in known,
        deputy_away=deputy_id is not None and queries.is_away(desk, deputy_id, first, last),
        overlapping=queries.has_deputy(desk, held.id, first, last),
        made_by_deputy=deputy_id is not None and deputy_id == desk.actor.account_id,
    ).settle()
    if deputy_id is None or since is None or until is None:
        raise NotFound
    row = Absence(
        id=desk.id(),
        appointment_id=held.id,
        account_id=held.account_id,
        deputy_id=deputy_id,
        since=since,
        until=until,
        set_by=desk.actor.account_id,
        set_at=desk.now,
    )
    desk.add(row)
    desk.flush()
    return row


@action("deputy called off", needs=Permission.DEPUTY_SET)
def call_off(desk: Desk, absence: Absence) -> Absence:
    """The person is back, or stays after all: the deputy acts no more from this instant."""
    if absence.ended_at is None:
        absence.ended_at = desk.now
    return absence
