"""The end of the trail by post: whoever keeps it elsewhere can show later that what came before was cut off."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.core.calendar import LOCAL, day_start, local_day
from casemgr.core.words import VIETNAMESE, _, speaking
from casemgr.oversight.models import AuditCheck
from casemgr.security.audit import AuditEntry, Head, counted

SENT = "end of the trail sent"
_ABOUT = "trail-head"
DeskOpener = Callable[..., AbstractContextManager[Desk]]
Post = Callable[[str, str, str], bool]  # address, subject, text: whether it went


@dataclass(frozen=True)
class Posted:
    """How many letters with the end of the trail went today, and how many the post did not take."""

    sent: int
    failed: int


def send(open_desk: DeskOpener, post: Post, addresses: Sequence[str]) -> Posted:
    """Write to every address that had no letter today. Nothing is held open while the post takes its time."""
    with open_desk(writing=False) as desk:
        had = {mark for row in _sent_since(desk, day_start(local_day(desk.now))) for mark in _marks(row)}
        head, letter = desk.trail.head(desk.session), _letter(desk)
    waiting = [address for address in addresses if _mark(address) not in had]
    if head is None or not waiting:
        return Posted(0, 0)
    went = [_mark(address) for address in waiting if post(address, *letter)]
    with open_desk() as desk:
        failed = len(waiting) - len(went)
        desk.record(SENT, _ABOUT, head=str(head), to=went, count=len(went), result=failed)
    return Posted(len(went), failed)


def last_sent(desk: Desk) -> tuple[datetime, int] | None:
    """When the end of the trail went out last, and to how many addresses."""
    for row in desk.all(_OF_HEADS.order_by(AuditEntry.seq.desc()).limit(30)):
        if marks := _marks(row):
            return row.at, len(marks)
    return None


_OF_HEADS = select(AuditEntry).where(AuditEntry.object == _ABOUT, AuditEntry.action == SENT)


def _sent_since(desk: Desk, instant: datetime) -> Sequence[AuditEntry]:
    return desk.all(_OF_HEADS.where(AuditEntry.at >= instant))


def _marks(row: AuditEntry) -> Sequence[str]:
    told: Sequence[str] = json.loads(row.body).get("to", ())
    return told


def _mark(address: str) -> str:
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:16]


def _letter(desk: Desk) -> tuple[str, str]:
    """Subject and text: the end of the trail on a line of its own, as `audit verify --head` takes it. No name."""
    head: Head | None = desk.trail.head(desk.session)
    check = desk.first(select(AuditCheck).order_by(AuditCheck.at.desc()))
    day = f"{desk.now.astimezone(LOCAL):%d/%m/%Y}"
    with speaking(VIETNAMESE):
        lines = [
            _(
                "End of the audit trail on %(day)s, after %(count)s entries:",
                day=day,
                count=counted(desk.session),
            ),
            "",
            str(head or ""),
            "",
            _verified(check),
            _("Keep this letter. Whoever checks the trail hands this line in: audit verify --head"),
            _("If no letter comes for two days, or a letter says that something was found, call the office."),
        ]
        return _("End of the audit trail, %(day)s", day=day), "\n".join(lines)


def _verified(check: AuditCheck | None) -> str:
    if check is None:
        return _("The trail was not verified yet.")
    when = f"{check.at.astimezone(LOCAL):%H:%M %d/%m/%Y}"
    if check.faults:
        return _(
            "Verified %(when)s: SOMETHING WAS TAMPERED WITH, %(count)s findings.",
            when=when,
            count=check.faults,
        )
    return _("Verified %(when)s: whole.", when=when)
