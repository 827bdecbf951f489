"""Setting up and taking away second proofs: one's own, or those of somebody who lost theirs."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import codes, passkeys, queries, rules
from casemgr.accounts.actions import entering, proving, second
from casemgr.accounts.models import Account, Factor, Proposal, SignIn
from casemgr.accounts.seconding import ABOUT, Given, Kind, Look, register
from casemgr.accounts.terms import RESET, FactorKind, SessionEnd, Site
from casemgr.core.errors import Conflict, Invalid, ProofNeeded
from casemgr.core.words import _, _l

ENROL_LASTS = timedelta(minutes=30)


def secret_of(desk: Desk, ticket: str, secret: bytes) -> bytes | None:
    """The secret that was shown to the person at the desk a while ago and is not in use yet."""
    read = _ticket(desk, ticket, secret)
    return None if read is None else read.payload


@action("authenticator set up", needs=Permission.OWN_ACCOUNT)
def enrol_code(desk: Desk, account: Account, *, ticket: str, typed: str, label: str, secret: bytes) -> Factor:
    """Take up an authenticator app, once it has shown a code that fits."""
    account = _ready(desk, account, label)
    read = _ticket(desk, ticket, secret)
    if read is None or proving.is_spent(desk, read.number):
        raise Conflict(_("This picture is out of date. Open the page again and scan the new one."))
    step = codes.fitting_step(read.payload, typed, desk.now, None)
    if step is None:
        raise Invalid(
            {
                "code": [
                    _("This code does not fit. Check the clock of the telephone, then type the newest code.")
                ]
            }
        )
    proving.spend(desk, read.number)
    return _add(desk, account, FactorKind.TOTP, label, read.payload, last_step=step)


@action("passkey set up", needs=Permission.OWN_ACCOUNT)
def enrol_passkey(
    desk: Desk, account: Account, *, answer: str, label: str, secret: bytes, site: Site
) -> Factor:
    """Take up a passkey that a browser has made for this person, on this site."""
    account = _ready(desk, account, label)
    read = passkeys.read(answer)
    made = None if read is None else passkeys.made(read, site)
    if read is None or made is None or not _asked(desk, account, read.challenge, secret):
        raise Invalid(
            {"answer": [_("The passkey could not be set up. Try again, or use an authenticator app.")]}
        )
    passkey, count = made
    if any(known.id == passkey.id for _row, known in queries.passkeys_of(desk, account.id)):
        raise Invalid({"answer": [_("This passkey is set up already.")]})
    return _add(desk, account, FactorKind.PASSKEY, label, passkey.packed(), sign_count=count)


@action("recovery codes made", needs=Permission.OWN_ACCOUNT)
def renew_recovery(desk: Desk, account: Account) -> Sequence[str]:
    """Ten new recovery codes; those of before open nothing any more. They are told this once."""
    _sure(desk)
    for row in queries.living_factors(desk, account.id, FactorKind.RECOVERY):
        row.ended_at = desk.now
    told = codes.new_recovery_codes()
    for text in told:
        _add(desk, account, FactorKind.RECOVERY, "", codes.recovery_digest(text) or b"")
    return told


@action("second proof removed", needs=Permission.OWN_ACCOUNT)
def end_factor(desk: Desk, factor: Factor, *, demo: bool) -> None:
    """Take away one of one's own second proofs; with the last one the recovery codes go too."""
    _sure(desk)
    entering.locked(desk, factor.account_id)
    strong = queries.living_factors(desk, factor.account_id, *queries.STRONG)
    last = len(strong) == 1
    rules.may_end_factor(
        last=last, role_needs_it=queries.role_needs_proof(desk, factor.account_id, demo=demo)
    ).settle()
    factor.ended_at = desk.now
    if last:
        for row in queries.living_factors(desk, factor.account_id, FactorKind.RECOVERY):
            row.ended_at = desk.now


@action("reset of second proofs asked for", needs=Permission.ACCOUNT_MANAGE)
def ask_reset(desk: Desk, account: Account) -> Proposal:
    """Ask that somebody's second proofs be taken away; another administrator has to agree."""
    queries.insist_on_proof(desk)
    _resettable(desk, account)
    return queries.waiting(desk, RESET, account.id.hex) or second.propose(desk, RESET, about=account.id.hex)


@action("reset of second proofs called off", needs=Permission.ACCOUNT_MANAGE)
def call_off_reset(desk: Desk, account: Account, *, reason: str) -> None:
    """Call off the wish to take somebody's second proofs away."""
    second.call_off(desk, queries.asked_for(desk, RESET, account.id.hex), reason=reason)


def agree_to_reset(desk: Desk, account: Account) -> Proposal:
    """Agree that somebody's second proofs are taken away, as another administrator asked."""
    return second.sign(desk, queries.asked_for(desk, RESET, account.id.hex))


@action("second proofs reset", needs=Permission.ACCOUNT_MANAGE)
def reset_factors(desk: Desk, account: Account) -> int:
    """Take away every second proof of somebody; their sessions end. Where people are real, two have decided on it."""
    queries.insist_on_proof(desk)
    entering.locked(desk, account.id)
    _resettable(desk, account)
    for factor in queries.living_factors(desk, account.id):
        factor.ended_at = desk.now
    return entering.close_all(desk, account.id, SessionEnd.RESET)


def _person(desk: Desk, given: Given) -> Account:
    return desk.get(Account, UUID(given[ABOUT]))


def _look(desk: Desk, given: Given) -> Look:
    person = _person(desk, given)
    return Look(
        [(_("Who"), f"{person.name} ({person.username})")],
        _("The person can no longer prove who they are. Speak with them first, face to face."),
        f"/accounts/{person.id}/factors/reset",
    )


register(
    Kind(
        RESET,
        _l("Reset the second proofs"),
        Permission.ACCOUNT_MANAGE,
        Permission.ACCOUNT_MANAGE,
        lambda desk, given: reset_factors(desk, _person(desk, given)),
        look=_look,
        destroys=_l("Agree and reset"),
        theirs=lambda desk, wish: queries.is_within_reach(desk, _person(desk, wish.given)),
    )
)


def prove_by_enrolling(desk: Desk, session: SignIn, factor: Factor) -> str:
    """Whoever has just shown that a second proof works has proved who they are."""
    return proving.note_proof(desk, session, FactorKind(factor.kind))


def _sure(desk: Desk) -> None:
    if not queries.is_surely_oneself(desk):
        raise ProofNeeded


def _ready(desk: Desk, account: Account, label: str) -> Account:
    """The person's row, held, if one more second proof may be set up."""
    _sure(desk)
    held = entering.locked(desk, account.id) or account
    known = queries.factors_of(desk, account.id).lines
    taken = any(line.label.casefold() == label.casefold() for line in known)
    rules.may_add_factor(held=len(known), label=label, taken=taken).settle()
    return held


def _ticket(desk: Desk, ticket: str, secret: bytes) -> codes.Ticket | None:
    bound = b"" if desk.actor.account_id is None else desk.actor.account_id.bytes
    raw = codes.from_text(ticket)
    return codes.read_ticket(secret, codes.ENROL, raw, desk.now, lasts=ENROL_LASTS, bound=bound)


def _asked(desk: Desk, account: Account, challenge: bytes, secret: bytes) -> bool:
    return proving.take_challenge(desk, secret, codes.ENROL, challenge, account.id.bytes)


def _add(
    desk: Desk,
    account: Account,
    kind: FactorKind,
    label: str,
    secret: bytes,
    *,
    last_step: int | None = None,
    sign_count: int | None = None,
) -> Factor:
    factor_id = desk.id()
    row = Factor(
        id=factor_id,
        account_id=account.id,
        kind=kind,
        label=label,
        secret_sealed=desk.safe.seal_factor(account.id, factor_id, secret),
        created_at=desk.now,
        last_step=last_step,
        sign_count=sign_count,
    )
    desk.add(row)
    desk.flush()
    return row


def _resettable(desk: Desk, account: Account) -> None:
    rules.may_reset_factors(
        oneself=desk.actor.account_id == account.id,
        within_reach=queries.is_within_reach(desk, account),
        any_there=queries.has_factor(desk, account.id),
    ).settle()
