"""Builds casemgr/places/data/units.csv and changes.csv from the Python package vietnamadminunits and our own notes.

    python tools/build_places.py                      fetches the wheel with pip into a temporary folder
    python tools/build_places.py --wheel FILE         uses a wheel that is already here
    python tools/build_places.py --check              builds, compares with what is committed, writes nothing

Where each fact comes from, and what is corrected and why, stands in casemgr/places/data/README.md.
"""

import argparse
import csv
import hashlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent.parent / "casemgr" / "places" / "data"
SOURCES = DATA / "sources"

PACKAGE = "vietnamadminunits==1.0.4"
DIGEST = "737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35"

SNAPSHOT = "2025-03-01"  # of the list of the three-tier regime: not the day on which its units were founded
REFORM = "2025-07-01"
UNIT_COLUMNS = ("id", "level", "code", "type", "name", "parent", "valid_from", "valid_to")
CHANGE_COLUMNS = ("on", "old", "new", "relation")
LEVELS = {2: "province", 3: "district", 5: "commune"}
ORDER = {"province": 1, "district": 2, "commune": 3}
TYPES = ("Thành phố", "Tỉnh", "Quận", "Huyện", "Thị xã", "Thị trấn", "Phường", "Xã", "Đặc khu")


class Unit(NamedTuple):
    """One line of units.csv, without its number."""

    code: str
    type: str
    name: str
    parent: str
    valid_from: str
    valid_to: str

    @property
    def level(self) -> str:
        return LEVELS[len(self.code)]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.level, self.code, self.valid_from


class Change(NamedTuple):
    """One line of changes.csv: what became of an old unit on a day."""

    on: str
    old: str
    new: str
    relation: str


@dataclass
class Source:
    """What the package tells: units of both regimes by code, and which old unit went into which new one."""

    old: dict[str, Unit] = field(default_factory=dict)
    new: dict[str, Unit] = field(default_factory=dict)
    edges: set[tuple[str, str]] = field(default_factory=set)
    district_of: dict[str, str] = field(default_factory=dict)
    plain_name: dict[str, str] = field(default_factory=dict)


def before(day: str) -> str:
    """The day before."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def named(raw: str) -> tuple[str, str]:
    """The kind of a unit and its whole name in normal form, the kind spelled as the law spells it."""
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    for kind in TYPES:
        if name.casefold().startswith(kind.casefold() + " "):
            return kind, kind + name[len(kind) :]
    raise SystemExit(f"Unknown kind of unit: {name}")


# --- reading the package -------------------------------------------------------------------------------------------


def fetch(folder: Path) -> Path:
    """Fetch the wheel with the ordinary client."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), PACKAGE], check=True)
    return next(folder.glob("*.whl"))


def read(wheel: Path, folder: Path) -> Source:
    """Read units and conversion edges out of the wheel."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != DIGEST:
        raise SystemExit(
            "The wheel is not the one this tool was written for; look at what has changed first."
        )
    with zipfile.ZipFile(wheel) as archive:
        database = archive.extract("vietnamadminunits/data/dataset.db", folder)
        converter = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
    with closing(sqlite3.connect(database)) as connection:
        return read_tables(connection, converter)


OLD_SQL = """SELECT provinceCode, province, districtCode, district, wardCode, ward, provinceKey, districtKey, wardKey
             FROM admin_units_legacy"""
NEW_SQL = "SELECT provinceCode, province, wardCode, ward, provinceKey, wardKey FROM admin_units"


def read_tables(connection: sqlite3.Connection, converter: Mapping[str, Mapping[str, object]]) -> Source:
    """Units by code; the converter's keys (names without marks) turned into codes."""
    source = Source()
    old_keys: dict[str, str] = {}
    new_keys: dict[tuple[str, str], str] = {}
    provinces: dict[str, str] = {}
    for province, p_name, district, d_name, code, name, p_key, d_key, key in connection.execute(OLD_SQL):
        end = before(REFORM)
        source.old[province] = Unit(province, *named(p_name), "", SNAPSHOT, end)
        source.old[district] = Unit(district, *named(d_name), province, SNAPSHOT, end)
        old_keys[p_key] = province
        old_keys[f"{p_key}_{d_key}_{key or ''}"] = code or district
        if code:
            source.old[code] = Unit(code, *named(name), district, SNAPSHOT, end)
            source.district_of[code], source.plain_name[code] = district, key
    for province, p_name, code, name, p_key, key in connection.execute(NEW_SQL):
        source.new[province] = Unit(province, *named(p_name), "", REFORM, "")
        source.new[code] = Unit(code, *named(name), province, REFORM, "")
        provinces[p_key], new_keys[p_key, key] = province, code
    source.edges.update(province_edges(converter, old_keys, provinces))
    source.edges.update(commune_edges(converter, old_keys, new_keys))
    return source


def province_edges(
    converter: Mapping[str, Mapping[str, object]], old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for key, olds in converter["DICT_PROVINCE"].items():
        for old_key in olds:  # type: ignore[attr-defined]
            yield old[old_key], new[key]


def commune_edges(
    converter: Mapping[str, Mapping[str, object]], old: Mapping[str, str], new: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, str]]:
    for province, whole in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for key, olds in whole.items():  # type: ignore[attr-defined]
            yield from ((old[old_key], new[province, key]) for old_key in olds)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old_key, parts in divided.items():  # type: ignore[attr-defined]
            yield from ((old[old_key], new[province, part["newWardKey"]]) for part in parts)


def plain(name: str) -> str:
    """A name without marks and capitals: the lists of the two regimes do not spell alike."""
    apart = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(character for character in apart if not unicodedata.combining(character))


# --- correcting it -------------------------------------------------------------------------------------------------


def table(name: str) -> list[dict[str, str]]:
    """One of our own small tables of notes."""
    with (SOURCES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def namesakes(source: Source, kept: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Edges the package made only because two old communes bear the same name.

    The package joins by name. Where two communes of one new province are namesakes, each is linked to the
    successors of both. An edge is such a shadow when the commune has another successor, a namesake of another
    district goes into the same new commune, and nothing else of its own district does.
    """
    before_it: dict[str, list[str]] = defaultdict(list)
    after_it: Counter[str] = Counter()
    for old, new in source.edges:
        if len(old) == 5:
            before_it[new].append(old)
            after_it[old] += 1
    known = set(kept)
    shadows = set()
    for new, olds in before_it.items():
        bearers = Counter(source.plain_name[old] for old in olds)
        # A new commune usually keeps the code of the old one at its heart.
        home = {source.district_of[old] for old in olds if bearers[source.plain_name[old]] == 1 or old == new}
        for old in olds:
            alone = bearers[source.plain_name[old]] > 1 and source.district_of[old] not in home
            if alone and after_it[old] > 1 and (old, new) not in known:
                shadows.add((old, new))
    return shadows


def corrected(source: Source, noted: Mapping[tuple[str, str], str]) -> set[tuple[str, str]]:
    """The conversion edges without shadows of namesakes, and with the corrections of our table."""
    edges = source.edges - namesakes(source, noted)
    for row in table("corrections.csv"):
        edge = row["old_code"], row["new_code"]
        if (edge in edges) == (row["what"] == "add"):
            raise SystemExit(f"The correction {row['what']} {edge} is no longer needed.")
        edges ^= {edge}
    return edges


def relate(
    source: Source, edges: set[tuple[str, str]], noted: Mapping[tuple[str, str], str]
) -> Iterator[Change]:
    """The kind of each edge: from the official notes where they say it, else from who shares with whom."""
    goes_to = Counter(old for old, _ in edges)
    comes_from = Counter(new for _, new in edges)
    for old, new in sorted(edges):
        if goes_to[old] > 1:
            relation = noted.get((old, new), "part")
        elif len(old) == 3:
            relation = "district_to_special_zone"
        elif comes_from[new] > 1:
            relation = "whole"
        else:
            same = plain(source.old[old].name) == plain(source.new[new].name)
            relation = noted.get((old, new), "unchanged" if same else "renamed_or_retyped")
        yield Change(REFORM, old, new, relation)


def amend(units: dict[str, Unit]) -> tuple[list[Unit], list[Change]]:
    """The changes of kind since the reform: the row before them ends, a new one begins."""
    ended, changes = [], []
    for row in table("amendments.csv"):
        unit, day = units[row["code"]], row["on"]
        ended.append(unit._replace(valid_to=before(day)))
        plain = unit.name.removeprefix(unit.type + " ")
        units[unit.code] = unit._replace(type=row["type"], name=f"{row['type']} {plain}", valid_from=day)
        changes.append(Change(day, unit.code, unit.code, "renamed_or_retyped"))
    return ended, changes


def build(source: Source) -> tuple[list[Unit], list[Change]]:
    """Every unit of both regimes and every change, in the order of the files."""
    noted = {(row["old_code"], row["new_code"]): row["relation"] for row in table("transfers.csv")}
    changes = list(relate(source, corrected(source, noted), noted))
    if lost := set(noted) - {
        (change.old, change.new) for change in changes if change.relation == noted.get(change[1:3])
    }:
        raise SystemExit(f"Notes without an edge of a divided commune: {sorted(lost)}")
    units = dict(source.new)
    ended, later = amend(units)
    rows = [*source.old.values(), *ended, *units.values()]
    return sorted(rows, key=lambda unit: (unit.valid_from, ORDER[unit.level], unit.code)), sorted(
        changes + later
    )


# --- writing it ----------------------------------------------------------------------------------------------------


def numbered(units: Sequence[Unit], path: Path) -> list[tuple[object, ...]]:
    """Each unit with its number: the one it always had, or the next free one."""
    numbers: dict[tuple[str, str, str], int] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            numbers = {
                (row["level"], row["code"], row["valid_from"]): int(row["id"]) for row in csv.DictReader(file)
            }
    rows: list[tuple[object, ...]] = []
    free = max(numbers.values(), default=0) + 1
    for unit in units:
        number = numbers.get(unit.key)
        if number is None:
            number, free = free, free + 1
        rows.append((number, unit.level, *unit))
    return rows


def text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file as it will be written: UTF-8, line feeds, quotes only where needed."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        file.seek(0)
        return file.read()


def counted(units: Sequence[Unit]) -> None:
    """Refuse to write a list whose totals are not the official ones."""
    for row in csv.DictReader((DATA / "counts.csv").open(encoding="utf-8", newline="")):
        day = row.pop("day")
        here = [unit for unit in units if unit.valid_from <= day <= (unit.valid_to or "9999")]
        totals: Counter[str] = Counter(unit.level for unit in here)
        totals.update(unit.type for unit in here if unit.level == "commune")
        for what, number in row.items():
            if totals[what] != int(number):
                raise SystemExit(f"{day}: {totals[what]} of {what}, officially {number}.")


def main() -> int:
    """Build both files, or say whether what is committed is what would be built."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheel", type=Path, help="the wheel of the package, if it is already here")
    parser.add_argument("--check", action="store_true", help="only compare with the committed files")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        units, changes = build(read(given.wheel or fetch(Path(folder)), Path(folder)))
    counted(units)
    files = {
        DATA / "units.csv": text(UNIT_COLUMNS, numbered(units, DATA / "units.csv")),
        DATA / "changes.csv": text(CHANGE_COLUMNS, changes),
    }
    if given.check:
        differing = [path.name for path, made in files.items() if path.read_text(encoding="utf-8") != made]
        print(
            "The committed files differ: " + ", ".join(differing)
            if differing
            else "The committed files are as built."
        )
        return 1 if differing else 0
    for path, made in files.items():
        path.write_text(made, encoding="utf-8", newline="\n")
    print(f"{len(units)} units, {len(changes)} changes.")
    for relation, number in Counter(change.relation for change in changes).most_common():
        print(f"{number:6} {relation}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
