"""Words of retention: kinds of records, periods, and what is known of a file when its end is asked about."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from casemgr.accounts.terms import ProposalLine

DESTROY = "destroy_files"  # the kind of proposal by which files go whose time is over


class By(StrEnum):
    """Who ends a kind of record."""

    TWO_PERSONS = "two_persons"
    WITH_THE_FILE = "with_the_file"
    PROGRAM = "program"
    KEPT = "kept"


class Sure(StrEnum):
    """How sure a period is."""

    SET = "set"  # by the agency, with its document
    PROPOSED = "proposed"  # by this software; no text with a number of years was found
    OURS = "ours"  # a technical figure of the program


class KindCode(StrEnum):
    """The kinds of files of which two persons decide."""

    CASE_FILE = "case_file"
    SCREENED_OUT = "screened_out"


@dataclass(frozen=True)
class Period:
    """How long: so many years after closing, or until the youngest child has an age; the later of the two."""

    years: int | None = None
    until_age: int | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of record, as the data tells it."""

    code: str
    title: str
    counted_from: str
    by: By
    basis: str
    sure: Sure
    period: Period
    in_force_from: date
    in_force_to: date | None


@dataclass(frozen=True)
class Child:
    """What a period needs of a child: the latest day on which it can have been born."""

    born_by: date


@dataclass(frozen=True)
class CaseFacts:
    """What is known of one case of a report."""

    closed_on: date | None
    screened_out: bool
    child: Child
    running: bool = False  # a clock of the law still runs, as for a child in care
    held: bool = False  # somebody said that it must be kept
    asked_about: bool = False  # a request about the child's data waits for its answer


class Standing(StrEnum):
    """What is to be done with a file on a day."""

    OPEN = "open"
    HELD = "held"
    REQUEST = "request"
    UNDECIDED = "undecided"
    KEPT = "kept"
    DUE = "due"


@dataclass(frozen=True)
class Verdict:
    """How a file stands, by which kind, until which day."""

    standing: Standing
    kind: KindCode
    until: date | None = None


@dataclass(frozen=True)
class Line:
    """One file on the list, in numbers alone."""

    report_id: UUID
    numbers: tuple[str, ...]
    unit_id: int | None
    rule: KindCode
    keep_until: date
    state: str
    asked: ProposalLine | None  # a second person is asked about it
    agreed_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class HoldShown:
    """A hold as the page of a case shows it."""

    id: UUID
    number: str
    by: str
    placed_at: datetime
    why: str
    lifted_at: datetime | None
    lifted_by: str
    lifted_why: str
    may_be_lifted: bool
