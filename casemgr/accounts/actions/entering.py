"""Signing in and out. The password has been checked before: hashing takes long, and no writer should wait for it."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries, rules
from casemgr.accounts.actions import throttle
from casemgr.accounts.models import Account, Appointment, SignIn
from casemgr.accounts.terms import AccountState, Browser, Candidate, FactorKind, SessionEnd, SignInAnswer


def answer_try(
    desk: Desk,
    candidate: Candidate,
    *,
    username: str,
    fits: bool,
    browser: Browser,
    secret: bytes,
    demo: bool,
    renewed: str | None = None,
    replaces: str = "",
) -> SignInAnswer:
    """Answer a try to sign in. Too early, wrong name, wrong password and suspended get the same answer."""
    named = throttle.buckets(secret, username, candidate.account_id, browser)
    waiting = throttle.look(desk, named)
    kept = () if waiting else throttle.keep(desk, named, make=not fits)
    waiting = waiting or throttle.wait(desk, kept)
    if waiting:
        throttle.hold_back(desk, named)
        return SignInAnswer(wait=waiting)
    account = locked(desk, candidate.account_id)
    if account is None or not fits or not _may_enter(account, candidate, demo=demo):
        note_failure(desk, account)
        subject = None if account is None else str(account.id)
        return SignInAnswer(wait=throttle.count_wrong(desk, kept, subject))
    held = queries.held_today(desk, account.id)
    lapsed = account.must_change and rules.has_lapsed(account.changed_at or account.created_at, desk.now)
    if lapsed or not held:
        note_refusal(desk, account)
        return SignInAnswer(lapsed=lapsed, without_role=not held)
    others = throttle.keep(desk, [(throttle.unknown(secret, username), rules.PER_ACCOUNT)])
    throttle.forgive(desk, kept if browser.mark else (), others, str(account.id))
    desk.flush()
    if queries.has_factor(desk, account.id):
        ask_second(desk, account, renewed=renewed)
        return SignInAnswer(account_id=account.id, second=True)
    return sign_in(desk, account, roles=held, browser=browser, renewed=renewed, replaces=replaces, demo=demo)


@action("second proof asked for", needs=Permission.PUBLIC)
def ask_second(desk: Desk, account: Account, *, renewed: str | None = None) -> None:
    """Note that a password was right and that a second proof is awaited; nobody is signed in yet."""
    if renewed is not None:
        account.password_hash = renewed


@action("signed in", needs=Permission.PUBLIC)
def sign_in(
    desk: Desk,
    account: Account,
    *,
    roles: Sequence[Appointment],
    browser: Browser,
    demo: bool,
    renewed: str | None = None,
    replaces: str = "",
    proved: FactorKind | None = None,
) -> SignInAnswer:
    """Begin a session: a new token for the browser, the oldest of too many sessions ends, wrong tries are told."""
    tries = queries.tries_since(desk, account.id, queries.last_sign_in(desk, account.id))
    if renewed is not None:
        account.password_hash = renewed
    if replaces:
        _end_replaced(desk, replaces)
    alive = queries.living_sessions(desk, account.id)
    for old in alive[: rules.surplus([row.started_at for row in alive])]:
        close(desk, old, SessionEnd.NEWER)
    waits = proved is None and all(rules.needs_second_proof(row.role, demo=demo) for row in roles)
    token = secrets.token_urlsafe(32)
    session = SignIn(
        id=desk.id(),
        account_id=account.id,
        appointment_id=roles[0].id if len(roles) == 1 and not waits else None,
        token_digest=queries.digest(token),
        started_at=desk.now,
        seen_at=desk.now,
        device=browser.label,
        address=browser.address[:45],
        tries_before=tries,
        proved_at=None if proved is None else desk.now,
        proved_by=proved,
    )
    desk.add(session)
    desk.flush()
    desk.actor = replace(desk.actor, id=f"account:{account.id}", account_id=account.id, session_id=session.id)
    return SignInAnswer(
        token=token,
        account_id=account.id,
        must_change=account.must_change,
        must_choose=len(roles) > 1 and not waits,
        must_enrol=waits,
        tries_before=tries,
    )


@action(queries.TRIED, needs=Permission.PUBLIC)
def note_failure(desk: Desk, account: Account | None) -> None:
    """Note a wrong try: with the account if there is one, never with what was typed."""


@action("sign-in refused", needs=Permission.PUBLIC)
def note_refusal(desk: Desk, account: Account) -> None:
    """Note that somebody proved who they are but has no role today, or came too late with a first password."""


@action("signed out", needs=Permission.OWN_ACCOUNT)
def sign_out(desk: Desk, session: SignIn) -> None:
    """End the session in which the person works."""
    close(desk, session, SessionEnd.SIGNED_OUT)


def close(desk: Desk, session: SignIn, reason: SessionEnd) -> None:
    """End one session, whoever asked for it."""
    if session.ended_at is None:
        session.ended_at, session.end_reason = desk.now, reason


def close_all(desk: Desk, account_id: UUID, reason: SessionEnd, *, but: UUID | None = None) -> int:
    """End every open session of somebody, save perhaps one; returns how many."""
    rows = desk.all(select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None)))
    ended = [row for row in rows if row.id != but]
    for row in ended:
        close(desk, row, reason)
    return len(ended)


def new_token(session: SignIn) -> str:
    """Give a session a new token; the one before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    session.token_digest = queries.digest(token)
    return token


def _may_enter(account: Account, candidate: Candidate, *, demo: bool) -> bool:
    """Active, not an invented person in production, and the password is still the one that was checked."""
    unchanged = account.password_hash is not None and account.password_hash == candidate.password_hash
    return account.state == AccountState.ACTIVE and (demo or not account.demo) and unchanged


def locked(desk: Desk, account_id: UUID | None) -> Account | None:
    """Somebody's row, held until the end of this piece of work, if there is such a person."""
    return None if account_id is None else desk.session.get(Account, account_id, with_for_update=True)


def _end_replaced(desk: Desk, token: str) -> None:
    found = desk.first(select(SignIn).where(SignIn.token_digest == queries.digest(token)))
    if found is not None:
        close(desk, found, SessionEnd.NEWER)
