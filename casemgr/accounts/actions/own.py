"""What everybody may do with their own account."""

from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import devices, queries, rules
from casemgr.accounts.actions import throttle
from casemgr.accounts.actions.entering import close, close_all, new_token
from casemgr.accounts.models import Account, SignIn
from casemgr.accounts.terms import PasswordAnswer, SessionEnd
from casemgr.core.errors import NotFound, Refused
from casemgr.core.words import _


@action("role chosen", needs=Permission.OWN_ACCOUNT)
def choose_role(desk: Desk, session: SignIn, *, appointment_id: UUID, demo: bool) -> str:
    """Go on in another role that is held today, or stood in for; the browser gets a new token."""
    held = next(
        (row for row in queries.held_today(desk, session.account_id) if row.id == appointment_id), None
    )
    absence = None
    if held is None:
        stood_in = queries.stood_in_today(desk, session.account_id)
        absence, held, _name = next(
            (row for row in stood_in if row[0].id == appointment_id), (None, None, "")
        )
    if held is None:
        raise NotFound
    if rules.needs_second_proof(held.role, demo=demo) and session.proved_at is None:
        raise Refused(_("This role needs a second proof of who you are."))
    session.appointment_id = held.id
    session.absence_id = None if absence is None else absence.id
    return new_token(session)


def answer_password(
    desk: Desk, account: Account, *, fits: bool, password_hash: str, secret: bytes
) -> PasswordAnswer:
    """Take up the new password if the one of now was right; wrong ones slow down the next try."""
    bucket = devices.bucket(secret, "own", account.id.bytes)
    named = ((bucket, rules.PER_ACCOUNT),)
    kept = throttle.keep(desk, named, make=not fits)
    waiting = throttle.wait(desk, kept)
    if waiting:
        throttle.hold_back(desk, named)
        return PasswordAnswer(wait=waiting)
    if not fits:
        note_wrong_password(desk, account)
        return PasswordAnswer(wait=throttle.count_wrong(desk, kept, str(account.id)))
    return PasswordAnswer(token=change_password(desk, account, password_hash=password_hash))


@action("password changed", needs=Permission.OWN_ACCOUNT)
def change_password(desk: Desk, account: Account, *, password_hash: str) -> str:
    """Take up a new password; all other sessions end and this one gets a new token."""
    session = queries.own_session(desk)
    account.password_hash, account.must_change, account.changed_at = password_hash, False, desk.now
    close_all(desk, account.id, SessionEnd.RENEWED, but=session.id)
    return new_token(session)


@action("password not changed", needs=Permission.OWN_ACCOUNT)
def note_wrong_password(desk: Desk, account: Account) -> None:
    """Note that the password of now was typed wrong when a new one was to be set."""


@action("session revoked", needs=Permission.OWN_ACCOUNT)
def end_session(desk: Desk, session: SignIn) -> None:
    """End one of one's own sessions, for example on a telephone that was lost: whoever signs in elsewhere has just proved it."""
    queries.insist_on_proof(desk)
    close(desk, session, SessionEnd.REVOKED)


@action("other sessions revoked", needs=Permission.OWN_ACCOUNT)
def end_other_sessions(desk: Desk, account: Account) -> int:
    """End all of one's sessions but this one. Whoever stole it does not shut the owner out."""
    queries.insist_on_proof(desk)
    return close_all(desk, account.id, SessionEnd.REVOKED, but=desk.actor.session_id)
