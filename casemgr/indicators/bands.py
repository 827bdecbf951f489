"""Age bands, as data: half-open spans of whole years. Whose bands they are, and how sure that is, stands with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casemgr.core.words import Later, _l


class Source(StrEnum):
    """How sure a part of a definition is."""

    CONFIRMED = "confirmed"
    NAME_CONFIRMED = "name_confirmed"
    PARTLY = "partly"
    PROVISIONAL = "provisional"
    OURS = "ours"
    OUR_RULE = "our_rule"


SOURCES: Mapping[Source, Later] = {
    Source.CONFIRMED: _l("checked"),
    Source.NAME_CONFIRMED: _l("name checked"),
    Source.PARTLY: _l("partly checked"),
    Source.PROVISIONAL: _l("not checked against the official text"),
    Source.OURS: _l("our own"),
    Source.OUR_RULE: _l("our counting rule, not checked against the official text"),
}


@dataclass(frozen=True)
class Band:
    """Ages from `first` up to, not including, `until`; without `until` the band is open."""

    label: str
    first: int
    until: int | None


@dataclass(frozen=True)
class Banding:
    """A way to cut ages into bands."""

    name: str
    title: Later
    short: Later  # for a list to choose from
    bands: tuple[Band, ...]
    basis: str
    source: Source

    def __post_init__(self) -> None:
        """Bands follow one another from 0 without gap or overlap, and only the last is open."""
        until: int | None = 0
        for band in self.bands:
            if band.first != until:
                raise TypeError(f"Bands {self.name}: {band.label} does not begin where the one before ends.")
            until = band.until
        if until is not None:
            raise TypeError(f"Bands {self.name} do not reach the oldest.")

    def band_of(self, age: int) -> str:
        """The label of the band an age falls into."""
        return next(band.label for band in self.bands if band.until is None or age < band.until)


def _cut(*bands: tuple[str, int]) -> tuple[Band, ...]:
    """Bands from their labels and first ages; each ends where the next begins."""
    ends = [first for _, first in bands[1:]]
    return tuple(Band(label, first, end) for (label, first), end in zip(bands, [*ends, None], strict=True))


LAW = Banding(
    "law",
    _l("Under 16, and 16 and over"),
    _l("Age: under 16, 16 and over"),
    _cut(("0-15", 0), ("16+", 16)),
    "Luật Trẻ em 102/2016/QH13, Điều 1",
    Source.CONFIRMED,
)
HOTLINE111 = Banding(
    "hotline111",
    _l("Nine age groups of hotline 111"),
    _l("Age: hotline 111"),
    _cut(
        ("0-3", 0),
        ("4-6", 4),
        ("7-9", 7),
        ("10", 10),
        ("11-12", 11),
        ("13-14", 13),
        ("15", 15),
        ("16-17", 16),
        ("18+", 18),
    ),
    "Biểu mẫu của Tổng đài 111",
    Source.PARTLY,
)
HOTLINE_SUSPECT = Banding(
    "hotline111_suspect",
    _l("Age groups of people alleged, hotline 111"),
    _l("Age: three groups, 111"),
    _cut(("<16", 0), ("16-<18", 16), ("18+", 18)),
    "Biểu mẫu của Tổng đài 111",
    Source.PARTLY,
)
HOTLINE_REPORTER = Banding(
    "hotline111_reporter",
    _l("Age groups of people who report, hotline 111"),
    _l("Age: who reports, 111"),
    _cut(
        ("<=10", 0), ("11-14", 11), ("15", 15), ("16-17", 16), ("18+", 18)
    ),  # the printed "under 10", "11-14", "over 18" leave 10 and 18 in no group
    "Biểu mẫu của Tổng đài 111",
    Source.PARTLY,
)
PROCURACY = Banding(
    "procuracy",
    _l("Age groups of the Procuracy"),
    _l("Age: Procuracy"),
    _cut(("<6", 0), ("6-<10", 6), ("10-<13", 10), ("13-<16", 13), ("16-<18", 16), ("18+", 18)),
    "Dự thảo biểu thống kê của Viện kiểm sát nhân dân tối cao, 2020",
    Source.PROVISIONAL,
)
YEAR = Banding(
    "year",
    _l("Single years"),
    _l("Age: single years"),
    _cut(*((str(age), age) for age in range(18)), ("18+", 18)),
    "",
    Source.OURS,
)

BANDINGS: Mapping[str, Banding] = {
    banding.name: banding for banding in (LAW, HOTLINE111, HOTLINE_SUSPECT, HOTLINE_REPORTER, PROCURACY, YEAR)
}
