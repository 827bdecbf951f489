"""Reading the data files: values are asked for by name and kind, a wrong file says where it is wrong."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from importlib.resources import files
from typing import Protocol

from casemgr.core.periods import holds
from casemgr.law.wording import Wording

_ONE_DAY = timedelta(days=1)


class LawDataWrong(ValueError):
    """A data file does not say what it must; the sentence names the file and the row."""


class UnknownInLaw(LookupError):
    """The data knows no such thing, or not on that day."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class Row:
    """One object of a data file, read strictly."""

    def __init__(self, where: str, data: object) -> None:
        if not isinstance(data, Mapping):
            raise LawDataWrong(f"{where}: an object with named members is expected.")
        self.where = where
        self._data: Mapping[str, object] = data

    @property
    def members(self) -> Mapping[str, object]:
        """Everything it holds, as it stands."""
        return self._data

    def __contains__(self, key: str) -> bool:
        return self._data.get(key) is not None

    def only(self, *keys: str) -> None:
        """Refuse members that nobody reads: a misspelt name would otherwise be lost in silence."""
        if strange := sorted(set(self._data) - set(keys)):
            raise LawDataWrong(f"{self.where}: nobody reads {', '.join(strange)}.")

    def text(self, key: str) -> str:
        value = self._data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise LawDataWrong(f"{self.where}: {key} must be a text.")
        return value

    def maybe_text(self, key: str) -> str | None:
        return self.text(key) if key in self else None

    def number(self, key: str) -> int:
        value = self._data.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise LawDataWrong(f"{self.where}: {key} must be a whole number.")
        return value

    def maybe_number(self, key: str) -> int | None:
        return self.number(key) if key in self else None

    def flag(self, key: str) -> bool:
        value = self._data.get(key, False)
        if not isinstance(value, bool):
            raise LawDataWrong(f"{self.where}: {key} must be true or false.")
        return value

    def day(self, key: str) -> date:
        try:
            return date.fromisoformat(self.text(key))
        except ValueError:
            raise LawDataWrong(f"{self.where}: {key} must be a day such as 2026-11-21.") from None

    def maybe_day(self, key: str) -> date | None:
        return self.day(key) if key in self else None

    def wording(self, key: str) -> Wording:
        said = self.row(key)
        said.only("vi", "en")
        return Wording(said.text("vi"), said.text("en"))

    def maybe_wording(self, key: str) -> Wording | None:
        return self.wording(key) if key in self else None

    def row(self, key: str) -> "Row":
        return Row(f"{self.where}.{key}", self._data.get(key))

    def rows(self, key: str) -> tuple["Row", ...]:
        return tuple(Row(f"{self.where}.{key}[{at}]", item) for at, item in enumerate(self._list(key)))

    def texts(self, key: str) -> tuple[str, ...]:
        items = self._list(key)
        if not all(isinstance(item, str) for item in items):
            raise LawDataWrong(f"{self.where}: {key} must be a list of texts.")
        return tuple(str(item) for item in items)

    def plain(self, key: str) -> Mapping[str, object]:
        """An object of the file as it stands, empty when absent."""
        return self.row(key).members if key in self else {}

    def _list(self, key: str) -> list[object]:
        value = self._data.get(key, [])
        if not isinstance(value, list):
            raise LawDataWrong(f"{self.where}: {key} must be a list.")
        return value


class Dated(Protocol):
    """Whatever is in force from a day to a day."""

    @property
    def in_force_from(self) -> date: ...

    @property
    def in_force_to(self) -> date | None: ...


def in_force(dated: Dated, on: date) -> bool:
    """Whether it holds on a day; both ends are days on which it holds."""
    return holds(dated.in_force_from, dated.in_force_to, on)


def check_dates(what: str, versions: Iterable[Dated]) -> None:
    """Versions of one thing follow each other day by day: no gap, no overlap, none backwards."""
    ended: date | None = None
    first = True
    for version in sorted(versions, key=lambda one: one.in_force_from):
        if version.in_force_to is not None and version.in_force_to < version.in_force_from:
            raise LawDataWrong(f"{what}: a version ends before it begins.")
        if not first and ended is None:
            raise LawDataWrong(f"{what}: a version without an end is followed by another.")
        if ended is not None and version.in_force_from != ended + _ONE_DAY:
            kind = "overlap" if version.in_force_from <= ended else "leave a gap"
            raise LawDataWrong(f"{what}: two versions {kind} at {version.in_force_from}.")
        ended, first = version.in_force_to, False


def read(name: str) -> Row:
    """A data file of this room; each opens with where it comes from and how sure it is."""
    text = files("casemgr.law").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    return opened(name, json.loads(text))


def opened(name: str, data: object) -> Row:
    """A data file that was read or handed in, once its opening has been checked."""
    file = Row(name, data)
    about = file.row("about")
    about.only("what", "status", "sources", "note")
    about.text("what")
    about.text("status")
    if not about.texts("sources"):
        raise LawDataWrong(f"{name}: the file does not say where it comes from.")
    return file
