"""What somebody does with their own notices, and how they want to be reached."""

import hashlib
import secrets

from sqlalchemy import update

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.cases.terms import Beside, Note, Step
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.words import _
from casemgr.notices import queries, rules
from casemgr.notices.actions.running import tell
from casemgr.notices.models import Notice, NoticeWish
from casemgr.notices.terms import About, Level, Matter


@action("notice read", needs=Permission.NOTICE_READ)
def mark_read(desk: Desk, notice: Notice) -> None:
    """This person has read it."""
    if notice.read_at is None:
        notice.read_at = desk.now


@action("notices read", needs=Permission.NOTICE_READ)
def mark_all_read(desk: Desk) -> None:
    """This person has read everything that stands there now."""
    if desk.actor.account_id is None:
        raise NotFound
    desk.session.execute(
        update(Notice)
        .where(Notice.account_id == desk.actor.account_id, Notice.read_at.is_(None))
        .values(read_at=desk.now)
    )


@action("help asked for", needs=Permission.CASE_READ)
def ask(desk: Desk, case: Case) -> int:
    """Ask the supervisor to call about a case: its number goes, nothing else. Once a day is enough."""
    if case.rehearsal:
        raise Invalid({"number": [_("This is a rehearsal: nobody is called.")]})
    day = local_day(desk.now).isoformat()
    matter = Matter(
        About.QUESTION,
        f"question:{case.id.hex}:{desk.actor.account_id.hex if desk.actor.account_id else ''}:{day}"[:90],
        case.id,
        case.number,
        case.unit_id,
        None,
        desk.now,
    )
    staff = queries.staff_of(desk, [matter])[matter.ref]
    people, reached = rules.recipients(Level.PROVINCE, staff, {})
    if reached is None:
        raise Invalid({"number": [_("No supervisor is known for this unit. Call hotline 111.")]})
    told = sum(tell(desk, person, matter, Level.PROVINCE, {}) for person in people)
    if told:
        spine.write_line(desk, case, Step.NOTE, note=Note.of(Beside.CALL_ASKED))
    return told


@action("address for letters set", needs=Permission.OWN_ACCOUNT)
def set_address(desk: Desk, *, email: str | None) -> None:
    """Remember where letters go, or that none are wanted. What outlives a session is no matter of whoever stole one."""
    accounts.insist_on_proof(desk)
    if email:
        rules.may_be_written_to(email).settle()
    _own_wish(desk).email = email or None


@action("calendar renewed", needs=Permission.OWN_ACCOUNT)
def renew_calendar(desk: Desk) -> str:
    """A new secret address for the calendar; the one before opens nothing any more."""
    accounts.insist_on_proof(desk)
    token = secrets.token_urlsafe(32)
    wish = _own_wish(desk)
    wish.calendar_digest, wish.calendar_made_at = hashlib.sha256(token.encode()).digest(), desk.now
    return token


@action("calendar ended", needs=Permission.OWN_ACCOUNT)
def forget_calendar(desk: Desk) -> None:
    """No calendar any more."""
    wish = _own_wish(desk)
    wish.calendar_digest = wish.calendar_made_at = None


def _own_wish(desk: Desk) -> NoticeWish:
    if desk.actor.account_id is None:
        raise NotFound
    wish = queries.wish(desk)
    if wish is None:
        wish = NoticeWish(account_id=desk.actor.account_id)
        desk.add(wish)
    return wish
