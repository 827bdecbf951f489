"""Words of exports: which cases, which columns, for whom, and how far a file has come."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LARGE = "large_export"  # the kind of proposal by which so many children may leave the house


class Format(StrEnum):
    """As what a list is handed out: both encrypted with AES-256."""

    XLSX = "xlsx"
    CSV = "csv"


class Which(StrEnum):
    """Which cases of one's area."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


class State(StrEnum):
    """How far an export has come."""

    ASKED = "asked"  # and may be made, once a second person has confirmed a long one
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True)
class Selection:
    """Which cases: by whether they are closed, by the day of receipt, in which unit."""

    which: Which
    since: date | None = None
    until: date | None = None
    unit_id: int | None = None


@dataclass(frozen=True)
class Asking:
    """What is exported, what for and for whom."""

    purpose: str
    recipient: str
    columns: tuple[str, ...]
    selection: Selection
    reason: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of an encrypted file."""

    data: bytes


@dataclass(frozen=True)
class Size:
    """How much a selection comes to."""

    cases: int
    children: int


@dataclass(frozen=True)
class Stamp:
    """Who took the list out, when, under which number, for whom: on the sheet and on each printed page."""

    number: str
    by: str
    unit: str
    at: str
    recipient: str
    purpose: str
    basis: str
