"""Asks a virus scanner beside us (clamd) over its socket, by its own protocol: lengths and bytes, one line as the answer."""

from enum import StrEnum
from pathlib import Path
from typing import IO

from casemgr.core.outside import Line, Outside
from casemgr.security.chunks import pieces

_PATIENCE = 60.0


class Verdict(StrEnum):
    """What the scanner said."""

    CLEAN = "clean"
    FOUND = "found"
    UNAVAILABLE = "unavailable"


def scan(outside: Outside, path: Path | None, file: IO[bytes]) -> Verdict:
    """Let the scanner look at a file. Without a scanner in the settings everything counts as clean."""
    if path is None:
        return Verdict.CLEAN
    file.seek(0)
    try:
        with outside.beside(path, _PATIENCE) as line:
            line.sendall(b"zINSTREAM\0")
            for piece in pieces(file):
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            said = _answer(line)
    except OSError:
        return Verdict.UNAVAILABLE
    if said == b"stream: OK":
        return Verdict.CLEAN
    return Verdict.FOUND if said.startswith(b"stream: ") and said.endswith(b" FOUND") else Verdict.UNAVAILABLE


def _answer(line: Line) -> bytes:
    said = b""
    while len(said) < 4096 and not said.endswith(b"\0") and (more := line.recv(4096)):
        said += more
    return said.rstrip(b"\0\n")
