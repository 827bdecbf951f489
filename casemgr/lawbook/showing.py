"""How the law is laid out on its pages: limits in words, groups, what a change would do, line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casemgr.cases.uses import USES, WORDS, How, Use
from casemgr.core.text import fold
from casemgr.core.words import _, language
from casemgr.indicators.catalogue.files import Difference as Change
from casemgr.law.basis import Status
from casemgr.law.deadlines import Deadline
from casemgr.law.rulebook import CountedFrom, Rulebook
from casemgr.legislation.rules import UNIT_WORDS, Difference, limit_words

SHOWN = 200  # clocks of a preview on one page; the numbers above it count all

_SHOWN_ONLY = Use(How.GUIDANCE)


@dataclass(frozen=True)
class LawLine:
    """One time limit as the page of the law shows it."""

    rule: Deadline
    limit: str
    how: How
    use: str
    tag: str
    start_open: bool
    local: tuple[str, ...]
    local_counts: bool  # whether anything is reckoned by them


def tag_kind(status: Status) -> str:
    """The look of how sure we are."""
    return {Status.CONFIRMED: "green", Status.PARTLY: "dashed"}.get(status, "dashed")


def law_lines(
    book: Rulebook, on: date, search: str, unit_name: Mapping[int, str]
) -> Sequence[tuple[str, Sequence[LawLine]]]:
    """The limits in force on a day that a search finds, in groups by what they do here."""
    groups: dict[How, list[LawLine]] = {how: [] for how in How}
    for versions in book.versions.values():
        for rule in versions:
            if rule.in_force(on) and _found(rule, search):
                use = USES.get(rule.id, _SHOWN_ONLY)
                how = use.how
                local = tuple(
                    f"{unit_name.get(one.unit_id, '')}: {one.value} {UNIT_WORDS[one.unit]} ({one.document})"
                    for one in book.limits
                    if one.deadline == rule.id and one.holds(on)
                )
                groups[how].append(
                    LawLine(
                        rule,
                        limit_words(rule),
                        how,
                        WORDS[how].text(language()),
                        tag_kind(rule.status),
                        not rule.start_stated,
                        local,
                        use.local,
                    )
                )
    return [(WORDS[how].text(language()), lines) for how, lines in groups.items() if lines]


def _found(rule: Deadline, search: str) -> bool:
    wanted = fold(search).split()
    said = fold(
        " ".join((rule.step.vi, rule.step.en, rule.responsible.vi, rule.cite("vi"), rule.cite("en"), rule.id))
    )
    return all(word in said for word in wanted)


def reading_words(reading: CountedFrom) -> str:
    """From when a place counts the five working days."""
    return {
        CountedFrom.STUDY: _("the end of the full assessment, Form 03"),
        CountedFrom.MEETING: _("the meeting on the measures"),
    }.get(reading, _("receipt of the report"))


def version_words(rule: Deadline) -> str:
    """One version of a limit in one line."""
    until = _("to %(day)s", day=_day(rule.in_force_to)) if rule.in_force_to else ""
    since = _("from %(day)s", day=_day(rule.in_force_from))
    return (
        " ".join(part for part in (f"{limit_words(rule)},", since, until) if part)
        + f" · {rule.cite(language())}"
    )


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


@dataclass(frozen=True)
class DifferenceLine:
    """What two rulebooks say of one limit."""

    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def difference_lines(found: Sequence[Difference]) -> list[DifferenceLine]:
    """What a loaded file changes, limit by limit."""
    return [
        DifferenceLine(
            (one.after or one.before)[-1].step.text(language()),
            tuple(map(version_words, one.before)),
            tuple(map(version_words, one.after)),
        )
        for one in found
    ]


@dataclass(frozen=True)
class ClockMoved:
    """One row of a preview."""

    number: str
    unit: str
    clock: str
    before: datetime | None
    after: datetime | None
    local_before: datetime | None
    local_after: datetime | None
    overdue: bool


@dataclass(frozen=True)
class Preview:
    """What a change would do: nothing of it is stored yet."""

    seen: str
    clocks: int = 0
    cases: int = 0
    overdue: int = 0
    rows: tuple[ClockMoved, ...] = ()
    differences: tuple[DifferenceLine, ...] = ()
    entries: tuple[Change, ...] = ()  # of the catalogue of indicators
    rewrites: bool = False  # whether periods that are over are counted by them from now on
