"""Second proofs: who has which, whether the last one is fresh."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from casemgr.access.desk import Desk
from casemgr.accounts import rules
from casemgr.accounts.models import Factor, SignIn
from casemgr.accounts.passkeys import Passkey
from casemgr.accounts.queries.own import held_today, own_session
from casemgr.accounts.terms import FactorKind, FactorLine, OwnFactors
from casemgr.core.errors import ProofNeeded

STRONG = (FactorKind.TOTP, FactorKind.PASSKEY)  # a recovery code only stands in for one of these


def living_factors(desk: Desk, account_id: UUID, *kinds: FactorKind) -> Sequence[Factor]:
    """The second proofs of somebody that still work, the oldest first."""
    return desk.all(
        select(Factor)
        .where(
            Factor.account_id == account_id,
            Factor.ended_at.is_(None),
            Factor.kind.in_(kinds or tuple(FactorKind)),
        )
        .order_by(Factor.created_at, Factor.id)
    )


def has_factor(desk: Desk, account_id: UUID) -> bool:
    """Whether somebody has set up a second proof."""
    found = select(
        exists().where(Factor.account_id == account_id, Factor.ended_at.is_(None), Factor.kind.in_(STRONG))
    )
    return bool(desk.session.scalar(found))


def factors_of(desk: Desk, account_id: UUID) -> OwnFactors:
    """The second proofs of somebody, without their secrets."""
    rows = living_factors(desk, account_id)
    lines = [
        FactorLine(row.id, FactorKind(row.kind), row.label, row.created_at, row.used_at)
        for row in rows
        if row.kind in STRONG
    ]
    return OwnFactors(tuple(lines), sum(row.kind == FactorKind.RECOVERY for row in rows))


def passkeys_of(desk: Desk, account_id: UUID) -> Sequence[tuple[Factor, Passkey]]:
    """The passkeys of somebody, opened."""
    return [
        (row, Passkey.unpacked(desk.safe.open_factor(account_id, row.id, row.secret_sealed)))
        for row in living_factors(desk, account_id, FactorKind.PASSKEY)
    ]


def own_factor(desk: Desk, factor_id: UUID) -> Factor:
    """One of the second proofs of the person at the desk."""
    return desk.one(
        select(Factor).where(
            Factor.id == factor_id,
            Factor.account_id == desk.actor.account_id,
            Factor.ended_at.is_(None),
            Factor.kind.in_(STRONG),
        )
    )


def insist_on_proof(desk: Desk) -> None:
    """Go no further until the person at the desk has shown once more who they are. A command or machine has no browser
    that somebody else could have sat down at."""
    if desk.actor.session_id is not None and not is_surely_oneself(desk):
        raise ProofNeeded


def is_surely_oneself(desk: Desk) -> bool:
    """Whether this person sits at the desk: proved lately; who has no second proof signed in or typed the password lately."""
    session = own_session(desk)
    if rules.is_fresh(session.proved_at, desk.now):
        return True
    shown = (session.started_at, session.password_at)
    return any(rules.is_fresh(at, desk.now) for at in shown) and not has_factor(desk, session.account_id)


def proved_at(desk: Desk) -> datetime | None:
    """When the person at the desk last proved in this session who they are."""
    return desk.session.scalar(select(SignIn.proved_at).where(SignIn.id == desk.actor.session_id))


def must_enrol(desk: Desk, *, demo: bool) -> bool:
    """Whether nothing can be done before a second proof is set up: every role held today needs one."""
    session = own_session(desk)
    held = held_today(desk, session.account_id)
    return (
        session.proved_at is None
        and bool(held)
        and all(rules.needs_second_proof(row.role, demo=demo) for row in held)
    )


def role_needs_proof(desk: Desk, account_id: UUID, *, demo: bool) -> bool:
    """Whether some role of today needs a second proof."""
    return any(rules.needs_second_proof(row.role, demo=demo) for row in held_today(desk, account_id))


def account_of_ticket(payload: bytes) -> UUID | None:
    """Whose password was right, as a ticket to the second page says."""
    return UUID(bytes=payload[:16]) if len(payload) == 32 else None


def ticket_s_person(desk: Desk, payload: bytes) -> OwnFactors:
    """How whoever holds a ticket to the second page can prove who they are."""
    found = account_of_ticket(payload)
    return OwnFactors() if found is None else factors_of(desk, found)
