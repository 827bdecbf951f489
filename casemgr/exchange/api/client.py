"""Who knocks: from a signed request to a client of ours, or one refusal for every reason; each nonce works once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from flask import Request, g

from casemgr.access.actor import NOBODY, Actor
from casemgr.core.errors import ExpectedError, Refused
from casemgr.exchange import actions, queries
from casemgr.exchange.api import refusals, signatures
from casemgr.exchange.api.refusals import Why
from casemgr.web.room import house


class NotAdmitted(ExpectedError):
    """The signature proves nothing. The answer is the same whatever is wrong with it."""

    status = 401


@dataclass
class Visit:
    """One request of a client that has proved who it is, and whether its nonce is used up."""

    actor: Actor
    nonce_mark: bytes
    spent: bool = False


def admit(request: Request) -> Visit:
    """The client that signed this request, or NotAdmitted."""
    signed = signatures.Signed(
        method=request.method,
        path=_path(request),
        query=request.environ.get("QUERY_STRING", ""),
        host=request.host,
        headers=request.headers,
        body=request.get_data(),
    )
    claimed = visitor = None
    try:
        claimed = signatures.claim(signed)
        with house().office.open(NOBODY, writing=False, request=g.request_id) as desk:
            visitor = queries.visitor(desk, claimed.client)
            signatures.verify(signed, claimed, visitor.key if visitor else None, now=desk.now)
            if visitor is None:
                raise signatures.NotSigned
            actor = queries.actor(desk, visitor, address=request.remote_addr or "")
    except signatures.NotSigned:
        stranger = claimed is not None and (visitor is None or visitor.key is None)
        refusals.note(
            Why.UNKNOWN if stranger else Why.SIGNATURE, client=visitor.client.name if visitor else ""
        )
        raise NotAdmitted from None
    refusals.write_what_is_due()
    return Visit(actor, claimed.nonce_mark)


def spend(visit: Visit) -> None:
    """Use up the nonce of a visit in a transaction of its own, unless the work itself did."""
    if visit.spent or visit.actor.client_id is None:
        return
    visit.spent = True
    with house().office.open(visit.actor, request=g.request_id) as desk:
        actions.spend_nonce(desk, visit.actor.client_id, visit.nonce_mark)


@contextmanager
def turned_away(visit: Visit) -> Iterator[None]:
    """The trail is told of a client that proved who it is and is turned away all the same."""
    name = visit.actor.id.partition(":")[2]
    try:
        yield
    except actions.NonceUsed:
        refusals.note(Why.REPLAY, client=name)
        raise
    except Refused:
        refusals.note(Why.RIGHT, client=name)
        raise


def _path(request: Request) -> str:
    """The path as it was sent, still encoded; where the server does not tell, as it is usually encoded."""
    sent = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or "")
    if sent.startswith("/"):
        return sent.partition("?")[0]
    return quote(request.root_path + request.path, safe="/:@!$&'()*+,;=~-._")
