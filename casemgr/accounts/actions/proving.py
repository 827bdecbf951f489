"""Proving who one is: the second page of signing in, a passkey without password, once more before a grave act."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import codes, devices, passkeys, queries, rules
from casemgr.accounts.actions import entering, throttle
from casemgr.accounts.actions.throttle import Named
from casemgr.accounts.codes import AGAIN, ENTER, HALF, SECOND
from casemgr.accounts.models import Account, Factor, SignIn, SpentProof
from casemgr.accounts.terms import (
    AccountState,
    Browser,
    FactorKind,
    ProofAnswer,
    Said,
    SignInAnswer,
    Site,
    Way,
)

HALF_LASTS, CHALLENGE_LASTS = timedelta(minutes=5), timedelta(minutes=10)
_TRIES_OF_A_TICKET = 5
_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Door:
    """What proving needs to know of this house: its secret, its site, whether all people here are invented."""

    secret: bytes
    site: Site
    demo: bool


def half_ticket(desk: Desk, secret: bytes, account_id: UUID | None) -> str:
    """A ticket to the second page: says whose password was right, and dies when that password changes."""
    account = desk.get(Account, account_id)
    payload = account.id.bytes + _fingerprint(account)
    return codes.as_text(codes.new_ticket(secret, HALF, desk.now, payload=payload))


def read_half(desk: Desk, secret: bytes, ticket: str) -> codes.Ticket | None:
    """What a ticket to the second page says, if it is one of ours and not too old."""
    return codes.read_ticket(secret, HALF, codes.from_text(ticket), desk.now, lasts=HALF_LASTS)


def answer_second(
    desk: Desk, ticket: str, said: Said, *, door: Door, browser: Browser, replaces: str = ""
) -> SignInAnswer:
    """Answer the second page of signing in. Whatever is wrong with a ticket leads back to the first page."""
    read = read_half(desk, door.secret, ticket)
    account = None if read is None else entering.locked(desk, queries.account_of_ticket(read.payload))
    if read is None or account is None or not _stands(account, read.payload, demo=door.demo):
        return SignInAnswer(expired=True)
    named = _second_buckets(door.secret, account, browser)
    of_ticket = (devices.bucket(door.secret, "ticket", read.number), rules.PER_TICKET)
    kept = throttle.keep(desk, [*named, of_ticket], make=True)
    waiting = throttle.wait(desk, [each for each in kept if each.name != of_ticket[0]])
    if _tries(kept, of_ticket[0]) >= _TRIES_OF_A_TICKET or is_spent(desk, read.number):
        return SignInAnswer(expired=True)
    if waiting:
        throttle.hold_back(desk, named)
        return SignInAnswer(wait=waiting)
    if said.empty:
        return SignInAnswer()
    proved = prove(desk, account, said, kind=SECOND, door=door)
    if proved is None:
        note_wrong_proof(desk, account)
        return SignInAnswer(wait=throttle.count_wrong(desk, kept, str(account.id)))
    spend(desk, read.number)
    throttle.forgive(
        desk, [each for each in kept if browser.mark and each.name == named[0][0]], (), str(account.id)
    )
    return _come_in(desk, account, proved, door=door, browser=browser, replaces=replaces)


def answer_passkey(
    desk: Desk, said: Said, *, door: Door, browser: Browser, replaces: str = ""
) -> SignInAnswer:
    """Let somebody in with a passkey alone: it is something they have, and it was opened by finger, face or PIN."""
    named = _address_bucket(door.secret, browser)
    kept = throttle.keep(desk, named)
    waiting = throttle.wait(desk, kept)
    if waiting:
        throttle.hold_back(desk, named)
        return SignInAnswer(wait=waiting)
    answer = passkeys.read(said.text)
    account = None if answer is None else entering.locked(desk, answer.account_id)
    usable = account is not None and _may_come(account, demo=door.demo)
    if account is None or not usable or prove(desk, account, said, kind=ENTER, door=door) is None:
        entering.note_failure(desk, account)
        return SignInAnswer(wait=throttle.count_wrong(desk, throttle.keep(desk, named, make=True), None))
    return _come_in(desk, account, FactorKind.PASSKEY, door=door, browser=browser, replaces=replaces)


def answer_again(desk: Desk, said: Said, *, door: Door) -> ProofAnswer:
    """Answer whoever proves once more who they are; wrong tries slow down the next."""
    session = queries.own_session(desk)
    account = entering.locked(desk, session.account_id)
    named = ((devices.bucket(door.secret, "again", session.account_id.bytes), rules.PER_ACCOUNT),)
    kept = throttle.keep(desk, named, make=True)
    waiting = throttle.wait(desk, kept)
    if waiting or account is None:
        throttle.hold_back(desk, named)
        return ProofAnswer(wait=waiting)
    if said.empty:
        return ProofAnswer()
    if said.way is Way.PASSWORD and said.fits and not queries.has_factor(desk, account.id):
        return ProofAnswer(token=note_password(desk, session))
    proved = None if said.way is Way.PASSWORD else prove(desk, account, said, kind=AGAIN, door=door)
    if proved is None:
        note_not_proved(desk, account)
        return ProofAnswer(wait=throttle.count_wrong(desk, kept, str(account.id)))
    return ProofAnswer(token=note_proof(desk, session, proved))


def prove(desk: Desk, account: Account, said: Said, *, kind: str, door: Door) -> FactorKind | None:
    """Which second proof of a person was given, if any fits. The person's row is held: nothing works twice at once."""
    if said.way is Way.CODE:
        return _by_code(desk, account, said.text)
    if said.way is Way.RECOVERY:
        return _by_recovery(desk, account, said.text)
    return _by_passkey(desk, account, said.text, kind=kind, door=door) if said.way is Way.PASSKEY else None


@action("proved once more", needs=Permission.OWN_ACCOUNT)
def note_proof(desk: Desk, session: SignIn, proved: FactorKind) -> str:
    """The person at the desk has proved who they are; the session gets a new token."""
    session.proved_at, session.proved_by = desk.now, proved
    settle_role(desk, session)
    return entering.new_token(session)


@action("password typed once more", needs=Permission.OWN_ACCOUNT)
def note_password(desk: Desk, session: SignIn) -> str:
    """The person at the desk, who has no second proof yet, has typed the password once more."""
    session.password_at = desk.now
    return entering.new_token(session)


@action("not proved once more", needs=Permission.OWN_ACCOUNT)
def note_not_proved(desk: Desk, account: Account) -> None:
    """Note that a second proof was wrong in the middle of a session."""


@action(queries.SECOND_TRIED, needs=Permission.PUBLIC)
def note_wrong_proof(desk: Desk, account: Account) -> None:
    """Note that the password was right and the second proof was not: the password may be known to somebody else."""


@action("recovery code used", needs=Permission.PUBLIC)
def note_recovery(desk: Desk, account: Account) -> None:
    """Note that a recovery code was used up."""


def settle_role(desk: Desk, session: SignIn) -> None:
    """Whoever was waiting for a second proof and holds one role only goes on in it."""
    held = queries.held_today(desk, session.account_id)
    if session.appointment_id is None and len(held) == 1:
        session.appointment_id = held[0].id


def take_challenge(desk: Desk, secret: bytes, kind: str, challenge: bytes, bound: bytes) -> bool:
    """Whether a challenge is one of ours, for this purpose and person, fresh, and used for the first time."""
    ticket = codes.read_ticket(secret, kind, challenge, desk.now, lasts=CHALLENGE_LASTS, bound=bound)
    return ticket is not None and spend(desk, ticket.number)


def _by_code(desk: Desk, account: Account, typed: str) -> FactorKind | None:
    for row in queries.living_factors(desk, account.id, FactorKind.TOTP):
        secret = desk.safe.open_factor(account.id, row.id, row.secret_sealed)
        step = codes.fitting_step(secret, typed, desk.now, row.last_step)
        if step is not None:
            row.last_step, row.used_at = step, desk.now
            return FactorKind.TOTP
    return None


def _by_recovery(desk: Desk, account: Account, typed: str) -> FactorKind | None:
    wanted, found = codes.recovery_digest(typed), None
    if wanted is None or not queries.has_factor(desk, account.id):
        return None
    for row in queries.living_factors(desk, account.id, FactorKind.RECOVERY):
        if hmac.compare_digest(desk.safe.open_factor(account.id, row.id, row.secret_sealed), wanted):
            found = row
    if found is None:
        return None
    found.ended_at = found.used_at = desk.now
    note_recovery(desk, account)
    return FactorKind.RECOVERY


def _by_passkey(desk: Desk, account: Account, text: str, *, kind: str, door: Door) -> FactorKind | None:
    answer = passkeys.read(text)
    if answer is None or answer.account_id not in (None, account.id):
        return None
    for row, passkey in queries.passkeys_of(desk, account.id):
        count = passkeys.used(answer, passkey, row.sign_count or 0, door.site)
        if count is None:
            continue
        bound = b"" if kind == ENTER else account.id.bytes
        if not take_challenge(desk, door.secret, kind, answer.challenge, bound):
            return None
        _note_use(row, count, desk)
        return FactorKind.PASSKEY
    return None


def _note_use(row: Factor, count: int, desk: Desk) -> None:
    row.sign_count, row.used_at = count, desk.now


def _come_in(
    desk: Desk, account: Account, proved: FactorKind, *, door: Door, browser: Browser, replaces: str
) -> SignInAnswer:
    held = queries.held_today(desk, account.id)
    if not held:
        entering.note_refusal(desk, account)
        return SignInAnswer(without_role=True)
    desk.flush()
    return entering.sign_in(
        desk, account, roles=held, browser=browser, replaces=replaces, proved=proved, demo=door.demo
    )


def _stands(account: Account, payload: bytes, *, demo: bool) -> bool:
    return _may_come(account, demo=demo) and hmac.compare_digest(payload[16:], _fingerprint(account))


def _may_come(account: Account, *, demo: bool) -> bool:
    return account.state == AccountState.ACTIVE and (demo or not account.demo)


def _fingerprint(account: Account) -> bytes:
    return hashlib.sha256(b"password" + (account.password_hash or "").encode()).digest()[:16]


def _second_buckets(secret: bytes, account: Account, browser: Browser) -> Sequence[Named]:
    of_person = devices.bucket(secret, "second", account.id.bytes, browser.mark or b"")
    return ((of_person, rules.PER_ACCOUNT), *(() if browser.mark else _address_bucket(secret, browser)))


def _address_bucket(secret: bytes, browser: Browser) -> Sequence[Named]:
    around = devices.neighbourhood(browser.address)
    return ((devices.bucket(secret, "address", around.encode()), rules.PER_ADDRESS),) if around else ()


def _tries(kept: Sequence[throttle.Kept], name: bytes) -> int:
    return next((each.row.failures for each in kept if each.name == name and each.row is not None), 0)


def _mark(number: bytes) -> bytes:
    return hashlib.sha256(number).digest()


def is_spent(desk: Desk, number: bytes) -> bool:
    """Whether a ticket was used up before."""
    return desk.session.get(SpentProof, _mark(number)) is not None


def spend(desk: Desk, number: bytes) -> bool:
    """Use up a ticket; whether this was the first time."""
    desk.session.execute(delete(SpentProof).where(SpentProof.at < desk.now - _KEPT_FOR))
    if is_spent(desk, number):
        return False
    try:
        with desk.session.begin_nested():
            desk.session.add(SpentProof(mark=_mark(number), at=desk.now))
    except IntegrityError:
        return False
    return True
