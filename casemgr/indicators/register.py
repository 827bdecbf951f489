"""All facts in memory, one array for each column: a snapshot that grows with the log, and readings of it as of an instant.

Rows are versions of cases in the order of the log. Each row knows the row that replaced it, so that a reading of any past
day, or of a moment before the newest rows came, needs no copy: a row counts when it was there and not yet replaced.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from casemgr.indicators import facts
from casemgr.indicators.arrays import np
from casemgr.indicators.snapshot import Snapshot

Made = TypeVar("Made")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
NEVER = 2**31 - 1  # this row was not replaced
_KEPT_ROWS = 6_000_000  # and how many facts those parts may hold together
_KEPT = 128  # how many parts of a reading are remembered
_REBUILD = 20_000  # from so many new rows on, everything is linked anew at once


def microseconds(instant: datetime) -> int:
    """An instant as a number."""
    return (instant - _EPOCH) // _MICROSECOND


@dataclass
class LogRows:
    """Rows of the log, opened: one list for each column."""

    seq: list[int] = field(default_factory=list)
    case: list[bytes] = field(default_factory=list)
    recorded: list[int] = field(default_factory=list)  # microseconds
    mark: list[int] = field(default_factory=list)  # tells this very row from another with the same number
    packed: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.seq)

    def extend(self, more: LogRows) -> None:
        """Add the rows of another portion."""
        for name in ("seq", "case", "recorded", "mark", "packed"):
            getattr(self, name).extend(getattr(more, name))


class Reading:
    """Some of the facts, as arrays; what was asked of it before is remembered."""

    def __init__(
        self, arrays: dict[str, np.ndarray], kinds: dict[str, dict[int, int]], rows: np.ndarray | None = None
    ) -> None:
        self._arrays = arrays
        self._kinds = kinds
        self._rows = rows
        self._columns: dict[str, np.ndarray] = {}
        self._kept: OrderedDict[Hashable, object] = OrderedDict()

    def __len__(self) -> int:
        return len(self._arrays["seq"] if self._rows is None else self._rows)

    def column(self, name: str) -> np.ndarray:
        """The numbers of one column."""
        if self._rows is None:
            return self._arrays[name]
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = self._arrays[name][self._rows]
        return found

    def take(self, places: np.ndarray) -> Reading:
        """Only the facts at these places."""
        return Reading(self._arrays, self._kinds, places if self._rows is None else self._rows[places])

    def kinds(self, name: str) -> list[int]:
        """The different masks of a column that were ever seen; its column of kinds holds places in this list."""
        return list(self._kinds[name])

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is worked out once for a reading and asked for again."""
        try:
            made = self._kept.pop(key)
        except KeyError:
            made = make()
        self._kept[key] = made
        rows = 0
        for place, (old, value) in enumerate(reversed(list(self._kept.items()))):
            rows += len(value) if isinstance(value, Reading) else 0
            if place >= _KEPT or (place and rows > _KEPT_ROWS):
                self._kept.pop(old, None)
        return made  # type: ignore[return-value]

    def first_day(self) -> date | None:
        """The earliest day of receipt; nothing when no fact stands."""

        def find() -> date | None:
            days = self.column("received")[self.column("alive")]
            return facts.day_of(int(days.min())) if len(days) else None

        return self.kept("first day", find)

    def case_ids(self) -> list[UUID]:
        """The cases of these facts; a fact of a child without a case has none."""
        if "case_high" in self._arrays:
            pairs = zip(self.column("case_high").tolist(), self.column("case_low").tolist(), strict=True)
            return [UUID(int=high << 64 | low) for high, low in sorted({*pairs}) if high or low]
        return [UUID(bytes=case.ljust(16, b"\0")) for case in self.column("case").tolist()]


@dataclass
class _Links:
    """Which row is the newest of each case: sorted arrays from the last rebuild, and a dictionary of what came since."""

    cases: np.ndarray
    newest: np.ndarray
    since: dict[bytes, int] = field(default_factory=dict)

    def find(self, case: bytes) -> int | None:
        if case in self.since:
            return self.since[case]
        place = int(self.cases.searchsorted(case))
        padded = case.rstrip(b"\0")
        if place < len(self.cases) and self.cases[place] == padded:
            return int(self.newest[place])
        return None


class _Joined(dict[str, "np.ndarray"]):
    """Arrays with rows added at their end; a column is put together when it is asked for."""

    def __init__(self, settled: dict[str, np.ndarray], added: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.settled, self.added = settled, added

    def __missing__(self, name: str) -> np.ndarray:
        made = self[name] = np.concatenate((self.settled[name], self.added[name]))
        return made


class Register:
    """The facts of one database in memory. Hold the lock while rows are taken in and while a reading begins."""

    def __init__(self, form: facts.Form = facts.CASES) -> None:
        self.form = form
        self.lock = threading.RLock()
        self._readings: OrderedDict[Hashable, Reading] = OrderedDict()
        self.clear()

    def clear(self) -> None:
        """Forget everything: the log is read again from its start."""
        self.size = 0
        self._linked = 0
        self.cursor = (0, 0)
        self._readings.clear()
        self._kinds: dict[str, dict[int, int]] = {name: {} for name in self.form.masks}
        self._arrays: dict[str, np.ndarray] = self._with_derived(_columns_of(LogRows(), self.form))
        self._links = _Links(np.empty(0, "S16"), np.empty(0, "i4"))
        self._children: tuple[np.ndarray, np.ndarray] = (np.empty(0, "u8"), np.empty(0, "i4"))
        self._children_since: dict[int, int] = {}

    @property
    def last_seq(self) -> int:
        """The number of the newest row taken in, or 0."""
        return int(self._arrays["seq"][self.size - 1]) if self.size else 0

    def holds(self, seq: int, mark: int) -> int | None:
        """How many rows there are up to and with this very row, when it is here (a log numbered in order)."""
        place = int(self._arrays["seq"][: self.size].searchsorted(seq))
        if place < self.size and self._arrays["seq"][place] == seq and self._arrays["mark"][place] == mark:
            return place + 1
        return None

    def last_mark(self) -> int:
        """The mark of the row that was taken in last."""
        return int(self._arrays["mark"][self.size - 1])

    def write(self, rows: LogRows) -> None:
        """Take in rows of the log that will never be undone; they count once they are linked."""
        end = self.size + len(rows)
        self._make_room(end)
        for name, numbers in self._as_arrays(rows).items():
            self._arrays[name][self.size : end] = numbers
        self.size = end

    def take_up(self, found: Snapshot) -> None:
        """Begin with the columns of a copy instead of with nothing."""
        self.clear()
        self._arrays = self._with_derived(dict(found.columns))
        self.size, self.cursor = len(found), found.cursor
        self.link()

    def copied(self, size: int | None = None) -> Snapshot:
        """The columns of the first rows as they are now, to be kept: nothing of them ever changes."""
        count = self.size if size is None else size
        return Snapshot({name: self._arrays[name][:count] for name in self.stored()}, self.cursor)

    def stored(self) -> Mapping[str, str]:
        """The columns that are kept, and their types; the others follow from them."""
        return {name: column.dtype.str for name, column in _columns_of(LogRows(), self.form).items()}

    def link(self) -> None:
        """Let every row taken in replace the one before it of the same case."""
        if self.size == self._linked:
            return
        if self.size - self._linked >= _REBUILD or not self._linked:
            self._rebuild()
        for place in range(self._linked, self.size):
            _link(self._arrays, self._arrays["next"], self._links, place)
            self._share(place)
        self._linked = self.size

    def reading(
        self, as_of: datetime | None, *, size: int | None = None, more: LogRows | None = None
    ) -> Reading:
        """The facts as they stood at an instant (or stand now), in the first `size` rows, and in rows that may yet be undone."""
        count = self.size if size is None else size
        key = (count, as_of, tuple(more.seq) if more else (), tuple(more.mark) if more else ())
        if key in self._readings:
            self._readings.move_to_end(key)
            return self._readings[key]
        arrays = {name: array[:count] for name, array in self._arrays.items()}
        if more:
            arrays = self._with(arrays, more)
            count += len(more)
        replaced_by = arrays["next"]
        alive = replaced_by >= count
        if as_of is not None:
            until = microseconds(as_of)
            later = np.flatnonzero(~alive)
            alive[later] = arrays["recorded"][replaced_by[later]] >= until
            alive &= arrays["recorded"] < until
        arrays["alive"] = alive
        made = Reading(arrays, self._kinds)
        self._readings[key] = made
        while len(self._readings) > 3:
            self._readings.popitem(last=False)
        return made

    def _make_room(self, end: int) -> None:
        if end <= len(self._arrays["seq"]):
            return
        room = max(end, len(self._arrays["seq"]) * 5 // 4 + 1024)
        for name, array in self._arrays.items():
            bigger = np.empty(room, array.dtype)
            bigger[: self.size] = array[: self.size]
            self._arrays[name] = bigger

    def _rebuild(self) -> None:
        """Link every row to the one that replaced it, and mark the children who are in more than one case."""
        cases, seq = self._arrays["case"][: self.size], self._arrays["seq"][: self.size]
        order = (
            np.argsort(cases, kind="stable") if bool((np.diff(seq) > 0).all()) else np.lexsort((seq, cases))
        )
        same = cases[order[1:]] == cases[order[:-1]]
        following = self._arrays["next"][: self.size]
        following[:] = NEVER
        following[order[:-1][same]] = order[1:][same]
        newest = order[np.append(~same, True)]
        self._links = _Links(cases[newest], newest.astype("i4"))
        children = self._arrays["child"][: self.size]
        order = np.argsort(children, kind="stable")
        begins = np.append(True, children[order[1:]] != children[order[:-1]])
        first = order[begins]
        group = np.cumsum(begins) - 1
        differs = np.zeros(len(first), "?")
        differs[group[cases[order] != cases[first[group]]]] = True
        self._arrays["shared"][: self.size][order] = differs[group]
        self._children = (children[first], first.astype("i4"))
        self._children_since = {}
        self._linked = self.size

    def _share(self, place: int) -> None:
        """Mark a new row's child when it is in another case too."""
        arrays = self._arrays
        child = int(arrays["child"][place])
        first = self._children_since.get(child)
        if first is None:
            known, rows = self._children
            at = int(known.searchsorted(arrays["child"][place]))
            first = int(rows[at]) if at < len(known) and known[at] == arrays["child"][place] else None
        if first is None:
            self._children_since[child] = place
        elif arrays["case"][first] == arrays["case"][place]:
            arrays["shared"][place] = arrays["shared"][first]
        else:
            arrays["shared"][: self.size][arrays["child"][: self.size] == arrays["child"][place]] = True

    def _with(self, arrays: dict[str, np.ndarray], more: LogRows) -> dict[str, np.ndarray]:
        """The arrays with rows that may yet be undone: copies, so that nothing needs to be taken back."""
        count = len(arrays["seq"])
        joined = _Joined(arrays, self._as_arrays(more))
        joined["next"] = np.where(joined["next"] >= count, NEVER, joined["next"]).astype("i4")
        links = _Links(self._links.cases, self._links.newest, dict(self._links.since))
        for place in range(count, count + len(more)):
            _link(joined, joined["next"], links, place)
        joined["shared"] |= np.isin(joined["child"], joined.added["child"])
        return joined

    def _as_arrays(self, rows: LogRows) -> dict[str, np.ndarray]:
        return self._with_derived(_columns_of(rows, self.form))

    def _with_derived(self, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The columns with those that follow from them."""
        count = len(columns["seq"])
        return {
            **columns,
            "next": np.full(count, NEVER, "i4"),
            "shared": np.zeros(count, "?"),
            "incident place": np.where(
                columns["incident_unit"] != 0, columns["incident_unit"], columns["triage_unit"]
            ),
            **{f"{name} kind": self._kinds_of(name, columns[name]) for name in self.form.masks},
        }

    def _kinds_of(self, name: str, masks: np.ndarray) -> np.ndarray:
        """Masks as places in the list of those ever seen: few, where the masks themselves are many bits wide."""
        known = self._kinds[name]
        different, places = np.unique(masks, return_inverse=True)
        numbers = [known.setdefault(mask, len(known)) for mask in different.tolist()]
        return np.array(numbers, "u4")[places]


def _columns_of(rows: LogRows, form: facts.Form) -> dict[str, np.ndarray]:
    return {
        "seq": np.array(rows.seq, "i8"),
        "case": np.array(rows.case, "S16"),
        "recorded": np.array(rows.recorded, "i8"),
        "mark": np.array(rows.mark, "u8"),
        **form.columns_of(rows.packed),
    }


def _link(arrays: dict[str, np.ndarray], following: np.ndarray, links: _Links, place: int) -> None:
    """Let a new row replace the newest of its case; a row that comes late finds its place by its number."""
    case = bytes(arrays["case"][place]).ljust(16, b"\0")
    newest = links.find(case)
    if newest is None or arrays["seq"][newest] < arrays["seq"][place]:
        if newest is not None:
            following[newest] = place
        links.since[case] = place
        return
    rows = np.flatnonzero(arrays["case"][: place + 1] == arrays["case"][place])
    rows = rows[np.argsort(arrays["seq"][rows])]
    following[rows[:-1]] = rows[1:]
    following[rows[-1]] = NEVER
    links.since[case] = int(rows[-1])
