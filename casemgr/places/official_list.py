"""The official list of units as files: units.csv, changes.csv and counts.csv. Reads and checks them; stores nothing."""

import csv
import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from casemgr.core.errors import Invalid
from casemgr.core.words import _, _l
from casemgr.places.atlas import Atlas
from casemgr.places.terms import DIGITS, ChangeFacts, Level, ListDiff, Relation, UnitFacts

SHIPPED = Path(__file__).parent / "data" / "units.csv"
UNIT_COLUMNS = ("id", "level", "code", "type", "name", "parent", "valid_from", "valid_to")
CHANGE_COLUMNS = ("on", "old", "new", "relation")
_ONE_DAY = timedelta(days=1)
_TIERS = {
    Level.PROVINCE.value: _l("units of province level"),
    Level.DISTRICT.value: _l("units of district level"),
    Level.COMMUNE.value: _l("units of commune level"),
}
_SHOWN = 20  # faults beyond these are only counted


@dataclass(frozen=True)
class OfficialList:
    """Units, changes, and the official totals that they must give on certain days."""

    units: Sequence[UnitFacts]
    changes: Sequence[ChangeFacts]
    counts: Mapping[date, Mapping[str, int]]

    @property
    def digest(self) -> str:
        """What tells this list from any other, whatever the order of its lines."""
        lines = sorted(
            [
                f"{u.id}|{u.code}|{u.type}|{u.name}|{u.parent_code}|{u.valid_from}|{u.valid_to}"
                for u in self.units
            ]
            + [f"{c.old_id}>{c.new_id}|{c.relation}|{c.on}" for c in self.changes]
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read(path: Path = SHIPPED) -> OfficialList:
    """The list in a units file and in the changes.csv and counts.csv beside it; Invalid names the lines it cannot read."""
    counts = path.with_name("counts.csv")
    units = tuple(_units(path))
    changes = tuple(_changes(path.with_name("changes.csv"), units))
    return OfficialList(
        units, changes, _counts(counts if counts.exists() else SHIPPED.with_name("counts.csv"))
    )


@cache
def shipped() -> OfficialList:
    """The list that comes with the house."""
    return read()


def faults(official: OfficialList) -> list[str]:
    """What is wrong with a list: broken lines of descent, overlaps, wrong totals. Empty when it may be loaded."""
    found = [*_faults_of_units(official), *_faults_of_changes(official), *_faults_of_counts(official)]
    if len(found) > _SHOWN:
        return [*found[:_SHOWN], _("and %(n)d more", n=len(found) - _SHOWN)]
    return found


def compare(before: OfficialList, after: OfficialList) -> ListDiff:
    """What the later list adds, changes and leaves out, line by line, and what is wrong with it."""
    units_before, units_after = ({unit.id: unit for unit in listed.units} for listed in (before, after))
    changes_before, changes_after = set(before.changes), set(after.changes)
    gone = {(edge.old_id, edge.new_id): edge for edge in changes_before - changes_after}
    new = {(edge.old_id, edge.new_id): edge for edge in changes_after - changes_before}
    altered = [
        key
        for key in sorted(units_before.keys() & units_after.keys())
        if units_before[key] != units_after[key]
    ]
    lost = sorted(units_before.keys() - units_after.keys())
    return ListDiff(
        added=[
            *(_unit_line(units_after[key]) for key in sorted(units_after.keys() - units_before.keys())),
            *sorted(_change_line(new[pair], units_after) for pair in new.keys() - gone.keys()),
        ],
        changed=[
            *(f"{_unit_line(units_before[key])} => {_unit_line(units_after[key])}" for key in altered),
            *sorted(
                f"{_change_line(gone[pair], units_before)} => {new[pair].relation}"
                for pair in new.keys() & gone.keys()
            ),
        ],
        removed=[
            *(_unit_line(units_before[key]) for key in lost),
            *sorted(_change_line(gone[pair], units_before) for pair in gone.keys() - new.keys()),
        ],
        faults=[*faults(after), *_lost([units_before[key] for key in lost])],
    )


def _lost(units: Sequence[UnitFacts]) -> Iterator[str]:
    """A unit that was once listed stays listed: files stand under it."""
    if units:
        yield _(
            "%(n)d units that are in use are missing from the file, the first is %(code)s.",
            n=len(units),
            code=units[0].code,
        )


def _unit_line(unit: UnitFacts) -> str:
    """A unit in one line, for lists that people and scripts read."""
    until = unit.valid_to.isoformat() if unit.valid_to else ""
    return f"{unit.code} {unit.name} ({unit.parent_code}) {unit.valid_from.isoformat()}..{until}"


def _change_line(edge: ChangeFacts, units: Mapping[int, UnitFacts]) -> str:
    """A change in one line."""
    old, new = (units[number].code if number in units else "?" for number in (edge.old_id, edge.new_id))
    return f"{edge.on.isoformat()} {old} -> {new} {edge.relation}"


def _table(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The lines of a file with where each stands, columns in our order."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines, [])
            if missing := [column for column in columns if column not in header]:
                raise Invalid(
                    {"file": [_("%(file)s has no column %(name)s.", file=path.name, name=missing[0])]}
                )
            places = [header.index(column) for column in columns]
            for line in lines:
                if len(line) != len(header):
                    where = f"{path.name}:{lines.line_num}"
                    raise Invalid({"file": [_("%(where)s: wrong number of fields.", where=where)]})
                yield f"{path.name}:{lines.line_num}", [line[place] for place in places]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid({"file": [_("%(file)s cannot be read.", file=path.name)]}) from error


@cache
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _units(path: Path) -> Iterator[UnitFacts]:
    for where, (number, level, code, kind, name, parent, valid_from, valid_to) in _table(path, UNIT_COLUMNS):
        try:
            until = _day(valid_to) if valid_to else None
            yield UnitFacts(int(number), Level(level), code, kind, name, parent, _day(valid_from), until)
        except ValueError as error:
            raise Invalid({"file": [_("%(where)s: cannot be read.", where=where)]}) from error


def _changes(path: Path, units: Sequence[UnitFacts]) -> Iterator[ChangeFacts]:
    """A change names its units by code: the old one ended the day before, the new one begins that day."""
    ended = {(unit.code, unit.valid_to + _ONE_DAY): unit.id for unit in units if unit.valid_to}
    begun = {(unit.code, unit.valid_from): unit.id for unit in units}
    for where, (on, old, new, relation) in _table(path, CHANGE_COLUMNS):
        try:
            day = _day(on)
            yield ChangeFacts(ended[old, day], begun[new, day], Relation(relation), day)
        except (ValueError, KeyError) as error:
            raise Invalid(
                {"file": [_("%(where)s: names a unit that is not in the list.", where=where)]}
            ) from error


def _counts(path: Path) -> Mapping[date, Mapping[str, int]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            date.fromisoformat(row.pop("day")): {what: int(number) for what, number in row.items()}
            for row in csv.DictReader(file)
        }


def _faults_of_units(official: OfficialList) -> Iterator[str]:
    atlas = Atlas(official.units, ())
    if len(atlas) != len(official.units):
        yield _("Two lines have the same number.")
    rows: dict[str, list[UnitFacts]] = defaultdict(list)
    for unit in official.units:
        where = f"{unit.code} {unit.valid_from}"
        rows[unit.code].append(unit)
        if not unit.code.isdecimal() or len(unit.code) != DIGITS[unit.level]:
            yield _("%(where)s: the code does not fit the level.", where=where)
        if unit.valid_to is not None and unit.valid_to < unit.valid_from:
            yield _("%(where)s: ends before it begins.", where=where)
        if unit.name != unicodedata.normalize("NFC", unit.name).strip() or not unit.name.startswith(
            unit.type
        ):
            yield _("%(where)s: the name is not in normal form.", where=where)
        if (unit.level is Level.PROVINCE) != (not unit.parent_code):
            yield _("%(where)s: the unit above it is missing.", where=where)
        elif unit.parent_code and atlas.at(unit.parent_code, unit.valid_from) is None:
            yield _("%(where)s: the unit above it does not exist on that day.", where=where)
    for code, same in rows.items():
        ordered = sorted(same, key=lambda unit: unit.valid_from)
        if any(one.valid_to is None or one.valid_to >= two.valid_from for one, two in pairwise(ordered)):
            yield _("%(where)s: two units have this code on one day.", where=code)


def _faults_of_changes(official: OfficialList) -> Iterator[str]:
    """Every commune and province that ends goes somewhere, and every one that begins comes from somewhere."""
    olds = {change.old_id for change in official.changes}
    news = {change.new_id for change in official.changes}
    if not olds | news <= {unit.id for unit in official.units}:
        yield _("A change names a unit that is not in the list.")
    first = min((unit.valid_from for unit in official.units), default=None)
    for unit in official.units:
        if unit.level is Level.DISTRICT:
            continue
        if unit.valid_to is not None and unit.id not in olds:
            yield _("%(where)s: nothing says what became of it.", where=f"{unit.code} {unit.valid_from}")
        if unit.valid_from != first and unit.id not in news:
            yield _("%(where)s: nothing says what it came from.", where=f"{unit.code} {unit.valid_from}")


def _faults_of_counts(official: OfficialList) -> Iterator[str]:
    for day, wanted in official.counts.items():
        here = [unit for unit in official.units if unit.in_force(day)]
        totals: Counter[str] = Counter(unit.level for unit in here)
        totals.update(unit.type for unit in here if unit.level is Level.COMMUNE)
        for what, number in wanted.items():
            if totals[what] != number:
                yield _(
                    "%(day)s: %(there)d of %(what)s, officially %(number)d.",
                    day=day.isoformat(),
                    there=totals[what],
                    what=_TIERS.get(what, what),
                    number=number,
                )
