"""Who comes in: from a session token or an API client to an actor, with what it may do and see at this instant."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, exists, or_, select, update
from sqlalchemy.orm import Session

from casemgr.access.actor import Actor, Named
from casemgr.access.desk import Desk, Office
from casemgr.access.permissions import Permission
from casemgr.access.questions import Question
from casemgr.access.roles import GRANTS, REACH, Reach, Role
from casemgr.accounts import rules
from casemgr.accounts.models import Absence, Account, ApiClient, Appointment, SignIn
from casemgr.accounts.terms import DEPUTIZED, AccountState, StandIn
from casemgr.core.errors import NotFound
from casemgr.core.periods import holds
from casemgr.core.prepared import gap
from casemgr.places import queries as places
from casemgr.places import rules as place_rules

Ring = Callable[[Session, UUID, UUID | None, datetime], Named]
NOTHING: frozenset[int] = frozenset()
UNFINISHED = frozenset({Permission.OWN_ACCOUNT, Permission.HELP})  # before a password is set or a role chosen


class Visit(NamedTuple):
    """What the door asks of a session."""

    id: UUID
    account_id: UUID
    absence_id: UUID | None
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    proved_at: datetime | None


class Person(NamedTuple):
    """What the door asks of an account."""

    id: UUID
    name: str
    state: str
    must_change: bool


class Post(NamedTuple):
    """What the door asks of a role that is held."""

    role: str
    unit_id: int | None
    since: date
    until: date | None


_SIGNED_IN: Question[Any] = Question(  # asked before every page
    select(
        *(getattr(SignIn, name) for name in Visit._fields),
        *(getattr(Account, name) for name in Person._fields),
        *(getattr(Appointment, name) for name in Post._fields),
    )
    .join(Account, Account.id == SignIn.account_id)
    .outerjoin(Appointment, Appointment.id == SignIn.appointment_id)
    .where(SignIn.token_digest == gap("digest", LargeBinary()))
)
_TO_PERSON, _TO_POST = len(Visit._fields), len(Visit._fields) + len(Person._fields)
DOOR = Actor(id="door", units=None, table_units=None)  # asks who comes in, before anybody is there


def digest(token: str) -> bytes:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).digest()


def resolver(office: Office, ring: Ring, *, demo: bool = False) -> Callable[[str, str], Actor | None]:
    """Tells, for a session token and an address, who is there; notes at most once a minute that the session is in use."""

    def resolve(token: str, address: str) -> Actor | None:
        with office.open(DOOR, writing=False) as desk:
            found = signed_in(desk, digest(token))
            if found is None:
                return None
            session, account, appointment = found
            if appointment is not None and session.proved_at is None:
                unproved = rules.needs_second_proof(appointment.role, demo=demo)
                appointment = None if unproved else appointment
            actor = actor_for(
                desk,
                account,
                appointment,
                ring=ring,
                session_id=session.id,
                address=address,
                stand_in=None if appointment is None else stand_in_of(desk, session),
            )
            stale = rules.should_note_use(session.seen_at, desk.now)
        if stale:
            with office.open(DOOR) as desk:
                desk.session.execute(update(SignIn).where(SignIn.id == session.id).values(seen_at=desk.now))
        return actor

    return resolve


def signed_in(desk: Desk, token_digest: bytes) -> tuple[Visit, Person, Post | None] | None:
    """The living session of a token with its person and the role chosen, if that role is held today."""
    row = next(iter(desk.rows(_SIGNED_IN, digest=token_digest)), None)
    if row is None:
        return None
    session, account = Visit._make(row[:_TO_PERSON]), Person._make(row[_TO_PERSON:_TO_POST])
    held = row[_TO_POST:]
    appointment = Post._make(held) if held[0] is not None else None
    if account.state != AccountState.ACTIVE:
        return None
    if not rules.session_lives(session.started_at, session.seen_at, session.ended_at, desk.now):
        return None
    if appointment is not None and not holds(appointment.since, appointment.until, places.today(desk)):
        appointment = None
    if appointment is not None and session.absence_id is not None and stand_in_of(desk, session) is None:
        appointment = None  # whoever was away is back
    return session, account, appointment


def stand_in_of(desk: Desk, session: Visit) -> StandIn | None:
    """For whom a session stands in, as long as that person is away."""
    if session.absence_id is None:
        return None
    today = places.today(desk)
    found = desk.session.execute(
        select(Absence, Account.name)
        .join(Account, Account.id == Absence.account_id)
        .where(Absence.id == session.absence_id, Absence.deputy_id == session.account_id)
        .where(deputy_in_office(today))
    ).one_or_none()
    if found is None:
        return None
    absence: Absence = found[0]
    away = rules.away_on(absence.since, absence.until, absence.ended_at is not None, today)
    return StandIn(absence.account_id, found[1]) if away else None


def deputy_in_office(today: Any) -> ColumnElement[bool]:
    """Absences whose deputy holds an office of that unit on a day: one that was held when they were named may have ended."""
    unit = select(Appointment.unit_id).where(Appointment.id == Absence.appointment_id).correlate(Absence)
    return (
        exists()
        .where(
            Appointment.account_id == Absence.deputy_id,
            Appointment.unit_id.is_not_distinct_from(unit.scalar_subquery()),  # both none: the country
            Appointment.role.in_(DEPUTIZED),
            Appointment.since <= today,
            or_(Appointment.until.is_(None), Appointment.until >= today),
        )
        .correlate(Absence)
    )


def actor_for(
    desk: Desk,
    account: Account | Person,
    appointment: Appointment | Post | None,
    *,
    ring: Ring,
    session_id: UUID | None = None,
    address: str = "",
    stand_in: StandIn | None = None,
) -> Actor:
    """Who somebody is in one role at this instant: what they may do and which units and cases they see."""
    if appointment is None or account.must_change:
        return Actor(
            id=f"account:{account.id}",
            permissions=UNFINISHED,
            account_id=account.id,
            session_id=session_id,
            name=account.name,
            address=address,
        )
    role = Role(appointment.role)
    holder = account.id if stand_in is None else stand_in.account_id
    named = ring(desk.session, account.id, holder if REACH[role] is Reach.NAMED else None, desk.now)
    return Actor(
        id=f"account:{account.id}",
        permissions=GRANTS[role],
        role=role,
        unit_id=appointment.unit_id,
        units=file_units(desk, role, appointment.unit_id),
        table_units=number_units(desk, role, appointment.unit_id),
        cases=named.cases,
        children=named.children,
        circle=named.circle,
        account_id=account.id,
        session_id=session_id,
        name=account.name,
        address=address,
        stands_for=None if stand_in is None else stand_in.account_id,
        stands_for_name="" if stand_in is None else stand_in.name,
    )


def actors_of(desk: Desk, account_id: UUID, *, ring: Ring) -> list[Actor]:
    """Somebody in each role held or stood in for today: for a calendar, which knows no chosen role."""
    account = desk.session.get(Account, account_id)
    if account is None or account.state != AccountState.ACTIVE or account.must_change:
        return []
    today = places.today(desk)
    held = desk.all(select(Appointment).where(Appointment.account_id == account_id))
    actors = [actor_for(desk, account, row, ring=ring) for row in held if holds(row.since, row.until, today)]
    stood_in = desk.rows(
        select(Absence, Appointment, Account.name)
        .join(Appointment, Appointment.id == Absence.appointment_id)
        .join(Account, Account.id == Absence.account_id)
        .where(Absence.deputy_id == account_id, deputy_in_office(today))
    )
    for absence, row, name in stood_in:
        away = rules.away_on(absence.since, absence.until, absence.ended_at is not None, today)
        if away and holds(row.since, row.until, today):
            stand_in = StandIn(absence.account_id, name)
            actors.append(actor_for(desk, account, row, ring=ring, stand_in=stand_in))
    return actors


def actor_for_client(desk: Desk, client: ApiClient, *, address: str = "") -> Actor:
    """Who an API client is at this instant. A revoked one is nobody."""
    if client.revoked_at is not None:
        raise NotFound
    role = Role(client.role)
    return Actor(
        id=f"client:{client.name}",
        permissions=GRANTS[role],
        role=role,
        unit_id=client.unit_id,
        units=file_units(desk, role, client.unit_id),
        table_units=number_units(desk, role, client.unit_id),
        client_id=client.id,
        name=client.name,
        address=address,
    )


def file_units(desk: Desk, role: Role, unit_id: int | None) -> frozenset[int] | None:
    """Units whose files a role sees: its own with its predecessors, its province, or none. None is the whole country."""
    if REACH[role] is Reach.PROVINCE:
        return reach(desk, unit_id)
    if REACH[role] is Reach.OWN_UNIT and unit_id is not None:
        return reach(desk, unit_id)
    return NOTHING


def number_units(desk: Desk, role: Role, unit_id: int | None) -> frozenset[int] | None:
    """Units whose numbers a role may read."""
    if Permission.TABLE_READ not in GRANTS[role]:
        return NOTHING
    if REACH[role] is Reach.OWN_UNIT and unit_id is None:
        return NOTHING
    return reach(desk, unit_id)


def reach(desk: Desk, unit_id: int | None) -> frozenset[int] | None:
    """A unit with all whose people it took over, a province with all that lay in it; None is the whole country."""
    if unit_id is None:
        return None
    atlas = places.atlas(desk)
    unit = atlas.unit(unit_id)
    return NOTHING if unit is None else place_rules.reach(atlas, unit, places.today(desk))
