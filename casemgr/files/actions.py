"""Writing files: keep one, hand out an original, let two persons remove one, settle what waited for the scanner."""

from datetime import date, timedelta
from typing import IO

from sqlalchemy import delete

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions as second
from casemgr.accounts import queries as accounts
from casemgr.accounts import seconding
from casemgr.accounts.models import Proposal
from casemgr.cases import deciding
from casemgr.cases.models import Case
from casemgr.core.calendar import local_day
from casemgr.core.text import clean, clean_lines
from casemgr.core.words import _l
from casemgr.files import queries, rules
from casemgr.files.models import CaseFile, FileChunk, FileTaking
from casemgr.files.proving import Proved
from casemgr.files.terms import REMOVAL, About, FileContent, Form, Purpose, Removing, State, Taking
from casemgr.security.chunks import pieces

_LONGEST_NAME, _LONGEST_TEXT = 120, 2000
_PORTION = 16  # chunks written at once: a mebibyte


@action("file added", needs=Permission.FILE_ADD)
def add(
    desk: Desk,
    case: Case,
    proved: Proved,
    *,
    name: str,
    about: About | None,
    description: str,
    taken_on: date | None,
    state: State = State.READY,
) -> CaseFile:
    """Keep a file that was proved: its original as it came, the copies made of it, and what is told of it."""
    told = clean_lines(description, _LONGEST_TEXT)
    rules.may_add(about=about, description=told, taken_on=taken_on, today=local_day(desk.now)).settle()
    accounts.one_after_the_other(desk)
    desk.session.refresh(case, with_for_update=True)  # two at the same moment count one another
    rules.has_room(queries.added_today(desk, case), by_person=queries.kept_today(desk)).settle()
    file = CaseFile(
        id=desk.id(), case_id=case.id, state=state, added_at=desk.now, added_by=desk.actor.account_id
    )
    desk.safe.begins(file.id)
    desk.add(file)
    desk.seal(
        file,
        content=FileContent(
            name=_name(name),
            about=about or About.OTHER,
            description=told,
            kind=proved.kind,
            size=proved.size,
            digest=proved.digest,
            taken_on=taken_on,
            copy_size=proved.copy_size or None,
            small_size=proved.small_size or None,
            **proved.facts,
        ),
    )
    desk.flush()
    for form, stream in (
        (Form.ORIGINAL, proved.original),
        (Form.COPY, proved.copy),
        (Form.SMALL, proved.small),
    ):
        if stream is not None:
            _store(desk, file, form, stream)
    desk.record(queries.KEPT, file.id, digest=f"SHA-256 {proved.digest}", size=proved.size, state=state)
    return file


@action("original taken", needs=Permission.FILE_ORIGINAL)
def take_original(desk: Desk, file: CaseFile, *, purpose: Purpose | None, words: str) -> FileTaking:
    """Let the original leave the house, to whoever proved once more who they are and says for whom it is."""
    accounts.insist_on_proof(desk)
    told = clean_lines(words, _LONGEST_TEXT)
    rules.may_be_opened(State(file.state)).settle()
    rules.may_hand_out(purpose=purpose, words=told).settle()
    taking = FileTaking(
        id=desk.id(), file_id=file.id, case_id=file.case_id, at=desk.now, account_id=desk.actor.account_id
    )
    desk.add(taking)
    desk.seal(taking, taking=Taking(purpose or Purpose.OTHER, told))
    desk.record("file handed out", file.id, reason=purpose, digest=f"SHA-256 {queries.content(file).digest}")
    return taking


@action("removal of a file asked", needs=Permission.FILE_ADD)
def ask_removal(desk: Desk, file: CaseFile, case: Case, *, reason: str) -> CaseFile:
    """Ask that a file be removed which should not be here; another person has to agree."""
    told = clean_lines(reason, _LONGEST_TEXT)
    rules.may_ask_removal(state=State(file.state), held=queries.is_held(desk, case), reason=told).settle()
    second.propose(desk, REMOVAL, about=file.id.hex, case_id=case.id)
    desk.seal(file, removing=Removing(told))
    return file


@action("removal of a file called off", needs=Permission.FILE_ADD)
def call_off_removal(desk: Desk, file: CaseFile, *, reason: str) -> CaseFile:
    """Leave a file where it is after all: whoever asked, or another person who says why."""
    second.call_off_proposal(desk, accounts.asked_for(desk, REMOVAL, file.id.hex), reason=reason)
    return file


def remove(desk: Desk, file: CaseFile) -> Proposal:
    """Agree that a file is removed."""
    return second.sign(desk, accounts.asked_for(desk, REMOVAL, file.id.hex))


@action("file removed", needs=Permission.FILE_ADD)
def _remove(desk: Desk, file: CaseFile) -> CaseFile:
    """Its key is destroyed and nothing of it opens any more; that it was here stays."""
    case = desk.get(Case, file.case_id)
    rules.may_remove(
        state=State(file.state), held=queries.is_held(desk, case), answers=deciding.may_act(desk, case)
    ).settle()
    file.state, file.removed_at, file.removed_by = State.REMOVED, desk.now, deciding.who(desk)
    desk.seal(file, content=None)
    desk.session.execute(delete(FileChunk).where(FileChunk.file_id == file.id))
    desk.safe.shred(file.id)
    return file


seconding.register(
    seconding.Kind(
        REMOVAL,
        _l("Removal of a file"),
        Permission.FILE_ADD,
        Permission.FILE_ADD,
        lambda desk, given: _remove(desk, queries.asked_about(desk, given)),
        lasts=timedelta(days=14),
        look=queries.look,
        destroys=_l("Agree: remove it for ever"),
    )
)


@action("file released", needs=Permission.MAINTAIN)
def release(desk: Desk, file: CaseFile) -> CaseFile:
    """Let a file be opened that the scanner has looked at and found clean."""
    file.state, file.scanned_at = State.READY, desk.now
    return file


@action("file found infected", needs=Permission.MAINTAIN)
def lock_away(desk: Desk, file: CaseFile) -> CaseFile:
    """Let nobody open a file in which the scanner found something. It stays, because it may be evidence."""
    file.state, file.scanned_at = State.INFECTED, desk.now
    return file


def _store(desk: Desk, file: CaseFile, form: Form, stream: IO[bytes]) -> None:
    """Write the sealed chunks of a stream, a mebibyte at a time."""
    stream.seek(0)
    portion: list[dict[str, object]] = []
    for number, sealed in enumerate(desk.safe.seal_file(file.id, form, pieces(stream))):
        portion.append(
            {"file_id": file.id, "form": form, "number": number, "case_id": file.case_id, "sealed": sealed}
        )
        if len(portion) == _PORTION:
            _write(desk, portion)
    _write(desk, portion)


def _write(desk: Desk, portion: list[dict[str, object]]) -> None:
    desk.append(FileChunk, *portion)
    desk.flush()
    portion.clear()


def _name(told: str) -> str:
    """A name as people can read it: the last part, nothing invisible, not longer than a line."""
    return clean(told.replace("\\", "/").rpartition("/")[2], _LONGEST_NAME)
