"""Which letters go out, and what becomes of them. Each is taken in hand by one sender, sent, and noted; or tried again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import LOCAL
from casemgr.core.words import VIETNAMESE, _, speaking
from casemgr.notices import queries, rules
from casemgr.notices.models import Notice, NoticeMail, NoticeWish
from casemgr.notices.post import PostFailed
from casemgr.notices.terms import About, Letter, MailState

_IN_HAND = timedelta(minutes=10)  # a sender that died gives its letter back after this
_AT_ONCE = 100
DeskOpener = Callable[[], AbstractContextManager[Desk]]


def send_all(open_desk: DeskOpener, deliver: Callable[[Letter], None], link: str) -> tuple[int, int]:
    """Send what waits; gives how many went and how many did not. Nothing is held open while the post takes its time."""
    with open_desk() as desk:
        due = list(
            desk.all(
                select(NoticeMail.notice_id)
                .where(NoticeMail.state == MailState.WAITING, NoticeMail.next_at <= desk.now)
                .order_by(NoticeMail.next_at, NoticeMail.notice_id)
                .limit(_AT_ONCE)
            )
        )
    sent = failed = 0
    for notice_id in due:
        with open_desk() as desk:
            letter = take_in_hand(desk, notice_id, link)
        if letter is None:
            continue
        try:
            deliver(letter)
            went = True
        except PostFailed:
            went = False
        with open_desk() as desk:
            note_outcome(desk, notice_id, went=went)
        sent, failed = sent + went, failed + (not went)
    return sent, failed


@action("letter taken in hand", needs=Permission.MAINTAIN)
def take_in_hand(desk: Desk, notice_id: UUID, link: str) -> Letter | None:
    """Take one letter so that no other sender does; None when somebody was faster or it is no longer wanted."""
    taken = desk.session.execute(
        update(NoticeMail)
        .where(
            NoticeMail.notice_id == notice_id,
            NoticeMail.state == MailState.WAITING,
            NoticeMail.next_at <= desk.now,
        )
        .values(next_at=desk.now + _IN_HAND, tries=NoticeMail.tries + 1)
        .returning(NoticeMail.notice_id)
    ).scalar_one_or_none()
    if taken is None:
        return None
    found = desk.session.execute(
        select(Notice, NoticeWish.email)
        .outerjoin(NoticeWish, NoticeWish.account_id == Notice.account_id)
        .where(Notice.id == notice_id)
    ).one_or_none()
    wanted = found is not None and found[0].read_at is None and queries.may_still_hear(desk, found[0])
    if found is None or not found[1] or not wanted:
        desk.session.execute(
            update(NoticeMail).where(NoticeMail.notice_id == notice_id).values(state=MailState.GIVEN_UP)
        )
        return None
    return letter_of(found[0], found[1], link)


@action("letter noted", needs=Permission.MAINTAIN)
def note_outcome(desk: Desk, notice_id: UUID, *, went: bool) -> None:
    """Write down that a letter went, or when it is tried again; after many tries it is given up."""
    mail = desk.get(NoticeMail, notice_id)
    if went:
        mail.state, mail.sent_at = MailState.SENT, desk.now
        return
    wait = rules.wait_before_next_try(mail.tries)
    if wait is None:
        mail.state = MailState.GIVEN_UP
    else:
        mail.next_at = desk.now + wait


def letter_of(notice: Notice, to: str, link: str) -> Letter:
    """The letter about one notice: number, what it is about, until when, a link. No name, no kind of harm."""
    with speaking(VIETNAMESE):
        about = str(ABOUT[About(notice.matter)]())
        lines = [f"{notice.number}: {about}"]
        if notice.due_at is not None:
            lines.append(_("Until %(when)s", when=f"{notice.due_at.astimezone(LOCAL):%H:%M %d/%m/%Y}"))
        lines += ["", f"{link.rstrip('/')}/notices", "", _("This letter holds no names. Do not answer it.")]
        return Letter(to, _("%(number)s: something is due", number=notice.number), "\n".join(lines))


ABOUT: dict[About, Callable[[], str]] = {
    About.RETURN_DUE: lambda: _("a statistical return waits to be signed"),
    About.REPORT_UNSEEN: lambda: _("a report waits to be opened"),
    About.HANDOVER_UNSEEN: lambda: _("a handover waits to be seen"),
    About.HANDOVER_UNANSWERED: lambda: _("a handover waits for an answer"),
    About.NO_HOLDER: lambda: _("the case has nobody who answers for it"),
    About.CLOCK_HOURS: lambda: _("a limit is due or has passed"),
    About.CLOCK_DAYS: lambda: _("a limit is due or has passed"),
    About.QUESTION: lambda: _("somebody asks to be called about this case"),
    About.YOURS_ALONE: lambda: _("you are named on this case, which few may see"),
    About.NO_READER: lambda: _("a restricted case without a reader"),
    About.GLASS_BROKEN: lambda: _("somebody from outside reads this case for 24 hours"),
    About.GLASS_REVIEW: lambda: _("an opening from outside is to be reviewed within three working days"),
    About.GLASS_TRIED: lambda: _("somebody of this unit tries in vain to open cases of others"),
}
