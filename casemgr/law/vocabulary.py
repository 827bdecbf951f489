"""The code lists: what may be chosen on which day, what it is called, and how it is coded elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from casemgr.law.basis import Basis, Status, bases, cite, status_of
from casemgr.law.rows import LawDataWrong, Row, UnknownInLaw, check_dates, in_force, read
from casemgr.law.wording import Wording

NOT_CLASSIFIED = Wording("Chưa phân loại", "Not classified")
LISTS = (
    *("harms", "harm_subtypes", "environments", "channels", "kinds", "urgencies", "precisions", "sexes"),
    *("disability", "relations", "reporter_kinds", "ethnic_groups", "emergency_measures"),
    *("protection_measures", "service_types", "special_circumstances", "closure_reasons", "review_results"),
    *("decisions", "temporary_safety_needs", "at_risk", "alternative_care_forms"),
    *("alternative_care_reasons", "alternative_care_end_reasons", "sanction_outcomes", "criminal_outcomes"),
    *("alternative_care_conditions", "alternative_care_priority", "alternative_care_authorities"),
    *("administrative_violations", "criminal_offences", "proceeding_bodies"),
    *("separation_grounds", "courts"),
    *("processing_bases", "data_request_kinds", "data_incident_kinds", "consent_purposes"),
    *("hotline_problems", "hotline_child_groups", "hotline_results", "suspect_kinds"),
)
"""Every code list, each in `data/<name>.json`."""

_MEMBERS = (
    *("code", "vi", "en", "basis", "status", "in_force_from", "in_force_to"),
    *("group", "attributes", "note"),
)
_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Code:
    """One value of a list as it was in force from a day to a day."""

    code: str
    wording: Wording
    basis: Basis
    also: tuple[Basis, ...]
    status: Status
    in_force_from: date
    in_force_to: date | None
    order: int
    group: str | None = None
    attributes: Mapping[str, object] = field(default_factory=lambda: _NOTHING, hash=False)
    note: Wording | None = None

    @property
    def vi(self) -> str:
        return self.wording.vi

    @property
    def en(self) -> str:
        return self.wording.en

    def label(self, lang: str) -> str:
        """What it is called in one language."""
        return self.wording.text(lang)

    def cite(self, lang: str) -> str:
        """All articles it rests on."""
        return cite((self.basis, *self.also), lang)

    def in_force(self, on: date) -> bool:
        return in_force(self, on)


class Way(StrEnum):
    """In which direction two codes may be taken for each other."""

    BOTH = "both"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True)
class Link:
    """That one of our codes stands for one of theirs, from a day to a day."""

    ours: str
    theirs: str
    way: Way
    in_force_from: date
    in_force_to: date | None


@dataclass(frozen=True)
class Table:
    """How a list is coded elsewhere: under which list's name, and which codes stand for which."""

    name: str
    their_list: str
    status: Status
    links: tuple[Link, ...]

    def out(self, ours: str, on: date) -> str | None:
        """Their code for one of ours on a day; None where nothing safely stands for it."""
        return next(
            (one.theirs for one in self.links if one.ours == ours and self._fits(one, Way.IN, on)), None
        )

    def back(self, theirs: str, on: date) -> str | None:
        """Our code for one of theirs on a day; None where nothing safely stands for it."""
        return next(
            (one.ours for one in self.links if one.theirs == theirs and self._fits(one, Way.OUT, on)), None
        )

    @staticmethod
    def _fits(link: Link, other_way: Way, on: date) -> bool:
        return link.way is not other_way and in_force(link, on)


@dataclass(frozen=True)
class CodeList:
    """One code list with all versions of its values."""

    name: str
    title: Wording
    many: bool
    versions: Mapping[str, tuple[Code, ...]]
    tables: Mapping[str, Table]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code the list ever had, in its order."""
        return tuple(self.versions)

    def __contains__(self, code: object) -> bool:
        return code in self.versions

    def __iter__(self) -> Iterator[Code]:
        """The latest version of every code, in order."""
        return (versions[-1] for versions in self.versions.values())

    def get(self, code: str | None, on: date | None = None) -> Code | None:
        """The code as in force on a day, or in its latest version; None if there is none."""
        versions = self.versions.get(code or "", ())
        if on is None:
            return versions[-1] if versions else None
        return next((version for version in versions if version.in_force(on)), None)

    def on(self, day: date) -> tuple[Code, ...]:
        """The codes in force on a day, in order."""
        return tuple(one for versions in self.versions.values() for one in versions if one.in_force(day))

    def choices(self, on: date, lang: str) -> tuple[tuple[str, str], ...]:
        """Code and name of everything that may be chosen on a day."""
        return tuple((one.code, one.label(lang)) for one in self.on(on))

    def label(self, code: str | None, lang: str, on: date | None = None) -> str:
        """The name of a code, on a day or lately; an unknown code reads as not classified."""
        known = self.get(code, on) or self.get(code)
        if known is not None:
            return known.label(lang)
        return f"{NOT_CLASSIFIED.text(lang)} ({code})" if code else NOT_CLASSIFIED.text(lang)

    def attribute(self, code: str | None, name: str, on: date | None = None) -> object:
        """What the list notes about a code under this name; None if nothing."""
        known = self.get(code, on)
        return known.attributes.get(name) if known else None

    def marked(self, name: str, value: object = True) -> frozenset[str]:
        """The codes whose latest version carries this mark."""
        return frozenset(one.code for one in self if one.attributes.get(name) == value)

    def under(self, group: str) -> tuple[str, ...]:
        """The codes that belong under a group of the same list, or under a code of the list it refines."""
        return tuple(one.code for one in self if one.group == group)

    def to_hotline(self, code: str, on: date) -> int | None:
        """The number in the hotline's list that stands for ours, or None: a number means nothing without its list."""
        theirs = self.translate("hotline", code, on)
        return int(theirs) if theirs is not None else None

    def from_hotline(self, theirs: int | str, on: date) -> str | None:
        """Our code for a number of the hotline's list, or None: then somebody must look."""
        return self.read_from("hotline", str(theirs), on)

    def translate(self, system: str, code: str, on: date) -> str | None:
        """The code of another system for one of ours on a day, or None."""
        return self.tables[system].out(code, on) if system in self.tables else None

    def read_from(self, system: str, theirs: str, on: date) -> str | None:
        """Our code for one of another system's on a day, or None."""
        return self.tables[system].back(theirs, on) if system in self.tables else None


@cache
def vocabulary(name: str) -> CodeList:
    """The code list of this name."""
    if name not in LISTS:
        raise UnknownInLaw(f"No code list is called {name}.")
    return from_file(read(name))


def from_file(file: Row) -> CodeList:
    """A code list from its data file, checked: labels, basis, status, dates without gap or overlap."""
    file.only("about", "list", "title", "many", "defaults", "codes", "tables")
    defaults = file.plain("defaults")
    versions: dict[str, list[Code]] = {}
    for order, row in enumerate(file.rows("codes")):
        one = _code(Row(row.where, {**defaults, **row.members}), order)
        versions.setdefault(one.code, []).append(one)
    if not versions:
        raise LawDataWrong(f"{file.where}: the list is empty.")
    for code, all_of_it in versions.items():
        check_dates(f"{file.where} {code}", all_of_it)
        all_of_it.sort(key=lambda one: one.in_force_from)
    ordered = MappingProxyType({code: tuple(all_of_it) for code, all_of_it in versions.items()})
    tables = {row.text("name"): _table(row, frozenset(ordered)) for row in file.rows("tables")}
    return CodeList(
        file.text("list"), file.wording("title"), file.flag("many"), ordered, MappingProxyType(tables)
    )


def _code(row: Row, order: int) -> Code:
    row.only(*_MEMBERS)
    status = status_of(row)
    main, *also = bases(row, status)
    return Code(
        code=row.text("code"),
        wording=Wording(row.text("vi"), row.text("en")),
        basis=main,
        also=tuple(also),
        status=status,
        in_force_from=row.day("in_force_from"),
        in_force_to=row.maybe_day("in_force_to"),
        order=order,
        group=row.maybe_text("group"),
        attributes=MappingProxyType(dict(row.plain("attributes"))),
        note=row.maybe_wording("note"),
    )


def _table(row: Row, codes: frozenset[str]) -> Table:
    row.only("name", "their_list", "status", "in_force_from", "in_force_to", "links")
    links = tuple(_link(one, row) for one in row.rows("links"))
    for link in links:
        if link.ours not in codes:
            raise LawDataWrong(f"{row.where}: {link.ours} is no code of this list.")
    for side, other_way in (("ours", Way.IN), ("theirs", Way.OUT)):
        by_side: dict[str, list[Link]] = {}
        for link in links:
            if link.way is not other_way:
                by_side.setdefault(str(getattr(link, side)), []).append(link)
        for code, those in by_side.items():
            check_dates(f"{row.where} {code}", those)
    return Table(row.text("name"), row.text("their_list"), status_of(row), links)


def _link(row: Row, table: Row) -> Link:
    row.only("ours", "theirs", "way", "in_force_from", "in_force_to")
    try:
        way = Way(row.maybe_text("way") or Way.BOTH)
    except ValueError:
        raise LawDataWrong(f"{row.where}: way is both, out or in.") from None
    since = row.maybe_day("in_force_from") or table.day("in_force_from")
    until = row.maybe_day("in_force_to") or table.maybe_day("in_force_to")
    return Link(row.text("ours"), row.text("theirs"), way, since, until)
