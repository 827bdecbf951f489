"""API clients: hotlines that send, systems that read numbers."""

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import MACHINES, Role
from casemgr.accounts import queries, rules
from casemgr.accounts.models import ApiClient
from casemgr.accounts.terms import ClientAlgorithm
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.words import _


@action("client added", needs=Permission.CLIENT_MANAGE)
def add_client(
    desk: Desk,
    *,
    name: str,
    role: Role,
    algorithm: ClientAlgorithm,
    unit_code: str,
    shared_key: bytes | None = None,
    public_key: bytes | None = None,
) -> ApiClient:
    """Let a machine in, with a shared key that is kept sealed, or with its public key."""
    queries.insist_on_proof(desk)
    if role not in MACHINES:
        raise Invalid({"role": [_("This is a role of people. Choose one of machines.")]})
    if rules.client_name_errors(name):
        raise Invalid({"name": [str(said) for said in rules.client_name_errors(name)]})
    if (shared_key is None) is (algorithm is ClientAlgorithm.HMAC_SHA256) or (shared_key is None) is (
        public_key is None
    ):
        raise Invalid({"alg": [_("This way of signing needs another kind of key.")]})
    unit_id, seat = queries.seat(desk, unit_code)
    rules.may_hold(role, seat).settle()
    if _taken(desk, name):
        raise Invalid(
            {"name": [_("This name is taken, perhaps by a client that was revoked. Choose another.")]}
        )
    client = ApiClient(
        id=desk.id(),
        name=name,
        role=role,
        algorithm=algorithm,
        key_sealed=None if shared_key is None else desk.safe.seal_client_key(name, shared_key),
        public_key=public_key,
        unit_id=unit_id,
        created_at=desk.now,
    )
    desk.add(client)
    desk.flush()
    return client


@action("client revoked", needs=Permission.CLIENT_MANAGE)
def revoke_client(desk: Desk, client: ApiClient) -> None:
    """Let a machine no longer in; its shared key is destroyed."""
    queries.insist_on_proof(desk)
    client.revoked_at = client.revoked_at or desk.now
    client.key_sealed = None


def _taken(desk: Desk, name: str) -> bool:
    try:
        queries.client_named(desk, name)
    except NotFound:
        return False
    return True
