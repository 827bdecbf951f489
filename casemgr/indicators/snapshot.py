"""The sealed copy of a register on disk: its columns up to a position in the log, so that a start need not open row by row.

file  = length (4) | wrapped key of this file, then for each piece: length (4) | chunk
piece = first a head (what follows, and the position), then the columns one after the other, a piece of each at a time

It is a convenience and never a source: whatever is not exactly as it was written, from another installation, under a key
that was replaced, or of another format, is refused, and the log is read instead.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from casemgr.core.errors import Unavailable
from casemgr.indicators.arrays import np
from casemgr.security.parts import Safe

_FORMAT = 1
_PIECE = 1 << 20
_LENGTH = struct.Struct(">I")
_LONGEST = _PIECE + 256


class NotBelieved(Exception):
    """A copy that is not there, or not exactly what was written here under the key of today; the reason says why."""


@dataclass(frozen=True)
class Snapshot:
    """Columns of the log up to a position, and that position."""

    columns: Mapping[str, np.ndarray]
    cursor: tuple[int, int]

    def __len__(self) -> int:
        return len(self.columns["seq"])


def write(path: Path, safe: Safe, kind: str, found: Snapshot) -> None:
    """Put a copy in place of the last one; only its owner reads it, and nobody ever sees half of it."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in safe.seal_facts_apart(_context(kind), _pieces(found)):
                file.write(_LENGTH.pack(len(chunk)) + chunk)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read(path: Path, safe: Safe, kind: str, expected: Mapping[str, str]) -> Snapshot:
    """The copy of a kind, if it holds the columns expected (their names and types), or NotBelieved."""
    with _opened(path, safe, kind) as pieces:
        head = _head(next(pieces, b""))
        if head["columns"] != [[name, type_] for name, type_ in expected.items()]:
            raise NotBelieved("other columns")
        columns = {name: _column(pieces, type_, head["rows"]) for name, type_ in expected.items()}
        if next(pieces, None) is not None:
            raise NotBelieved("more than was told")
    transaction, seq = head["cursor"]
    return Snapshot(columns, (transaction, seq))


def rows_in(path: Path, safe: Safe, kind: str) -> int:
    """How many rows of the log the copy holds; of one that is not believed none."""
    with suppress(NotBelieved), _opened(path, safe, kind) as pieces:
        return int(_head(next(pieces, b""))["rows"])
    return 0


@contextmanager
def _opened(path: Path, safe: Safe, kind: str) -> Iterator[Iterator[bytes]]:
    """The pieces of a file, opened; whatever goes wrong on the way is one error."""
    try:
        with open(path, "rb", opener=_no_link) as file:
            yield safe.open_facts_apart(_context(kind), _chunks(file))
    except FileNotFoundError:
        raise NotBelieved("not there") from None
    except (OSError, Unavailable) as broken:
        raise NotBelieved(str(broken)) from None


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _context(kind: str) -> bytes:
    return f"snapshot {_FORMAT} {kind}".encode()


def _pieces(found: Snapshot) -> Iterator[bytes]:
    told = {
        "rows": len(found),
        "cursor": list(found.cursor),
        "columns": [[name, column.dtype.str] for name, column in found.columns.items()],
    }
    yield json.dumps(told).encode()
    for column in found.columns.values():
        plain = np.ascontiguousarray(column).view("u1")
        for start in range(0, len(plain), _PIECE):
            yield plain[start : start + _PIECE].tobytes()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while length := file.read(_LENGTH.size):
        size = _LENGTH.unpack(length)[0] if len(length) == _LENGTH.size else _LONGEST + 1
        chunk = file.read(size) if size <= _LONGEST else b""
        if not chunk or len(chunk) != size:
            raise NotBelieved("cut off")
        yield chunk


def _head(piece: bytes) -> dict[str, Any]:
    try:
        told = dict(json.loads(piece))
        transaction, seq = told["cursor"]
        if all(isinstance(number, int) and number >= 0 for number in (told["rows"], transaction, seq)):
            return told
    except (ValueError, KeyError, TypeError):
        pass
    raise NotBelieved("no head")


def _column(pieces: Iterator[bytes], type_: str, rows: int) -> np.ndarray:
    column = np.empty(rows, type_)
    plain = column.view("u1")
    for start in range(0, len(plain), _PIECE):
        piece = next(pieces, b"")
        room = plain[start : start + _PIECE]
        if len(piece) != len(room):
            raise NotBelieved("cut off")
        room[:] = np.frombuffer(piece, "u1")
    return column
