"""Words of files: what one is about, how it stands, why an original leaves the house, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casemgr.core.words import Later, _l

REMOVAL = "remove_file"  # the kind of proposal by which a file that should not be here goes


class About(StrEnum):
    """What a file shows."""

    INJURY = "injury"
    MEDICAL = "medical"
    LETTER = "letter"
    RECORDING = "recording"
    OTHER = "other"


class State(StrEnum):
    """How a file stands."""

    READY = "ready"
    WAITING = "waiting"  # not scanned yet: kept, and opened by nobody
    INFECTED = "infected"  # kept, and opened by nobody
    REMOVED = "removed"  # two persons decided; nothing of it opens any more


class Form(StrEnum):
    """In which form a file is kept beside its original: the names of its streams of chunks."""

    ORIGINAL = "original"
    COPY = "copy"
    SMALL = "small"


class Purpose(StrEnum):
    """Why an original leaves the house."""

    INVESTIGATION = "investigation"
    COURT = "court"
    EXAMINATION = "examination"
    LISTENING = "listening"
    OTHER = "other"


@dataclass(frozen=True)
class FileContent:
    """What is known of a file: sealed under its own key."""

    name: str  # as it was called where it came from
    about: About
    description: str
    kind: str  # of casemgr.files.kinds
    size: int
    digest: str  # SHA-256 of the original
    taken_on: date | None = None
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    copy_size: int | None = None
    small_size: int | None = None


@dataclass(frozen=True)
class Taking:
    """For whom and why an original left the house: sealed."""

    purpose: Purpose
    words: str


@dataclass(frozen=True)
class Removing:
    """Why a file should not be here: sealed under the key of the case, so that it outlives the file."""

    reason: str


ABOUT: Mapping[About, Later] = {
    About.INJURY: _l("Photo of an injury"),
    About.MEDICAL: _l("Medical paper"),
    About.LETTER: _l("Letter or document"),
    About.RECORDING: _l("Recording (sound, video)"),
    About.OTHER: _l("Something else"),
}
PURPOSES: Mapping[Purpose, Later] = {
    Purpose.INVESTIGATION: _l("Police or procuracy"),
    Purpose.COURT: _l("Court"),
    Purpose.EXAMINATION: _l("Doctor or forensic examination"),
    Purpose.LISTENING: _l("To listen to it, watch or read it for this case"),
    Purpose.OTHER: _l("Another reason"),
}
