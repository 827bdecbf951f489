"""Decisions about the law: what may be added, and what the rulebook is with all additions. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from casemgr.core.findings import Findings, blocks
from casemgr.core.words import _, _l, language
from casemgr.law import in_use
from casemgr.law.basis import Instrument, instruments_of
from casemgr.law.deadlines import MEASURED, Deadline, Kind, Unit, deadline, from_file
from casemgr.law.holidays import known, official_calendar
from casemgr.law.rows import LawDataWrong, UnknownInLaw, check_dates, opened
from casemgr.law.rulebook import (
    CatalogueLoaded,
    CountedFrom,
    LocalLimit,
    LocalStart,
    Rulebook,
    shipped_rulebook,
)
from casemgr.legislation.terms import Change, ChangeKind, Proposal

_ONE_DAY = timedelta(days=1)
_LONGEST = 3650  # of a local limit, in its unit: more is a slip of the hand
_LOCALLY_SHORTENED = frozenset({Kind.LIMIT, Kind.MAXIMUM_DURATION, Kind.RECURRING})
_FOR_EVERYBODY = (ChangeKind.LAW, ChangeKind.DAY, ChangeKind.ENTRIES)
_LOCAL_UNITS = (Unit.HOURS, Unit.WORKING_DAYS, Unit.DAYS, Unit.MONTHS)
UNIT_WORDS = {
    Unit.HOURS: _l("hours"),
    Unit.WORKING_DAYS: _l("working days"),
    Unit.DAYS: _l("days"),
    Unit.MONTHS: _l("months"),
}


def limit_words(rule: Deadline) -> str:
    """How long, in words: the law's silence is said as such."""
    if rule.unit is Unit.IMMEDIATE:
        return _("at once (no hours stated)")
    if rule.unit is Unit.NONE_STATED or rule.value is None:
        return _("no time stated")
    if rule.unit is Unit.OCCURRENCES:
        return _("at least %(n)s times", n=rule.value)
    return f"{rule.value} {UNIT_WORDS[rule.unit]}"


def length_words(id: str, on: date) -> str:
    """How long a limit is on a day, by the law in use."""
    return limit_words(deadline(id, on))


@dataclass(frozen=True)
class _Parsing:
    """The law while a file that brings its own instruments is read."""

    versions: Mapping[str, tuple[Deadline, ...]]
    calendar: Any
    instruments: Mapping[str, Instrument]
    catalogues: tuple[CatalogueLoaded, ...] = ()


Law = tuple[Mapping[str, tuple[Deadline, ...]], Mapping[str, Instrument]]


def read_law(data: object, before: Rulebook) -> Law:
    """The limits and instruments of a law file, read as strictly as the one that ships with the program."""
    file = opened("deadlines", data)
    brought = {**before.instruments, **instruments_of(file)}
    with in_use.using(lambda: _Parsing(before.versions, before.calendar, brought)):
        return from_file(file), brought


def merged(
    before: Mapping[str, tuple[Deadline, ...]], loaded: Mapping[str, tuple[Deadline, ...]]
) -> Mapping[str, tuple[Deadline, ...]]:
    """What is loaded wins from its first day on; what held before that day stays, so that old cases keep their rule."""
    found = dict(before)
    for id, versions in loaded.items():
        first = versions[0].in_force_from
        kept = [one for one in before.get(id, ()) if one.in_force_from < first]
        if kept and (kept[-1].in_force_to is None or kept[-1].in_force_to >= first):
            kept[-1] = replace(kept[-1], in_force_to=first - _ONE_DAY)
        check_dates(f"deadline {id}", [*kept, *versions])
        found[id] = (*kept, *versions)
    return found


def rulebook_with(changes: Sequence[Change], shipped: Rulebook | None = None) -> Rulebook:
    """The shipped law with every addition in its order."""
    book = shipped or shipped_rulebook()
    days: dict[date, bool] = {}
    ended: dict[int, date] = {}
    limits: list[LocalLimit] = []
    starts: list[LocalStart] = []
    catalogues: list[CatalogueLoaded] = []
    for change in changes:
        body = change.proposal.body
        match change.proposal.kind:
            case ChangeKind.LAW:
                loaded, brought = read_law(body, book)
                book = replace(book, versions=merged(book.versions, loaded), instruments=brought)
            case ChangeKind.DAY:
                days[_day(body, "day")] = bool(body["worked"])
            case ChangeKind.LIMIT:
                limits.append(_limit(change))
            case ChangeKind.START:
                starts.append(_start(change))
            case ChangeKind.ENTRIES:
                catalogues.append(CatalogueLoaded(change.mark, change.made_at, body))
            case ChangeKind.END:
                if "day" in body:
                    days.pop(_day(body, "day"), None)
                else:
                    ended[_number(body, "change")] = _day(body, "until")
    return replace(
        book,
        calendar=official_calendar(
            [day for day, worked in days.items() if not worked],
            [day for day, worked in days.items() if worked],
        ),
        limits=tuple(replace(one, until=ended.get(one.change)) for one in limits),
        starts=tuple(replace(one, until=ended.get(one.change)) for one in starts),
        catalogues=tuple(catalogues),
    )


def may_add(proposal: Proposal, book: Rulebook, *, everywhere: bool, in_area: bool, today: date) -> Findings:
    """Whether an addition may be made by this person, and whether it is one the law leaves room for."""
    local = proposal.kind in (ChangeKind.LIMIT, ChangeKind.START)
    document = proposal.document
    return Findings(
        blocks(
            "not-yours",
            _l("Only an administrator of the whole country changes the law, the calendar or the catalogue."),
            when=proposal.kind in _FOR_EVERYBODY and not everywhere,
        ),
        blocks(
            "not-your-unit",
            _l("This unit does not lie in your area."),
            when=proposal.kind not in _FOR_EVERYBODY and not (everywhere or in_area),
            field="unit_code",
        ),
        blocks(
            "document",
            _l("Give the number and the day of the document it rests on."),
            when=not document.number.strip(),
            field="document",
        ),
        blocks(
            "document-day",
            _l("The document cannot be of a day to come."),
            when=document.day > today,
            field="document_day",
        ),
        blocks(
            "since",
            _l(
                "A rule of a place does not hold before its document: choose the document's day or a later one."
            ),
            when=local and (proposal.since is None or proposal.since < document.day),
            field="since",
        ),
        *(_of_limit(proposal, book) if proposal.kind is ChangeKind.LIMIT else ()),
        *(_of_day(proposal, book) if proposal.kind is ChangeKind.DAY else ()),
    )


def _of_limit(proposal: Proposal, book: Rulebook) -> tuple[Any, ...]:
    """A place may be stricter than the law, never more lenient, and only in the law's own unit."""
    body = proposal.body
    try:
        rule = book.deadline(str(body["deadline"]), proposal.since or proposal.document.day)
    except UnknownInLaw:
        unknown = _l("The law knows no such time limit.")
        return (blocks("unknown-limit", unknown, when=True, field="deadline"),)
    unit, value = Unit(str(body["unit"])), _number(body, "value")
    measured = rule.unit in MEASURED
    law = _l("By law: %(value)s %(unit)s (%(article)s).") % {
        "value": rule.value,
        "unit": UNIT_WORDS.get(rule.unit, rule.unit),
        "article": rule.cite(language()),
    }
    return (
        blocks(
            "not-a-limit",
            _l("This is no limit that a place can shorten."),
            when=rule.kind not in _LOCALLY_SHORTENED,
            field="deadline",
        ),
        blocks(
            "other-unit",
            _Two(_l("A local limit is counted as the law counts."), law),
            when=measured and unit is not rule.unit,
            field="unit",
        ),
        blocks(
            "longer-than-the-law",
            _Two(_l("A local limit may be shorter than the law's, never as long or longer."), law),
            when=measured and unit is rule.unit and value >= (rule.value or 0),
            field="value",
            basis=rule.cite(language()),
        ),
        blocks(
            "no-such-length",
            _l("Give a whole number of at least 1."),
            when=not 0 < value <= _LONGEST or unit not in _LOCAL_UNITS,
            field="value",
        ),
    )


@dataclass(frozen=True)
class _Two:
    """Two sentences, each put into the reader's language when it is read."""

    first: object
    second: object

    def __str__(self) -> str:
        return f"{self.first} {self.second}"


def _of_day(proposal: Proposal, book: Rulebook) -> tuple[Any, ...]:
    day, worked = _day(proposal.body, "day"), bool(proposal.body["worked"])
    return (
        blocks(
            "as-it-is",
            _l("The calendar already says so: nothing would change."),
            when=book.calendar.is_working_day(day) is worked,
            field="day",
        ),
        blocks(
            "year-unknown",
            _l("The calendar holds no holidays of that year yet: load them with the program first."),
            when=known(day) is None,
            field="day",
        ),
    )


def _limit(change: Change) -> LocalLimit:
    said = change.proposal
    return LocalLimit(
        change.id,
        said.unit_id or 0,
        str(said.body["deadline"]),
        _number(said.body, "value"),
        Unit(str(said.body["unit"])),
        said.since or said.document.day,
        None,
        str(said.document),
    )


def _start(change: Change) -> LocalStart:
    said = change.proposal
    return LocalStart(
        change.id,
        said.unit_id or 0,
        CountedFrom(str(said.body["reading"])),
        said.since or said.document.day,
        None,
        str(said.document),
    )


def _day(body: Mapping[str, object], key: str) -> date:
    return date.fromisoformat(str(body[key]))


def _number(body: Mapping[str, object], key: str) -> int:
    value = body[key]
    if isinstance(value, bool) or not isinstance(value, int):
        raise LawDataWrong(f"{key} must be a whole number.")
    return value


@dataclass(frozen=True)
class Difference:
    """One limit of which two rulebooks tell otherwise, version by version."""

    id: str
    before: tuple[Deadline, ...]
    after: tuple[Deadline, ...]


def differences(before: Rulebook, after: Rulebook) -> tuple[Difference, ...]:
    """The limits of which two rulebooks tell otherwise."""
    ids = dict.fromkeys((*before.versions, *after.versions))
    pairs = (Difference(id, before.versions.get(id, ()), after.versions.get(id, ())) for id in ids)
    return tuple(one for one in pairs if one.before != one.after)
