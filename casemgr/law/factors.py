"""The tables of forms 02, 03 and 06: what is judged, on which levels, and what the answers suggest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from casemgr.law.basis import Basis, Status, bases, status_of
from casemgr.law.rows import LawDataWrong, Row, UnknownInLaw, read
from casemgr.law.wording import Wording


class Level(StrEnum):
    """The three levels on which the forms judge; they run from high to low on paper."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


NOT_KNOWN = frozenset({None, "", "unknown", "not_asked", "refused", "withheld"})
"""Answers that are none: they may turn out to be any level."""

_GRAVITY = (Level.LOW, Level.MEDIUM, Level.HIGH)


@dataclass(frozen=True)
class Factor:
    """One row of a table: what is judged, with the sentence that stands for each level."""

    code: str
    wording: Wording
    levels: Mapping[Level, Wording]
    status: Status
    doubtful: bool
    emergency_at: Level | None
    note: Wording | None


@dataclass(frozen=True)
class FactorTable:
    """Table A (harm) or B (the child's own protection) of a form, and which side of it is danger."""

    code: str
    title: Wording
    safe_to_danger: tuple[Level, ...]
    rows: tuple[Factor, ...]
    status: Status

    @property
    def danger(self) -> Level:
        """The level that means danger: high harm, but low protection."""
        return self.safe_to_danger[-1]

    def danger_of(self, level: Level) -> int:
        """0 for the safest level, 2 for the most dangerous."""
        return self.safe_to_danger.index(level)


@dataclass(frozen=True)
class RequiredContent:
    """One of the contents a to h that the full assessment must have."""

    code: str
    letter: str
    wording: Wording
    basis: Basis
    status: Status
    left_out_when: Wording | None


@dataclass(frozen=True)
class Assessment:
    """The two tables of one form and what else it must contain."""

    form: str
    harm: FactorTable
    protection: FactorTable
    required: tuple[RequiredContent, ...]

    @property
    def tables(self) -> tuple[FactorTable, FactorTable]:
        return self.harm, self.protection

    @property
    def rows(self) -> tuple[Factor, ...]:
        """All rows, table A first."""
        return self.harm.rows + self.protection.rows

    def row(self, code: str) -> Factor:
        """The row of this code."""
        try:
            return next(row for row in self.rows if row.code == code)
        except StopIteration:
            raise UnknownInLaw(f"Form {self.form} has no row {code}.") from None


@dataclass(frozen=True)
class Suggestion:
    """What the answers suggest: it is shown, the officer concludes, and says why where the two differ."""

    level: Level | None
    lowest: Level | None
    highest: Level | None
    emergency: bool
    unknown: tuple[str, ...]
    reasons: tuple[Wording, ...]
    status: Status


@dataclass(frozen=True)
class _Reading:
    """How many rows of each table are high, and how many may still turn out so."""

    harm: int
    harm_open: int
    protection: int
    protection_open: int

    @property
    def lowest(self) -> Level:
        return _compared(self.harm, self.protection + self.protection_open)

    @property
    def highest(self) -> Level:
        return _compared(self.harm + self.harm_open, self.protection)


def suggest(form: str, answers: Mapping[str, str | None]) -> Suggestion:
    """The danger that the answers suggest, with reasons; never lower than an unknown answer could make it.

    The counting rule was not found in the official text. Two readings are made, with and without the rows
    that the source itself doubts, and the graver one stands.
    """
    tables = assessment(form)
    known = _known(tables, answers)
    readings = [_read_off(tables, known, with_doubtful=doubtful) for doubtful in (False, True)]
    lowest = max((one.lowest for one in readings), key=_GRAVITY.index)
    highest = max((one.highest for one in readings), key=_GRAVITY.index)
    emergencies = [row for row in tables.rows if row.emergency_at and known.get(row.code) is row.emergency_at]
    unknown = tuple(row.code for row in tables.rows if not row.doubtful and row.code not in known)
    level: Level | None = Level.HIGH if emergencies else highest
    if not known:
        level = None
    said = _Sayings(readings[0], readings[1], lowest, highest, unknown, tuple(emergencies))
    return Suggestion(
        level=level,
        lowest=None if level is None else Level.HIGH if emergencies else lowest,
        highest=level,
        emergency=bool(emergencies),
        unknown=unknown,
        reasons=said.all() if known else (_sentences()["nothing_known"],),
        status=Status.PROVISIONAL,
    )


@dataclass(frozen=True)
class _Sayings:
    """The reasons for a suggestion, in the order in which a person should read them."""

    plain: _Reading
    whole: _Reading
    lowest: Level
    highest: Level
    unknown: Sequence[str]
    emergencies: Sequence[Factor]

    def all(self) -> tuple[Wording, ...]:
        words = _sentences()
        reasons = [
            words["law_wins"] % {"vi": row.wording.vi, "en": row.wording.en} for row in self.emergencies
        ]
        reasons.append(words["counted"] % {"harm": self.plain.harm, "protection": self.plain.protection})
        if self.unknown:
            count: dict[str, object] = {"count": len(self.unknown)}
            if self.emergencies or self.lowest is self.highest:
                reasons.append(words["unknown_without_effect"] % count)
            else:
                low, high = level_wording(self.lowest), level_wording(self.highest)
                span = {"low_vi": low.vi, "low_en": low.en, "high_vi": high.vi, "high_en": high.en}
                reasons.append(words["unknown_could_change"] % {**count, **span})
        if self.plain.highest is not self.whole.highest:
            reasons.append(words["doubtful_rows"])
        reasons.append(words["rule_not_verified"])
        return tuple(reasons)


def level_wording(level: Level) -> Wording:
    """What a level is called when it stands for danger as a whole."""
    return _levels()[level]


def assessment(form: str) -> Assessment:
    """The tables of form 02, 03 or 06."""
    try:
        return assessments()[form]
    except KeyError:
        raise UnknownInLaw(f"Form {form} has no tables of factors.") from None


@cache
def assessments() -> Mapping[str, Assessment]:
    """All forms that judge by tables, by number."""
    return from_file(read("factors"))


def from_file(file: Row) -> Mapping[str, Assessment]:
    """The tables of a data file, checked: three levels in every row, codes once, danger on the right side."""
    file.only("about", "levels", "sentences", "forms")
    found: dict[str, Assessment] = {}
    for row in file.rows("forms"):
        row.only("form", "harm", "protection", "required")
        form = row.text("form")
        one = Assessment(
            form,
            _table(row.row("harm"), Level.HIGH),
            _table(row.row("protection"), Level.LOW),
            tuple(_required(content) for content in row.rows("required")),
        )
        codes = [factor.code for factor in one.rows]
        if len(set(codes)) != len(codes):
            raise LawDataWrong(f"{row.where}: a row stands twice.")
        found[form] = one
    return MappingProxyType(found)


def _known(tables: Assessment, answers: Mapping[str, str | None]) -> dict[str, Level]:
    """The answers that say a level; anything that is neither a level nor a way of not knowing is refused."""
    codes = {row.code for row in tables.rows}
    if strange := sorted(set(answers) - codes):
        raise UnknownInLaw(f"Form {tables.form} has no row {strange[0]}.")
    known: dict[str, Level] = {}
    for code, answer in answers.items():
        if answer in NOT_KNOWN:
            continue
        try:
            known[code] = Level(str(answer))
        except ValueError:
            raise UnknownInLaw(f"{code} is high, medium, low or unknown.") from None
    return known


def _read_off(tables: Assessment, known: Mapping[str, Level], *, with_doubtful: bool) -> _Reading:
    """Count the high answers; a doubtful row may be left out, so it counts only when it was answered."""
    counts: list[int] = []
    for table in tables.tables:
        rows = [row for row in table.rows if not row.doubtful or (with_doubtful and row.code in known)]
        counts.append(sum(known.get(row.code) is Level.HIGH for row in rows))
        counts.append(sum(row.code not in known for row in rows))
    return _Reading(*counts)


def _compared(harm: int, protection: int) -> Level:
    """More high harm than high protection is high, as much is medium, less is low."""
    if harm == protection:
        return Level.MEDIUM
    return Level.HIGH if harm > protection else Level.LOW


@cache
def _levels() -> Mapping[Level, Wording]:
    said = read("factors").row("levels")
    return {level: said.wording(level.value) for level in Level}


@cache
def _sentences() -> Mapping[str, Wording]:
    said = read("factors").row("sentences")
    return {name: said.wording(name) for name in said.members}


def _table(row: Row, danger: Level) -> FactorTable:
    row.only("code", "vi", "en", "safe_to_danger", "status", "rows")
    order = tuple(_level(row, text) for text in row.texts("safe_to_danger"))
    if sorted(order) != sorted(Level) or order[-1] is not danger:
        raise LawDataWrong(f"{row.where}: the order runs from safe to danger, {danger.value} last.")
    status = status_of(row)
    factors = tuple(_factor(one, status) for one in row.rows("rows"))
    return FactorTable(row.text("code"), Wording(row.text("vi"), row.text("en")), order, factors, status)


def _factor(row: Row, table_status: Status) -> Factor:
    row.only("code", "vi", "en", "levels", "status", "doubtful", "emergency_at", "note")
    said = row.row("levels")
    said.only(*Level)
    emergency = row.maybe_text("emergency_at")
    return Factor(
        code=row.text("code"),
        wording=Wording(row.text("vi"), row.text("en")),
        levels=MappingProxyType({level: said.wording(level.value) for level in Level}),
        status=status_of(row) if "status" in row else table_status,
        doubtful=row.flag("doubtful"),
        emergency_at=_level(row, emergency) if emergency else None,
        note=row.maybe_wording("note"),
    )


def _required(row: Row) -> RequiredContent:
    row.only("code", "letter", "vi", "en", "basis", "status", "left_out_when")
    status = status_of(row)
    return RequiredContent(
        code=row.text("code"),
        letter=row.text("letter"),
        wording=Wording(row.text("vi"), row.text("en")),
        basis=bases(row, status)[0],
        status=status,
        left_out_when=row.maybe_wording("left_out_when"),
    )


def _level(row: Row, text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        raise LawDataWrong(f"{row.where}: a level is high, medium or low.") from None
