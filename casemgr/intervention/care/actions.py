"""Writing alternative care: the register, the child's profile, and the course of a placement."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases.deciding import explained
from casemgr.cases.models import Case
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, Invalid, Refused
from casemgr.core.text import clean_lines
from casemgr.core.words import _
from casemgr.intervention.care import queries, registering, rules
from casemgr.intervention.care.models import CareProfile, Carer, CarerCheck
from casemgr.intervention.care.terms import (
    CarerKind,
    CarerState,
    Check,
    Profile,
    Registration,
    Stopping,
)

_LONGEST = 2000


@action("carer registered", needs=Permission.CARE_WRITE)
def register(
    desk: Desk,
    *,
    kind: CarerKind,
    said: Registration,
    on: date,
    form_id: UUID | None = None,
    explanations: Mapping[str, str] | None = None,
) -> Carer:
    """Put somebody on the register of this commune; a page sent twice registers once."""
    unit_id = _own_unit(desk)
    if form_id is not None:
        before = desk.first(select(Carer).where(Carer.form_id == form_id))
        if before is not None:
            return before
    taken_out = queries.child_was_taken_out(desk, said.person)
    found = registering.findings_on_registering(
        registering.RegisterFacts(kind, said, on, local_day(desk.now), taken_out)
    )
    found.settle(explanations)
    row = Carer(
        id=desk.id(),
        unit_id=unit_id,
        kind=kind,
        state=CarerState.REGISTERED,
        registered_on=on,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
        form_id=form_id,
    )
    desk.safe.begins(row.id)
    desk.add(row)
    desk.seal(row, said=replace(said, explained=explained(desk, found, explanations)))
    desk.flush()
    return row


@action("carer corrected", needs=Permission.CARE_WRITE)
def correct(
    desk: Desk,
    carer: Carer,
    *,
    kind: CarerKind,
    said: Registration,
    on: date,
    version: int,
    explanations: Mapping[str, str] | None = None,
) -> Carer:
    """Write a registration anew: another telephone, a new certificate, other wishes."""
    _here(desk, carer.unit_id)
    if carer.version != version:
        raise Conflict
    found = registering.findings_on_registering(
        registering.RegisterFacts(kind, said, on, local_day(desk.now))
    )
    found.settle(explanations)
    carer.kind, carer.registered_on = kind, on
    desk.seal(carer, said=replace(said, explained=explained(desk, found, explanations)))
    desk.flush()
    return carer


@action("registration ended", needs=Permission.CARE_WRITE)
def end_registration(desk: Desk, carer: Carer, *, why: str | None, on: date | None) -> Carer:
    """Take somebody off the register; children who are placed there stay until their care ends.

    From whose family a child was taken out stays marked so: they could register anew elsewhere and nobody would know.
    """
    _here(desk, carer.unit_id)
    told = clean_lines(why or "", _LONGEST)
    errors: dict[str, list[str]] = {}
    if not told:
        errors["why"] = [_("Write why the registration ends.")]
    if on is None or on > local_day(desk.now) or on < carer.registered_on:
        errors["ended_on"] = [_("Write a day between the registration and today.")]
    if errors or on is None:
        raise Invalid(errors)
    if carer.ended_on is not None:
        return carer
    carer.ended_on = on
    if carer.state == CarerState.REGISTERED:
        carer.state = CarerState.ENDED
    desk.seal(carer, stopping=Stopping(told))
    desk.flush()
    return carer


@action("conditions of a carer checked", needs=Permission.CARE_WRITE)
def check_conditions(
    desk: Desk, carer: Carer, *, said: Check, on: date, form_id: UUID | None = None
) -> CarerCheck:
    """Keep what was found about each condition (Mẫu 11). The records of sanctions are asked here, not by the writer."""
    _here(desk, carer.unit_id)
    if form_id is not None:
        before = desk.first(select(CarerCheck).where(CarerCheck.form_id == form_id))
        if before is not None:
            return before
    registering.findings_on_checking(said, on, local_day(desk.now)).settle()
    hits = queries.known_against(desk, carer.said or Registration())
    row = CarerCheck(
        id=desk.id(),
        carer_id=carer.id,
        unit_id=carer.unit_id,
        checked_on=on,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
        form_id=form_id,
    )
    desk.add(row)
    desk.seal(row, said=replace(said, hits=tuple(dict.fromkeys(one.name for one in hits))))
    desk.flush()
    return row


@action("care profile of a child written", needs=Permission.CARE_WRITE)
def write_profile(
    desk: Desk,
    case: Case,
    *,
    said: Profile,
    revision: int,
    explanations: Mapping[str, str] | None = None,
) -> CareProfile:
    """Keep the child's profile (Mẫu 10) as a new revision; an older one stays as it was."""
    last = queries.profile(desk, case)
    if last is not None and replace(last.said, explained=()) == replace(said, explained=()):
        return desk.get(CareProfile, last.id)
    if (last.revision if last is not None else 0) != revision:
        raise Conflict
    facts = rules.ProfileFacts(said, queries.birth(desk, case), local_day(desk.now))
    found = rules.findings_on_profile(facts)
    found.settle(explanations)
    row = CareProfile(
        id=desk.id(),
        case_id=case.id,
        revision=revision + 1,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
    )
    desk.add(row)
    desk.seal(row, said=replace(said, explained=explained(desk, found, explanations)))
    desk.touch(case.id)
    desk.flush()
    return row


def _own_unit(desk: Desk) -> int:
    """The commune whose register this person keeps; who is named on cases only keeps none."""
    unit_id = desk.actor.unit_id
    if unit_id is None or not desk.actor.units or unit_id not in desk.actor.units:
        raise Refused
    return unit_id


def _here(desk: Desk, unit_id: int) -> None:
    if desk.actor.units is not None and unit_id not in desk.actor.units:
        raise Refused
