"""Decisions on files: how large, how many, what a refusal says, when a file may be removed and by whom."""

from collections.abc import Mapping
from datetime import date

from casemgr.core.findings import Finding, Findings, blocks
from casemgr.core.words import Later, _l
from casemgr.files.terms import About, Purpose, State
from casemgr.proceedings.terms import Criminal, CriminalStage

LARGEST = 25 * 1024 * 1024
MOST_A_DAY = 20
MOST_OF_A_PERSON = 100

REFUSED: Mapping[str, Later] = {
    "empty": _l("The file is empty. Choose it again; if it stays empty, make the photo or scan once more."),
    "none": _l("Choose a file."),
    "too_large": _l("The file is larger than 25 MB. Take the photo smaller, or send a recording in parts."),
    "unknown": _l(
        "This kind of file is not taken. Send a photo (JPEG, PNG), a PDF, a Word file or a recording."
    ),
    "gif": _l("GIF pictures are not taken. Save the picture as JPEG or PNG."),
    "picture": _l("This kind of picture is not taken. Save it as JPEG or PNG."),
    "heic": _l(
        "HEIC pictures of telephones are not taken. Set the camera to “Most compatible” (JPEG), or send a screenshot."
    ),
    "markup": _l("Web pages and SVG drawings are not taken. Print it as a PDF, or send a screenshot."),
    "old_office": _l(
        "This is an old Office file, or one with a password. Open it, save it as Word (DOCX) without a password."
    ),
    "program": _l("This is a program. Programs are never taken."),
    "packed": _l("Archives are not opened. Unpack it and send each file by itself."),
    "two_kinds": _l(
        "The file is two kinds at once (an archive hides in it). Make a screenshot or a new scan and send that."
    ),
    "damaged": _l(
        "The file is damaged or cut off: it cannot be read to its end. Copy it again from where it came."
    ),
    "too_many_pixels": _l("The picture has more than 40 million pixels. Save it smaller and send it again."),
    "password": _l("The file is protected by a password. Save it without one, or print it as a PDF."),
    "too_many_pages": _l("The document has more than 1,000 pages. Send it in parts."),
    "macros": _l("The Word file holds macros or programs. Save it as a plain Word file (DOCX) without them."),
    "reaches_out": _l("The Word file fetches something from elsewhere. Print it as a PDF and send that."),
    "bomb": _l(
        "The Word file holds far more than a document: it is not opened. Print it as a PDF and send that."
    ),
    "not_word": _l(
        "Archives are not opened. Unpack it and send each file by itself; of Office files only Word (DOCX)."
    ),
    "no_track": _l(
        "There is neither sound nor picture in this recording. Record it again or save it as MP3 or MP4."
    ),
    "codec": _l("This kind of recording is not known here. Save it as MP3 or MP4."),
    "too_long": _l(
        "Reading this file takes too long or too much memory. Save it smaller, or print it as a PDF."
    ),
    "busy": _l("Other files are being checked at this moment. Send it again in a few seconds."),
    "infected": _l(
        "The virus scanner found something in this file. It was not kept. Tell whoever looks after your computer."
    ),
}


def may_add(*, about: About | None, description: str, taken_on: date | None, today: date) -> Findings:
    """What must be told of a file before it is kept."""
    return Findings(
        blocks("about", _l("Choose what it shows."), when=about is None, field="about"),
        blocks(
            "description", _l("Say in a few words what it shows."), when=not description, field="description"
        ),
        blocks(
            "taken",
            _l("The day lies in the future."),
            when=taken_on is not None and taken_on > today,
            field="taken_on",
        ),
    )


def has_room(added_today: int, *, by_person: int = 0) -> Findings:
    """Whether one more file of this case, and of this person, is taken today."""
    return Findings(
        blocks(
            "most-of-a-person",
            _l("You sent 100 files today; that is the most. Send further ones tomorrow."),
            when=by_person >= MOST_OF_A_PERSON,
            field="file",
        ),
        blocks(
            "most",
            _l("20 files of this case were sent today; that is the most. Send further ones tomorrow."),
            when=added_today >= MOST_A_DAY,
            field="file",
        ),
    )


def may_be_opened(state: State) -> Findings:
    """Whether anything of a file is shown or handed out."""
    return Findings(
        blocks(
            "waiting",
            _l("The file waits for the virus scanner. Nobody opens it before."),
            when=state is State.WAITING,
        ),
        blocks(
            "infected",
            _l("The virus scanner found something in this file. Nobody opens it."),
            when=state is State.INFECTED,
        ),
        blocks("removed", _l("This file was removed."), when=state is State.REMOVED),
    )


def may_hand_out(*, purpose: Purpose | None, words: str) -> Findings:
    """What must be told before an original leaves the house."""
    return Findings(
        blocks(
            "purpose", _l("Choose what the original is needed for."), when=purpose is None, field="purpose"
        ),
        blocks("words", _l("Say who needs it and why."), when=not words, field="words"),
    )


def may_ask_removal(*, state: State, held: bool, reason: str) -> Findings:
    """Whether somebody may ask that a file be removed."""
    return Findings(
        *may_remove(state=state, held=held),
        blocks("reason", _l("Say why the file should not be here."), when=not reason, field="reason"),
    )


def may_remove(*, state: State, held: bool, answers: bool = True) -> Findings:
    """Whether a file may be removed now: it is there, no proceedings may need it, and who agrees answers for the case."""
    return Findings(
        blocks("removed", _l("This file was removed."), when=state is State.REMOVED),
        blocks(
            "not-responsible",
            _l("Another unit is responsible for this case. Somebody of that unit agrees."),
            when=not answers,
        ),
        _hold(held),
    )


def has_ended(told: Criminal) -> bool:
    """Whether criminal proceedings are over: not started, or judged with no way left to appeal."""
    return told.stage is CriminalStage.NOT_STARTED or told.final


def _hold(held: bool) -> Finding | None:
    return blocks(
        "hold",
        _l(
            "A crime was reported or criminal proceedings are open: files of this case are kept until they have ended."
        ),
        when=held,
    )
