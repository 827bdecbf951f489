"""Which of our codes stand in which column of a printed sheet, as dated data: what has no column of its own is in "other"."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from casemgr.indicators.facts import UNKNOWN
from casemgr.law.wording import Wording


@dataclass(frozen=True)
class Printed:
    """One column (or row) of a sheet and the codes of ours that stand in it; without any, nothing here can fill it."""

    code: str
    wording: Wording
    of: tuple[str, ...]


@dataclass(frozen=True)
class Folding:
    """How one list of ours stands in the columns of a sheet, from a day to a day."""

    name: str
    column: str  # of the facts
    their_list: str
    in_force_from: date
    in_force_to: date | None
    printed: tuple[Printed, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """The columns in the order of the sheet."""
        return tuple(one.code for one in self.printed)

    @property
    def empty(self) -> frozenset[str]:
        """Columns that nothing of ours stands in: not counted, which is not zero."""
        return frozenset(one.code for one in self.printed if not one.of)

    def member_of(self, code: str) -> str:
        """The column of a code."""
        return next((one.code for one in self.printed if code in one.of), UNKNOWN)

    def label(self, member: str, lang: str) -> str:
        """What a column is called."""
        return next(one.wording.text(lang) for one in self.printed if one.code == member)

    def check(self, codes: Sequence[str]) -> None:
        """Refuse a table that leaves a code out, names one twice, or names one that does not exist."""
        named = sorted(code for one in self.printed for code in one.of)
        if named != sorted(code for code in codes if code != UNKNOWN):
            raise TypeError(f"Columns {self.name}: each code of {self.column} stands in exactly one of them.")


def _read(said: Mapping[str, Any]) -> Folding:
    return Folding(
        name=said["name"],
        column=said["column"],
        their_list=said["their_list"],
        in_force_from=date.fromisoformat(said["in_force_from"]),
        in_force_to=date.fromisoformat(said["in_force_to"]) if said.get("in_force_to") else None,
        printed=tuple(
            Printed(one["code"], Wording(one["vi"], one["en"]), tuple(one["of"])) for one in said["columns"]
        ),
    )


@cache
def foldings() -> tuple[Folding, ...]:
    """Every table, in all its versions."""
    text = (Path(__file__).parent / "columns.json").read_text(encoding="utf-8")
    return tuple(_read(said) for said in json.loads(text)["tables"])


def folding(name: str, on: date) -> Folding:
    """The table in force on a day; before the first one, the first."""
    versions = sorted((one for one in foldings() if one.name == name), key=lambda one: one.in_force_from)
    begun = [one for one in versions if one.in_force_from <= on]
    return begun[-1] if begun else versions[0]
