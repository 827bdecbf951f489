"""Reading for machines: who knocks, their own referrals and what happened to them, whether the house is ready."""

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import column, literal, select, table

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.accounts import queries as accounts
from casemgr.accounts.models import ApiClient
from casemgr.core.db import settled_after
from casemgr.core.errors import ExpectedError, NotFound
from casemgr.exchange.models import GivenAnswer
from casemgr.exchange.terms import Cursor, VerifyingKey
from casemgr.intake import queries as intake
from casemgr.intake.fields import is_mark
from casemgr.intake.models import Report, ReportEvent

_SCHEMA_VERSION = table("alembic_version", column("version_num"))


@dataclass(frozen=True)
class Visitor:
    """A client that is known here, and the key by which it must prove itself; one that was revoked has none."""

    client: ApiClient
    key: VerifyingKey | None


@dataclass(frozen=True)
class Followed:
    """A stretch of a client's events: each with the cursor after it, where to go on, and whether more is there."""

    events: Sequence[tuple[Cursor, ReportEvent]]
    next: Cursor
    more: bool


def visitor(desk: Desk, name: str) -> Visitor | None:
    """The client of a name with its key; None where there is none of that name."""
    try:
        client = accounts.client_named(desk, name)
    except NotFound:
        return None
    if client.revoked_at is not None:
        return Visitor(client, None)
    return Visitor(client, VerifyingKey(client.algorithm, accounts.client_key(desk, client)))


def actor(desk: Desk, visitor: Visitor, *, address: str = "") -> Actor:
    """Who a client is that has proved itself."""
    return accounts.actor_for_client(desk, visitor.client, address=address)


def referral(desk: Desk, reference: str) -> Report:
    """The client's own referral of this number."""
    client = desk.actor.client_id
    found = intake.by_reference(desk, client, reference) if client and is_mark(reference) else None
    if found is None:
        raise NotFound
    if not desk.writing:
        desk.read("referral followed", found.number)
    return found


def given(desk: Desk, reference: str, revision: int) -> Mapping[str, object] | None:
    """What the client was answered to a revision of its referral, if it was answered here."""
    found = desk.first(
        select(GivenAnswer).where(
            GivenAnswer.client_id == desk.actor.client_id,
            GivenAnswer.reference == reference,
            GivenAnswer.revision == revision,
        )
    )
    if found is None or found.content is None:
        return None
    answer: Mapping[str, object] = json.loads(found.content.json)
    return answer


def events(desk: Desk, after: Cursor, limit: int) -> Followed:
    """What happened to the client's own referrals since a cursor, in an order that no later commit can change."""
    found = settled_after(desk.session, ReportEvent, after.position, limit + 1)
    shown = [(Cursor(place, after.read + n), event) for n, (place, event) in enumerate(found[:limit], 1)]
    if shown:
        desk.read("referral events read", count=len(shown))
    return Followed(shown, shown[-1][0] if shown else after, len(found) > limit)


def versions(desk: Desk) -> Set[str] | None:
    """By which migrations the tables were made, none if there are no tables yet; nothing where the database does not answer."""
    try:
        desk.rows(select(literal(1)))
    except Exception:  # noqa: BLE001 - whatever keeps it from answering, it is not ready
        return None
    try:
        return {row.version_num for row in desk.rows(select(_SCHEMA_VERSION))}
    except Exception:  # noqa: BLE001 - no such table: nothing was migrated yet
        desk.session.rollback()
        return set()


def unready(desk: Desk, head: str | None) -> Sequence[str]:
    """Which parts of the house do not work: the database, its migrations, the keyring. None of them is good."""
    found = versions(desk)
    if found is None:
        return ["database"]
    failing = []
    if found != {head}:
        failing.append("migrations")
    try:
        desk.safe.open_client_key("ready", desk.safe.seal_client_key("ready", b"ready"))
    except ExpectedError:
        failing.append("keyring")
    return failing
