"""Reading files: those of a case, one of them, its bytes, and who had it in hand."""

from collections.abc import Collection, Iterator, Sequence, Set
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk, Office
from casemgr.accounts import queries as accounts
from casemgr.accounts.seconding import ABOUT, Given, Look
from casemgr.accounts.terms import ProposalLine
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.core.calendar import day_start, local_day
from casemgr.core.errors import NotFound
from casemgr.core.words import _
from casemgr.files import rules
from casemgr.files.models import CaseFile, FileChunk, FileTaking
from casemgr.files.terms import REMOVAL, FileContent, Form, State, Taking
from casemgr.proceedings import queries as proceedings
from casemgr.security.audit import AuditEntry

KEPT = "file kept"  # as the trail has it

_TOLD = (
    "file kept",
    "file looked at",
    "file seen small",
    "file released",
    "file found infected",
    "removal of a file asked",
    "removal of a file called off",
)
_PORTION = 16  # chunks fetched at once: a mebibyte
_MOST_LOOKS = 200


class Hand(NamedTuple):
    """One time that somebody had a file in hand."""

    at: datetime
    actor: str
    what: str
    taking: Taking | None = None


def of_case(desk: Desk, case: Case) -> Sequence[CaseFile]:
    """Every file of a case, the newest first; their names and descriptions are opened."""
    found = desk.all(
        select(CaseFile)
        .where(CaseFile.case_id == case.id)
        .order_by(CaseFile.added_at.desc(), CaseFile.id.desc())
    )
    desk.safe.fetch_keys(row.id for row in found)
    desk.read("files listed", case.number, ("content",), count=len(found))
    return found


def one(desk: Desk, case: Case, file_id: UUID) -> CaseFile:
    """One file of a case."""
    return desk.one(select(CaseFile).where(CaseFile.id == file_id, CaseFile.case_id == case.id))


def asked_about(desk: Desk, given: Given) -> CaseFile:
    """The file that a second person is asked about."""
    return desk.get(CaseFile, UUID(given[ABOUT]))


def removal(desk: Desk, file: CaseFile) -> ProposalLine | None:
    """How far the wish to remove a file has come, if somebody has one that waits."""
    found = accounts.waiting(desk, REMOVAL, file.id.hex)
    return accounts.proposal_line(desk, found) if found is not None else None


def removals(desk: Desk, found: Collection[CaseFile]) -> Set[UUID]:
    """Which of some files somebody wants to have removed."""
    asked = accounts.latest(desk, REMOVAL, [row.id.hex for row in found if row.state != State.REMOVED])
    return {row.id for row in found if (wish := asked.get(row.id.hex)) and accounts.is_waiting(desk, wish)}


def look(desk: Desk, given: Given) -> Look:
    """What the second person reads of a file that is to be removed."""
    file = asked_about(desk, given)
    number = desk.get(Case, file.case_id).number
    what = content(file).description if file.content is not None else _("A removed file")
    return Look(
        [(_("Case"), number), (_("File"), what)],
        file.removing.reason if file.removing is not None else "",
        f"/cases/{number}/files/{file.id}",
    )


def content(file: CaseFile) -> FileContent:
    """What is known of a file; NotFound once it was removed."""
    if file.state == State.REMOVED or file.content is None:
        raise NotFound
    return file.content


def added_today(desk: Desk, case: Case) -> int:
    """How many files of a case were sent today, removed ones too."""
    since = day_start(local_day(desk.now))
    counted = select(func.count()).where(CaseFile.case_id == case.id, CaseFile.added_at >= since)
    return desk.session.scalar(counted.select_from(CaseFile)) or 0


def kept_today(desk: Desk) -> int:
    """How many files this person sent today, of any case; the trail has counted them."""
    counted = select(func.count()).where(
        AuditEntry.actor == desk.actor.id,
        AuditEntry.action == KEPT,
        AuditEntry.at >= day_start(local_day(desk.now)),
    )
    return desk.session.scalar(counted.select_from(AuditEntry)) or 0


def waiting(desk: Desk) -> Sequence[CaseFile]:
    """Files that wait for the virus scanner, the oldest first."""
    return desk.all(
        select(CaseFile).where(CaseFile.state == State.WAITING).order_by(CaseFile.added_at, CaseFile.id)
    )


def waits(desk: Desk, file_id: UUID) -> CaseFile:
    """One file that still waits for the virus scanner."""
    return desk.one(select(CaseFile).where(CaseFile.id == file_id, CaseFile.state == State.WAITING))


def is_held(desk: Desk, case: Case) -> bool:
    """Whether the files of a case must be kept: somebody said so, or proceedings may still need them."""
    return cases.is_on_hold(desk, case) or proceedings_run(desk, case)


def proceedings_run(desk: Desk, case: Case) -> bool:
    """Whether proceedings may still need the files of a case: a crime was reported, or a criminal decision is not final."""
    stages = [(one.now.criminal, one.now.making.void) for one in proceedings.of_case(desk, case)]
    criminal = [told for told, void in stages if told is not None and not void]
    if criminal:
        return not all(rules.has_ended(told) for told in criminal)
    return proceedings.is_reported(proceedings.crime_reports(desk, case))


def opened(desk: Desk, file: CaseFile, form: Form) -> Iterator[bytes]:
    """The bytes of a file, piece by piece, at this desk."""
    return desk.safe.open_file(file.id, form, _chunks(desk, file.id, form))


def opened_later(office: Office, actor: Actor, file_id: UUID, form: Form) -> Iterator[bytes]:
    """The bytes of a file while the answer is on its way: a short desk for each portion, none kept open for a slow reader."""

    def chunks() -> Iterator[bytes]:
        number = 0
        while True:
            with office.open(actor, writing=False) as desk:
                portion = list(_portion(desk, file_id, form, number))
            yield from portion
            if len(portion) < _PORTION:
                return
            number += _PORTION

    with office.open(actor, writing=False) as desk:
        return desk.safe.open_file(file_id, form, chunks())


def _chunks(desk: Desk, file_id: UUID, form: Form) -> Iterator[bytes]:
    number = 0
    while portion := _portion(desk, file_id, form, number):
        yield from portion
        number += _PORTION


def _portion(desk: Desk, file_id: UUID, form: Form, number: int) -> Sequence[bytes]:
    return desk.all(
        select(FileChunk.sealed)
        .where(
            FileChunk.file_id == file_id,
            FileChunk.form == form,
            FileChunk.number >= number,
        )
        .order_by(FileChunk.number)
        .limit(_PORTION)
    )


def hands(desk: Desk, file: CaseFile) -> Sequence[Hand]:
    """Who had a file in hand: kept it, looked at it, took the original; the newest first."""
    looks = desk.rows(
        select(AuditEntry.at, AuditEntry.actor, AuditEntry.action)
        .where(AuditEntry.object == str(file.id), AuditEntry.action.in_(_TOLD))
        .order_by(AuditEntry.seq.desc())
        .limit(_MOST_LOOKS)
    )
    takings = desk.all(select(FileTaking).where(FileTaking.file_id == file.id))
    found = [Hand(row.at, row.actor, row.action) for row in looks]
    found += [Hand(row.at, f"account:{row.account_id}", "file taken", row.taking) for row in takings]
    return sorted(found, key=lambda hand: hand.at, reverse=True)
