"""API clients: by name, with what their signatures are checked with."""

from collections.abc import Sequence

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.roles import LABELS, Role
from casemgr.accounts.models import ApiClient
from casemgr.accounts.queries.absences import unit_words
from casemgr.accounts.terms import ClientAlgorithm, ClientLine
from casemgr.core.errors import NotFound


def client_named(desk: Desk, name: str) -> ApiClient:
    """An API client by its name, revoked or not."""
    return desk.one(select(ApiClient).where(ApiClient.name == name))


def client_key(desk: Desk, client: ApiClient) -> bytes:
    """What a client's signature is checked with: its shared key, or its public key (PEM)."""
    if client.algorithm == ClientAlgorithm.HMAC_SHA256 and client.key_sealed is not None:
        return desk.safe.open_client_key(client.name, client.key_sealed)
    if client.public_key is None:
        raise NotFound
    return client.public_key


def clients(desk: Desk) -> Sequence[ClientLine]:
    """Every API client, by name."""
    rows = desk.all(select(ApiClient).order_by(ApiClient.name))
    return [
        ClientLine(
            row.name,
            row.role,
            str(LABELS[Role(row.role)]),
            row.algorithm,
            unit_words(desk, row.unit_id)[0],
            row.created_at,
            row.revoked_at,
        )
        for row in rows
    ]
