"""Compares casemgr/places/data with an independently made list of the same facts.

    python tools/compare_places.py --with DIR

DIR holds admin_units.csv (level,code,type,name,parent_code,valid_from,valid_to; levels 1 to 3) and
ward_map_2025-07-01.csv (old_ward_code,...,new_ward_code,...,relation). Prints every difference by kind and exits
with 1 when there is one that casemgr/places/data/README.md does not explain.
"""

import argparse
import csv
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent.parent / "casemgr" / "places" / "data"
LEVELS = {"1": "province", "2": "district", "3": "commune"}


class Difference(NamedTuple):
    """One fact that the two lists tell differently; `explained` names the paragraph of the README, if there is one."""

    kind: str
    where: str
    ours: str
    theirs: str
    explained: str = ""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(name: str) -> str:
    """A name without marks, spaces and punctuation: what is left when only the spelling differs."""
    apart = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(character for character in apart if character.isalnum())


def spelled_otherwise(ours: str, theirs: str) -> str:
    return "names: marks, spaces" if plain(ours) == plain(theirs) else "names: spelling"


def compare_units(folder: Path) -> Iterator[Difference]:
    """Every unit of either list: present, same kind, same parent, same days; the name may be spelled otherwise."""
    ours = {(row["level"], row["code"], row["valid_from"]): row for row in rows(DATA / "units.csv")}
    theirs = {
        (LEVELS[row["level"]], row["code"], row["valid_from"]): row
        for row in rows(folder / "admin_units.csv")
    }
    for key in sorted(ours.keys() | theirs.keys()):
        where = " ".join(key)
        mine, other = ours.get(key), theirs.get(key)
        if mine is None or other is None:
            yield Difference("unit on one side only", where, str(mine), str(other))
            continue
        for here, there in (("type", "type"), ("parent", "parent_code"), ("valid_to", "valid_to")):
            if mine[here] != other[there]:
                yield Difference(here, where, mine[here], other[there])
        if mine["name"] != other["name"]:
            old = key[2] < "2025-07-01"
            reason = spelled_otherwise(mine["name"], other["name"]) if old else ""
            yield Difference("name", where, mine["name"], other["name"], reason)


def compare_changes(folder: Path) -> Iterator[Difference]:
    """Every conversion of 1 July 2025 of a commune or an island district: present, and of the same kind."""
    ours = {
        (row["old"], row["new"]): row["relation"]
        for row in rows(DATA / "changes.csv")
        if row["on"] == "2025-07-01" and len(row["new"]) == 5
    }
    theirs = {
        (row["old_ward_code"] or row["old_district_code"], row["new_ward_code"]): row["relation"]
        for row in rows(folder / "ward_map_2025-07-01.csv")
    }
    for edge in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(edge, ""), theirs.get(edge, "")
        if mine == other:
            continue
        kind = "relation" if mine and other else "change on one side only"
        reason = ""
        if other == "non_unit_area":
            reason = "land without a unit"
        elif edge[0] == "18796" and mine == "part":
            reason = "Xã Kỳ Lợi"
        elif edge[0] == "31105" and mine == "renamed_or_retyped":
            reason = "Thổ Châu"
        yield Difference(kind, " -> ".join(edge), mine, other, reason)


def main() -> int:
    """Print every difference; fail on those that are not explained."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--with", dest="folder", type=Path, required=True, help="the folder of the other list"
    )
    folder: Path = parser.parse_args().folder
    found = [*compare_units(folder), *compare_changes(folder)]
    for difference in found:
        print(*difference[:4], difference.explained or "NOT EXPLAINED", sep=" | ")
    open_ones = [difference for difference in found if not difference.explained]
    print(f"{len(found)} differences, {len(open_ones)} of them not explained.")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
