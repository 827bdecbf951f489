"""What the entries of the trail say together: which number of a run is missing, and which sealed part is not as it was left.

Every entry carries the number it had in the run of its server, and of each sealed part that was written the digest of the
ciphertext with the digest of what stood there before. Gathered while the trail is walked, compared with the tables at the
end: a row that vanished, an older ciphertext put back, a part nobody wrote. Twelve to forty bytes are kept for each.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casemgr.core.db import Model
from casemgr.security import sealing
from casemgr.security.parts import sealed_parts_of

EntryLines = Callable[[int], Iterable[Sequence[str]]]
LONGEST_WORK = timedelta(minutes=10)  # no piece of work beside others lasts longer
EVERY_ROW = "*"  # a whole table was emptied
_MIX = 0x9E3779B97F4A7C15
_AT_ONCE = 2000
_ROW, _WORD = 16, 8  # bytes


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
        kept[1].append(datetime.fromisoformat(told["at"]).timestamp())
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


class Parts:
    """What the trail says of every sealed part, in the order in which it was written."""

    def __init__(self) -> None:
        self._marks, self._after, self._before = bytearray(), array("Q"), array("Q")
        self._entries, self._tables = array("q"), array("H")
        self._numbers: dict[str, int] = {}
        self._emptied: dict[str, int] = {}

    def take(self, entry: int, lines: Iterable[Sequence[str]]) -> None:
        for table, row, part, before, after in lines:
            if row == EVERY_ROW:
                self._emptied[table] = max(entry, self._emptied.get(table, 0))
                continue
            self._marks += _mark(table, row, part)
            self._before.append(int(before or "0", 16))
            self._after.append(int(after[:16] or "0", 16))
            self._entries.append(entry)
            self._tables.append(self._numbers.setdefault(table, len(self._numbers)))

    def join(self, later: "Parts") -> None:
        """Put what was told later behind it."""
        numbers = [self._numbers.setdefault(table, len(self._numbers)) for table in later._numbers]
        self._marks += later._marks
        self._before += later._before
        self._after += later._after
        self._entries += later._entries
        self._tables.extend(map(numbers.__getitem__, later._tables))
        for table, entry in later._emptied.items():
            self._emptied[table] = max(entry, self._emptied.get(table, 0))

    def faults(self, lying: "Lying", entry_lines: EntryLines) -> Iterator[Fault]:
        """Compare every sealed part in the tables with the last that was told of it."""
        import numpy as np  # noqa: PLC0415 - heavy, and only verification needs it

        kept = self._not_emptied(np)
        columns = (_words(np, self._marks), self._after, self._before, self._entries)
        marks, after, before, entries = (np.array(column)[kept] for column in columns)
        told = np.sort(_pairs(np, marks, after))
        for hidden in np.flatnonzero((before != 0) & ~np.isin(_pairs(np, marks, before), told)):
            yield _named("part out of step", int(entries[hidden]), int(marks[hidden]), entry_lines)
        order = np.lexsort((entries, marks))
        newest = order[np.append(marks[order][1:] != marks[order][:-1], True)] if len(order) else order
        beyond = np.zeros(1, dtype=np.uint64)  # where a part stands that nobody told of
        marks, after = (np.append(column[newest], beyond) for column in (marks, after))
        entries = np.append(entries[newest], 0)
        found, here = _words(np, lying.marks), _words(np, lying.digests)
        at = np.searchsorted(marks[:-1], found)
        known = marks[at] == found
        wrong = np.flatnonzero(~known | (after[at] != here))
        older = np.isin(_pairs(np, found[wrong], here[wrong]), told)
        for place, again in zip(wrong.tolist(), older.tolist(), strict=True):
            kind = "part put back" if again else "part changed" if known[place] else "part unknown"
            yield Fault(kind, int(entries[at[place]]) if known[place] else 0, what=lying.name(place))
        seen = np.zeros(len(marks), dtype=bool)
        seen[at[known]] = True
        for gone in np.flatnonzero(~seen & (after != 0)):
            yield _named("part vanished", int(entries[gone]), int(marks[gone]), entry_lines)

    def _not_emptied(self, np: Any) -> Any:
        since = np.zeros(max(len(self._numbers), 1), dtype=np.int64)
        for table, entry in self._emptied.items():
            if table in self._numbers:
                since[self._numbers[table]] = entry
        return np.array(self._entries) > since[np.array(self._tables)]


class Lying:
    """The sealed parts as they lie in the tables: of each its mark and the digest of its ciphertext."""

    def __init__(self) -> None:
        self.marks, self.digests = bytearray(), bytearray()
        self._rows, self._kinds = bytearray(), array("H")
        self._numbers: dict[tuple[str, str], int] = {}

    @classmethod
    def found(cls, session: Session) -> "Lying":
        """All of them."""
        lying = cls()
        for table, part, rows in stored(session):
            number = lying._numbers.setdefault((table, part), len(lying._numbers))
            lying.marks += b"".join([_mark(table, row.hex(), part) for row, _ in rows])
            lying.digests += b"".join([hashlib.sha256(sealed).digest()[:_WORD] for _, sealed in rows])
            lying._rows += b"".join([row for row, _ in rows])
            lying._kinds.extend(repeat(number, len(rows)))
        return lying

    def name(self, place: int) -> str:
        """What a fault calls the part."""
        table, part = list(self._numbers)[self._kinds[place]]
        return f"{table}/{self._rows[_ROW * place : _ROW * (place + 1)].hex()}/{part}"


def stored(session: Session) -> Iterator[tuple[str, str, Sequence[tuple[bytes, bytes]]]]:
    """Every sealed part in the tables, batch by batch: table and part, and each row with its ciphertext."""
    for mapper in sorted(Model.registry.mappers, key=lambda one: one.class_.__name__):
        model = mapper.class_
        parts = sealed_parts_of(model)
        if not parts:
            continue
        rows = [getattr(model, part.row) for part in parts]
        sealed = [getattr(model, part.column) for part in parts]
        statement = select(*rows, *sealed).execution_options(yield_per=_AT_ONCE)
        for batch in session.execute(statement).partitions():
            for place, part in enumerate(parts):
                behind = len(parts) + place
                full = [row for row in batch if row[behind] is not None]
                lying = [(sealing.record_bytes(row[place]), row[behind]) for row in full]
                yield model.__tablename__, part.name, lying


def _words(np: Any, packed: bytearray) -> Any:
    """Words of eight bytes as numbers."""
    return np.frombuffer(packed, dtype=">u8").astype(np.uint64)


def _pairs(np: Any, marks: Any, digests: Any) -> Any:
    """A part and one of its digests as one number."""
    return np.uint64(_MIX) * np.bitwise_xor(marks, np.left_shift(digests, np.uint64(1))) + digests


def _mark(table: str, row: str, part: str) -> bytes:
    return hashlib.blake2b(f"{table}/{row}/{part}".encode(), digest_size=_WORD).digest()


def _named(kind: str, entry: int, mark: int, entry_lines: EntryLines) -> Fault:
    """A fault by the name that its entry gives the part."""
    wanted = mark.to_bytes(_WORD, "big")
    names = ("/".join(told[:3]) for told in entry_lines(entry) if _mark(*told[:3]) == wanted)
    return Fault(kind, entry, what=next(names, ""))
