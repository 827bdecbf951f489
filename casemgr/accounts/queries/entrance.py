"""Who comes in: from a session token or an API client to an actor, with what it may do and see at this instant."""

import hashlib
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk, Office
from casemgr.access.permissions import Permission
from casemgr.access.roles import GRANTS, REACH, Reach, Role
from casemgr.accounts import rules
from casemgr.accounts.models import Account, ApiClient, Appointment, SignIn
from casemgr.accounts.terms import AccountState
from casemgr.core.errors import NotFound
from casemgr.places import queries as places
from casemgr.places import rules as place_rules

Ring = Callable[[Session, UUID], tuple[frozenset[UUID], frozenset[int]]]
NOTHING: frozenset[int] = frozenset()
UNFINISHED = frozenset({Permission.OWN_ACCOUNT, Permission.HELP})  # before a password is set or a role chosen
_DOOR = Actor(id="door", units=None, table_units=None)  # asks who comes in, before anybody is there


def digest(token: str) -> bytes:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).digest()


def resolver(office: Office, ring: Ring) -> Callable[[str, str], Actor | None]:
    """Tells, for a session token and an address, who is there; notes at most once a minute that the session is in use."""

    def resolve(token: str, address: str) -> Actor | None:
        with office.open(_DOOR, writing=False) as desk:
            found = signed_in(desk, digest(token))
            if found is None:
                return None
            session, account, appointment = found
            actor = actor_for(desk, account, appointment, ring=ring, session_id=session.id, address=address)
            stale = rules.should_note_use(session.seen_at, desk.now)
        if stale:
            with office.open(_DOOR) as desk:
                desk.session.execute(update(SignIn).where(SignIn.id == session.id).values(seen_at=desk.now))
        return actor

    return resolve


def signed_in(desk: Desk, token_digest: bytes) -> tuple[SignIn, Account, Appointment | None] | None:
    """The living session of a token with its person and the role chosen, if that role is held today."""
    row = desk.session.execute(
        select(SignIn, Account, Appointment)
        .join(Account, Account.id == SignIn.account_id)
        .outerjoin(Appointment, Appointment.id == SignIn.appointment_id)
        .where(SignIn.token_digest == token_digest)
    ).one_or_none()
    if row is None:
        return None
    session, account = row[0], row[1]
    appointment: Appointment | None = row[2]
    if account.state != AccountState.ACTIVE:
        return None
    if not rules.session_lives(session.started_at, session.seen_at, session.ended_at, desk.now):
        return None
    if appointment is not None and not rules.in_force(
        appointment.since, appointment.until, places.today(desk)
    ):
        appointment = None
    return session, account, appointment


def actor_for(
    desk: Desk,
    account: Account,
    appointment: Appointment | None,
    *,
    ring: Ring,
    session_id: UUID | None = None,
    address: str = "",
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
    cases, children = ring(desk.session, account.id) if REACH[role] is Reach.NAMED else (frozenset(), NOTHING)
    return Actor(
        id=f"account:{account.id}",
        permissions=GRANTS[role],
        role=role,
        unit_id=appointment.unit_id,
        units=file_units(desk, role, appointment.unit_id),
        table_units=number_units(desk, role, appointment.unit_id),
        cases=cases,
        children=children,
        account_id=account.id,
        session_id=session_id,
        name=account.name,
        address=address,
    )


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
