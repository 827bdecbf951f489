"""Who may sign in, how long one waits after wrong tries, how long a session lives, who may hold which role. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from casemgr.accounts.terms import DEPUTIZED, OPENS_RECORDS, PROVED_TWICE, SEATS, Bucket, ProposalState, Seat
from casemgr.core.findings import Findings, blocks
from casemgr.core.words import _l

USERNAME = re.compile(r"[a-z0-9._-]{3,64}")
CLIENT_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")

IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
DRAFTS_KEPT = timedelta(days=7)
MOST_DRAFTS = 10
_LEFT_INNOCENTLY = frozenset({None, "signed out", "newer sign-in"})
MOST_SESSIONS = 3
SEEN_EVERY = timedelta(minutes=1)

FIRST_PASSWORD_LASTS = timedelta(days=7)

LONGEST_ABSENCE = timedelta(days=91)  # from the first day to the last, which counts too

_WINDOW = timedelta(minutes=15)
_LONGEST_WAIT = 60
_DOUBLINGS = 6
_SHORTEST_WHY = 8
MANY_TRIES = 3  # from so many wrong tries on, the next sign-in shows them before anything else


@dataclass(frozen=True)
class Allowance:
    """How many wrong tries in a quarter of an hour cost nothing."""

    free: int


PER_ACCOUNT = Allowance(10)
PER_ADDRESS = Allowance(100)
PER_TICKET = Allowance(100)  # only counted: a ticket to the second page is good for a few tries


def wait(bucket: Bucket | None, allowance: Allowance, now: datetime) -> int:
    """Seconds until the next try counts: none at first, then doubling with each wrong one, never more than a minute."""
    if bucket is None or is_stale(bucket, allowance, now) or bucket.failures < allowance.free:
        return 0
    delay = min(_LONGEST_WAIT, 1 << min(bucket.failures - allowance.free, _DOUBLINGS))
    left = (bucket.last + timedelta(seconds=delay) - now).total_seconds()
    return max(0, -int(-left // 1))


def after_wrong_try(bucket: Bucket | None, allowance: Allowance, now: datetime) -> Bucket:
    """The bucket with one more wrong try in it."""
    if bucket is None or is_stale(bucket, allowance, now):
        return Bucket(1, now, now)
    return Bucket(bucket.failures + 1, bucket.since, now)


def is_stale(bucket: Bucket, allowance: Allowance, now: datetime) -> bool:
    """Whether a bucket is forgotten: quiet for a quarter of an hour, or never full within one."""
    if now - bucket.last >= _WINDOW:
        return True
    return bucket.failures < allowance.free and now - bucket.since >= _WINDOW


def session_lives(started_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a session still stands: not ended, used within half an hour, begun within half a day."""
    return ended_at is None and now - seen_at < IDLE and now - started_at < LONGEST_SESSION


def may_leave_draft(end_reason: str | None, seen_at: datetime, now: datetime) -> bool:
    """Whether an ended session may still hand in what was typed in it: not one that was ended because of somebody else."""
    return end_reason in _LEFT_INNOCENTLY and now - seen_at < DRAFTS_KEPT


def has_lapsed(given_at: datetime, now: datetime) -> bool:
    """Whether a first password, which others have seen, lay about too long before its owner changed it."""
    return now - given_at >= FIRST_PASSWORD_LASTS


def should_note_use(seen_at: datetime, now: datetime) -> bool:
    """Whether the use of a session is written down again: once a minute is enough."""
    return now - seen_at >= SEEN_EVERY


def surplus(oldest_first: Sequence[datetime]) -> int:
    """How many of the oldest sessions end when one more begins."""
    return max(0, len(oldest_first) + 1 - MOST_SESSIONS)


def needs_second_proof(role: str, *, demo: bool) -> bool:
    """Whether a role asks for a second proof of who somebody is; with invented data it does not."""
    return not demo and role in PROVED_TWICE


PROOF_LASTS = timedelta(minutes=5)
MOST_FACTORS = 6


def is_fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Whether somebody proved who they are so lately that nobody else can have sat down at their place."""
    return proved_at is not None and timedelta(0) <= now - proved_at < PROOF_LASTS


def may_end_factor(*, last: bool, role_needs_it: bool) -> Findings:
    """Whether somebody can take away one of their own second proofs."""
    return Findings(
        blocks(
            "last-proof",
            _l("Your role needs a second proof of who you are. Set up another one first, then remove this."),
            when=last and role_needs_it,
        )
    )


def may_add_factor(*, held: int, label: str, taken: bool) -> Findings:
    """Whether somebody can set up one more second proof."""
    return Findings(
        blocks(
            "too-many-proofs",
            _l("At most %(count)s at once. Remove one that you no longer use.", count=MOST_FACTORS),
            when=held >= MOST_FACTORS,
        ),
        blocks(
            "no-label",
            _l("Give it a name by which you know it again, for example the telephone."),
            when=not label.strip(),
            field="label",
        ),
        blocks(
            "label-taken",
            _l("You have given this name already. Choose another."),
            when=bool(label.strip()) and taken,
            field="label",
        ),
    )


def may_reset_factors(*, oneself: bool, within_reach: bool, any_there: bool) -> Findings:
    """Whether an administrator may take away the second proofs of somebody."""
    return Findings(
        blocks("nothing-there", _l("This account has no second proof."), when=not any_there),
        *may_manage(oneself=oneself, within_reach=within_reach),
    )


def says_why(reason: str) -> Findings:
    """Whether something is put to a second person, or refused by one, with the reason."""
    return Findings(
        blocks(
            "why",
            _l("Say why, in a sentence. The other person decides by it."),
            when=len(reason.strip()) < _SHORTEST_WHY,
            field="reason",
        )
    )


def may_propose(*, asked: bool) -> Findings:
    """Whether something can be put to a second person: not while the same waits already."""
    return Findings(
        blocks(
            "asked-already",
            _l("Somebody has asked for this already. It waits for a second person."),
            when=asked,
        )
    )


def was_asked(asked: bool) -> Findings:
    """Whether there is anything to sign or refuse."""
    return Findings(blocks("not-asked", _l("Nobody has asked for this."), when=not asked))


def may_sign(*, state: ProposalState, expired: bool, mine: bool) -> Findings:
    """Whether somebody can answer what another asked for."""
    return Findings(
        blocks("answered", _l("This was answered already."), when=state is not ProposalState.WAITING),
        blocks(
            "expired",
            _l("The time for this is over. Whoever needs it asks again."),
            when=state is ProposalState.WAITING and expired,
        ),
        blocks("mine", _l("You asked for this yourself. Another person has to sign."), when=mine),
    )


def may_withdraw(*, state: ProposalState, mine: bool) -> Findings:
    """Whether somebody can take back what they asked for."""
    return Findings(
        blocks("answered", _l("This was answered already."), when=state is not ProposalState.WAITING),
        blocks("not-mine", _l("Only whoever asked for this can withdraw it."), when=not mine),
    )


def away_on(since: date, until: date, ended: bool, day: date) -> bool:
    """Whether somebody is away on a day: the last day is included, and it ends by itself or when called off."""
    return not ended and since <= day <= until


def may_be_away(
    since: date | None,
    until: date | None,
    *,
    today: date,
    role: str,
    oneself: bool,
    deputy_known: bool,
    deputy_away: bool,
    overlapping: bool,
    made_by_deputy: bool,
) -> Findings:
    """Whether somebody can be noted as away from an office from this day to that, with this deputy."""
    ordered = since is not None and until is not None and until >= since
    return Findings(
        blocks("no-first-day", _l("Give the first day away."), when=since is None, field="since"),
        blocks("no-last-day", _l("Give the last day away."), when=until is None, field="until"),
        blocks(
            "day-has-passed",
            _l("The first day lies in the past. A deputy acts from today on at the earliest."),
            when=since is not None and since < today,
            field="since",
        ),
        blocks(
            "ends-before-it-begins",
            _l("The last day is before the first. Correct one of them."),
            when=since is not None and until is not None and until < since,
            field="until",
        ),
        blocks(
            "too-long",
            _l(
                "An absence lasts %(days)s days at most. For longer, the office is given to somebody.",
                days=LONGEST_ABSENCE.days + 1,
            ),
            when=ordered and since is not None and until is not None and until - since > LONGEST_ABSENCE,
            field="until",
        ),
        blocks(
            "no-deputy-for-this",
            _l("There are no deputies for this role."),
            when=role not in DEPUTIZED,
            field="appointment",
        ),
        blocks(
            "deputy-unknown",
            _l("Choose somebody who holds a role at the same unit on all of these days."),
            when=oneself or not deputy_known,
            field="deputy",
        ),
        blocks(
            "deputy-away",
            _l("This person is away on some of these days. Choose somebody else, or other days."),
            when=deputy_away,
            field="deputy",
        ),
        blocks(
            "made-by-deputy",
            _l(
                "Nobody makes themselves a deputy. The person who is away names one, or another supervisor does."
            ),
            when=made_by_deputy,
            field="deputy",
        ),
        blocks(
            "overlaps",
            _l("For some of these days a deputy is named already. Call that off first."),
            when=overlapping,
            field="since",
        ),
    )


def may_hold(role: str, seat: Seat) -> Findings:
    """Whether a role can be held at a unit of this level."""
    return Findings(
        blocks(
            "role-elsewhere",
            _l("This role is not held at a unit of this level. Choose another unit."),
            when=seat not in SEATS[role],
            field="unit",
        )
    )


def is_given_by_two(role: str, *, demo: bool) -> bool:
    """Whether a second person signs before somebody holds a role; with invented data only for an administrator."""
    return role == "admin" or (role in OPENS_RECORDS and not demo)


def may_end(until: date | None, last_day: date) -> Findings:
    """Whether a role can end on a day: what has an end is not made longer by ending it."""
    return Findings(
        blocks(
            "made-longer",
            _l("This role ends earlier already. Give it anew if it is to go on."),
            when=until is not None and last_day > until,
            field="last",
        )
    )


def may_span(since: date, until: date | None) -> Findings:
    """Whether a role can be held from this day to that."""
    return Findings(
        blocks(
            "ends-before-it-begins",
            _l("The last day is before the first. Correct one of them."),
            when=until is not None and until < since,
            field="until",
        )
    )


def may_manage(*, oneself: bool, within_reach: bool) -> Findings:
    """Whether an administrator may change this account: not one's own, and no role of it lies elsewhere."""
    return Findings(
        blocks(
            "own-account", _l("Nobody manages their own account. Ask another administrator."), when=oneself
        ),
        blocks(
            "elsewhere",
            _l("This person holds a role outside your area. Ask the administrator of the level above."),
            when=not within_reach,
        ),
    )


def username_errors(username: str) -> Sequence[object]:
    """What is wrong with the form of a sign-in name."""
    if USERNAME.fullmatch(username):
        return ()
    return (_l("Use 3 to 64 small letters a–z, digits, dot, line or underscore."),)


def client_name_errors(name: str) -> Sequence[object]:
    """What is wrong with the form of a client's name."""
    if CLIENT_NAME.fullmatch(name):
        return ()
    return (_l("Use 1 to 64 letters a–z, digits, dot, line or underscore."),)


def password_errors(
    password: str, *, shortest: int, longest: int, guessable: bool, same: bool
) -> Sequence[object]:
    """What is wrong with a new password."""
    if len(password) < shortest:
        return (
            _l("At least %(count)s characters. Several words are easier to keep in mind.", count=shortest),
        )
    if len(password) > longest:
        return (_l("At most %(count)s characters.", count=longest),)
    if same:
        return (_l("This is the password you have now. Choose another."),)
    if guessable:
        return (
            _l(
                "This is easily guessed: common words, the name of the office or of the person. Add other words."
            ),
        )
    return ()


def safe_path(text: str | None) -> str | None:
    """An address of ours to go on to, or nothing: never another host, never a trick of slashes."""
    if not text or len(text) > 500 or not text.startswith("/") or text.startswith("//"):
        return None
    if "\\" in text or any(ord(sign) < 0x21 or ord(sign) == 0x7F for sign in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if not parts.scheme and not parts.netloc else None
