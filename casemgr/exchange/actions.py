"""Writing for machines: take a referral in and remember the answer; a nonce works once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from casemgr.access.desk import Desk
from casemgr.accounts.models import ClientNonce
from casemgr.core.errors import ExpectedError
from casemgr.exchange import answers, queries
from casemgr.exchange.models import GivenAnswer
from casemgr.exchange.terms import GivenContent
from casemgr.intake import actions as intake
from casemgr.intake.models import Report
from casemgr.intake.terms import Telling

NONCE_KEPT = timedelta(minutes=15)  # more than the ten minutes in which a signature can be used
_SWEEP = 500
_ONE_IN = 32  # requests that sweep old nonces away


class NonceUsed(ExpectedError):
    """This nonce was used before: the request is a repetition by somebody else."""

    status = 401


@dataclass(frozen=True)
class Taken:
    """The answer to a referral, and whether something new was stored under its own number."""

    answer: Mapping[str, object]
    new: bool


def take_in(desk: Desk, telling: Telling) -> Taken:
    """Take in a referral, and remember what its sender was answered."""
    received = intake.receive(desk, telling)
    if received.replayed:
        first = queries.given(desk, telling.reference or "", telling.revision) or answers.received(
            desk, received
        )
        return Taken({**first, "replayed": True}, new=False)
    answer = answers.received(desk, received)
    _remember(desk, telling, received.report, answer)
    return Taken(answer, new=received.status != "updated")


def _remember(desk: Desk, telling: Telling, report: Report, answer: Mapping[str, object]) -> None:
    given = GivenAnswer(
        id=desk.id(),
        client_id=desk.actor.client_id,
        report_id=report.id,
        reference=telling.reference,
        revision=telling.revision,
        digest=report.digest,
        at=desk.now,
    )
    desk.add(given)
    desk.seal(given, content=GivenContent(json.dumps(answer, ensure_ascii=False, separators=(",", ":"))))


def spend_nonce(desk: Desk, client_id: UUID, mark: bytes) -> None:
    """Use up a nonce in this transaction; a second use is refused."""
    if mark[0] % _ONE_IN == 0:
        _sweep(desk)
    desk.add(ClientNonce(id=desk.id(), client_id=client_id, nonce=mark, at=desk.now))
    try:
        desk.flush()
    except IntegrityError:
        raise NonceUsed from None


def _sweep(desk: Desk) -> None:
    """Forget nonces whose signatures are too old to be used. What another request is sweeping is left to it."""
    old = (
        select(ClientNonce.id)
        .where(ClientNonce.at < desk.now - NONCE_KEPT)
        .order_by(ClientNonce.at)
        .limit(_SWEEP)
        .with_for_update(skip_locked=True)
    )
    found = desk.all(old)
    if found:
        desk.session.execute(delete(ClientNonce).where(ClientNonce.id.in_(found)))
