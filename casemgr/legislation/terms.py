"""Words of what may be added to the law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from casemgr.core.words import Later, _l


class ChangeKind(StrEnum):
    """What one row of the log adds."""

    LAW = "law"  # corrected or new limits of the law, with the instruments they cite
    DAY = "day"  # a day off, or a day worked to make up for one
    LIMIT = "limit"  # a shorter limit of a place
    START = "start"  # from when a place counts the five working days
    ENTRIES = "entries"  # corrected or new entries of the catalogue of indicators
    END = "end"  # a limit or a start of a place ends; a day is taken back


LABELS: Mapping[ChangeKind, Later] = {
    ChangeKind.LAW: _l("Corrected data of the law"),
    ChangeKind.DAY: _l("A day off or a day worked"),
    ChangeKind.LIMIT: _l("A shorter limit of a place"),
    ChangeKind.START: _l("From when the five working days count"),
    ChangeKind.ENTRIES: _l("Corrected catalogue of indicators"),
    ChangeKind.END: _l("End of a local rule"),
}


@dataclass(frozen=True)
class Document:
    """On which document of an authority an addition rests."""

    number: str
    day: date
    basis: str

    def __str__(self) -> str:
        return f"{self.number}, {self.day.day}/{self.day.month}/{self.day.year}"


@dataclass(frozen=True)
class Proposal:
    """An addition that somebody is thinking of. Its body holds plain values, as they will be stored."""

    kind: ChangeKind
    document: Document
    body: Mapping[str, object]
    unit_id: int | None = None
    since: date | None = None


@dataclass(frozen=True)
class Change:
    """An addition that was made: a row of the log."""

    id: int
    proposal: Proposal
    mark: str = ""
    made_at: datetime | None = None
