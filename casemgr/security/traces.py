"""What the entries of the trail say together: which number of a run is missing, and which sealed part is not as it was left.

Every entry carries the number it had in the run of its server, and of each sealed part that was written the digest of the
ciphertext with the digest of what stood there before. Gathered while the trail is walked, compared with the tables at the
end: a row that vanished, an older ciphertext put back, a part nobody wrote. Twelve to forty-two bytes are kept for each.
"""

import hashlib
import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import repeat
from typing import Any

from sqlalchemy import Select, String, Uuid, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from casemgr.core import plain
from casemgr.core.db import Model
from casemgr.security.parts import sealed_parts_of

LONGEST_WORK = timedelta(minutes=10)  # no piece of work beside others lasts longer
EVERY_ROW = "*"  # a whole table was emptied
_MIX = 0x9E3779B97F4A7C15
_AT_ONCE = 2000
MARK = 8  # bytes that tell one thing from any other
_ROW = 16


@dataclass(frozen=True)
class Fault:
    """What verification found wrong, and at which entry or in which part."""

    kind: str  # changed | missing | reordered | put back | not in the chain | link missing | cut off | number missing
    entry: int
    position: int | None = None
    what: str = ""  # table, row and part, where it is about a sealed part


class Runs:
    """The numbers of entries in each run of a server; one that is missing was taken away."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[array[int], array[float]]] = {}
        self._void: dict[str, set[int]] = {}

    def take(self, told: Mapping[str, Any]) -> None:
        run = told.get("run")
        if run is None:
            return
        kept = self._of.get(run)
        if kept is None:
            kept = self._of[run] = array("q"), array("d")
        kept[0].append(told["n"])
        kept[1].append(told["at"].timestamp())
        if "void" in told:
            self._void.setdefault(run, set()).update(told["void"])

    def join(self, later: "Runs") -> None:
        """Put what comes later behind it."""
        for run, (numbers, times) in later._of.items():
            mine = self._of.setdefault(run, (array("q"), array("d")))
            mine[0].extend(numbers)
            mine[1].extend(times)
        for run, void in later._void.items():
            self._void.setdefault(run, set()).update(void)

    def faults(self) -> Iterator[Fault]:
        """Numbers that were given, not taken back, and followed by entries long after any work of that time had ended."""
        for run, (numbers, times) in self._of.items():
            if numbers[0] == 1 and numbers[-1] == len(numbers):
                continue
            ordered = sorted(zip(numbers, times, strict=True))
            void, newest = self._void.get(run, set()), max(times)
            before, since = 0, ordered[0][1]
            for number, at in ordered:
                gone = [one for one in range(before + 1, number) if one not in void]
                if gone and newest - since >= LONGEST_WORK.total_seconds():
                    yield Fault("number missing", 0, what=f"run {run}, {len(gone)} from {gone[0]}")
                before, since = number, at


class Named:
    """Of which parts something is said, one after the other: sixteen bytes of the row, a number for table and part."""

    def __init__(self) -> None:
        self.rows, self.kinds = bytearray(), array("H")
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, table: str, part: str) -> int:
        """The number of a part of a table."""
        return self._numbers.setdefault((table, part), len(self._numbers))

    def extend(self, later: "Named") -> None:
        """Put the parts of another list behind these."""
        numbers = [self.number(*kind) for kind in later._numbers]
        same = numbers == list(range(len(numbers)))
        self.rows += later.rows
        self.kinds.extend(later.kinds if same else array("H", map(numbers.__getitem__, later.kinds)))

    def tables(self) -> Sequence[str]:
        """The table of each number."""
        return [table for table, _part in self._numbers]

    def name(self, place: int) -> str:
        """What a fault calls a part."""
        table, part = list(self._numbers)[self.kinds[place]]
        return f"{table}/{self.rows[_ROW * place : _ROW * (place + 1)].hex()}/{part}"


class Parts:
    """What the trail says of every sealed part, in the order in which it was written."""

    def __init__(self) -> None:
        self.which = Named()
        self._after, self._before, self._entries = array("Q"), array("Q"), array("q")
        self._emptied: dict[str, int] = {}

    def take(self, entry: int, lines: Iterable[Sequence[str]]) -> None:
        """Keep what an entry says."""
        for table, row, part, before, after in lines:
            if row == EVERY_ROW:
                self._emptied[table] = max(entry, self._emptied.get(table, 0))
                continue
            self.which.rows += bytes.fromhex(row)
            self.which.kinds.append(self.which.number(table, part))
            self._before.append(int(before or "0", 16))
            self._after.append(int(after[:16] or "0", 16))
            self._entries.append(entry)

    def join(self, later: "Parts") -> None:
        """Put what was told later behind it."""
        self.which.extend(later.which)
        self._after += later._after
        self._before += later._before
        self._entries += later._entries
        for table, entry in later._emptied.items():
            self._emptied[table] = max(entry, self._emptied.get(table, 0))

    def faults(self, lying: "Lying") -> Iterator[Fault]:
        """Compare every sealed part in the tables with the last that was told of it."""
        import numpy as np  # noqa: PLC0415 - heavy, and only verification needs it

        both = Named()
        both.extend(self.which)
        both.extend(lying.which)
        marks = _marks(np, both)
        places = np.flatnonzero(self._not_emptied(np))
        found, marks = marks[len(self._entries) :], marks[places]
        after, before, entries = (
            np.array(column)[places] for column in (self._after, self._before, self._entries)
        )
        told = np.sort(_pairs(np, marks, after))
        later = np.flatnonzero(before)
        hidden = later[~_among(np, told, _pairs(np, marks[later], before[later]))]
        yield from self._named("part out of step", entries[hidden], places[hidden])
        order = np.lexsort((entries, marks))
        newest = order[np.append(marks[order][1:] != marks[order][:-1], True)] if len(order) else order
        beyond = np.zeros(1, dtype=np.uint64)  # where a part stands that nobody told of
        marks, after = (np.append(column[newest], beyond) for column in (marks, after))
        entries, places = np.append(entries[newest], 0), places[newest]
        here = np.frombuffer(lying.digests, dtype=">u8").astype(np.uint64)
        lies = np.argsort(found)  # in the order of their marks they are looked up in a tenth of the time
        found, here = found[lies], here[lies]
        at = np.searchsorted(marks[:-1], found)
        known = marks[at] == found
        wrong = np.flatnonzero(~known | (after[at] != here))
        wrong = wrong[np.argsort(lies[wrong])]
        older = _among(np, told, _pairs(np, found[wrong], here[wrong]))
        for place, again in zip(wrong.tolist(), older.tolist(), strict=True):
            kind = "part put back" if again else "part changed" if known[place] else "part unknown"
            entry = int(entries[at[place]]) if known[place] else 0
            yield Fault(kind, entry, what=lying.which.name(int(lies[place])))
        seen = np.zeros(len(marks), dtype=bool)
        seen[at[known]] = True
        gone = np.flatnonzero(~seen & (after != 0))
        yield from self._named("part vanished", entries[gone], places[gone])

    def _named(self, kind: str, entries: Any, places: Any) -> Iterator[Fault]:
        for entry, place in zip(entries.tolist(), places.tolist(), strict=True):
            yield Fault(kind, entry, what=self.which.name(place))

    def _not_emptied(self, np: Any) -> Any:
        """Which lines are newer than the emptying of their table."""
        since = np.array([self._emptied.get(table, 0) for table in self.which.tables()] or [0])
        return np.array(self._entries) > since[np.array(self.which.kinds)]


class Lying:
    """The sealed parts as they lie in the tables: of each the beginning of the digest of its ciphertext."""

    def __init__(self) -> None:
        self.which, self.digests = Named(), bytearray()

    @classmethod
    def found(cls, session: Session) -> "Lying":
        """All of them."""
        lying = cls()
        for table, part, rows, sealed in stored(session):
            lying.which.rows += b"".join(rows)
            lying.which.kinds.extend(repeat(lying.which.number(table, part), len(rows)))
            lying.digests += b"".join([digest[:MARK] for digest in _digests(sealed)])
        return lying


def stored(session: Session) -> Iterator[tuple[str, str, Sequence[bytes], Sequence[bytes]]]:
    """Every sealed part in the tables, portion by portion: table and part, the rows, and the ciphertext of each."""
    connection = session.connection()
    for mapper in sorted(Model.registry.mappers, key=lambda one: one.class_.__name__):
        model: Any = mapper.class_
        parts = sealed_parts_of(model)
        if not parts:
            continue
        statement = _asked(model, on_sqlite=connection.dialect.name == "sqlite")
        for portion in plain.portions(connection, statement, {}, _AT_ONCE):
            columns = list(zip(*portion, strict=True))
            for part, lying, full in zip(parts, columns, columns[len(parts) :], strict=False):
                there = [place for place, one in enumerate(full) if one is not None]
                if there:
                    yield (
                        model.__tablename__,
                        part.name,
                        _row_bytes([lying[place] for place in there]),
                        [full[place] for place in there],
                    )


@cache
def _asked(model: Any, *, on_sqlite: bool) -> Select[*tuple[Any, ...]]:
    """The rows of each part, as digits or bytes, then the ciphertexts. Made once: its text is kept."""
    keys, sealed = [], []
    for part in sealed_parts_of(model):
        key = getattr(model, part.row)
        as_bytes = type_coerce(key, String) if on_sqlite else func.uuid_send(key)
        keys.append(as_bytes if isinstance(key.type, Uuid) else key)
        sealed.append(type_coerce(getattr(model, part.column), NullType()))
    return select(*keys, *sealed)


def _row_bytes(keys: Sequence[Any]) -> Sequence[bytes]:
    """Sixteen bytes of each key: of the bytes or digits of a UUID, or of a number."""
    if isinstance(keys[0], int):
        return [key.to_bytes(_ROW, "big") for key in keys]
    return list(map(bytes.fromhex, keys)) if isinstance(keys[0], str) else keys


def _digests(sealed: Sequence[Any]) -> Sequence[bytes]:
    try:
        return [hashlib.sha256(one).digest() for one in sealed]
    except TypeError:  # SQLite keeps whatever it is given
        return [
            hashlib.sha256(one if isinstance(one, bytes) else repr(one).encode()).digest() for one in sealed
        ]


def has_doubles(marks: bytearray) -> bool:
    """Whether any mark stands there a second time."""
    import numpy as np  # noqa: PLC0415 - heavy, and only verification needs it

    ordered = np.sort(np.frombuffer(marks, dtype="u8"))
    return bool((ordered[1:] == ordered[:-1]).any())


def _marks(np: Any, which: Named) -> Any:
    """A number for each part. Two of them are the same by chance alone: what they are multiplied with is drawn anew each
    time, so that nobody can lay rows aside that go by the number of another (multilinear hashing, twice 32 bits)."""
    words = np.frombuffer(which.rows, dtype="<u4").reshape(-1, _ROW // 4).T
    columns = [column.astype(np.uint64) for column in (*words, np.array(which.kinds))]
    halves = []
    for _ in range(2):
        first, *factors = np.frombuffer(os.urandom(8 * (len(columns) + 1)), dtype="<u8")
        number = np.full(len(which.kinds), first)
        for column, factor in zip(columns, factors, strict=True):
            number += column * factor
        halves.append(number >> np.uint64(32))
    return halves[0] << np.uint64(32) | halves[1]


def _among(np: Any, ordered: Any, numbers: Any) -> Any:
    """Which numbers are among some that stand in their order."""
    at = np.searchsorted(ordered, numbers)
    return (
        np.append(ordered, np.uint64(0))[at] == numbers
        if len(ordered)
        else np.zeros(len(numbers), dtype=bool)
    )


def _pairs(np: Any, marks: Any, digests: Any) -> Any:
    """A part and one of its digests as one number."""
    return np.uint64(_MIX) * np.bitwise_xor(marks, np.left_shift(digests, np.uint64(1))) + digests
