"""Hands a file to the workshop, a process of its own with limits, and takes back what it made. It has seconds and no more."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Timer
from typing import IO, Any, Self
from zipfile import is_zipfile

from casemgr.core.errors import Invalid
from casemgr.files import rules
from casemgr.files.kinds import HEAD, Kind, told_by
from casemgr.security.chunks import pieces
from casemgr.security.spool import SealedSpool

_ROOT = Path(__file__).parent.parent.parent
_AT_ONCE, _PATIENCE = 2, 5.0
_LONGEST = 30.0
_MOST_MADE = 64 * 1024 * 1024
_workshop = BoundedSemaphore(_AT_ONCE)


@dataclass
class Proved:
    """A file that is what it says: its facts, its original and the copies made of it, all still waiting to be stored."""

    kind: Kind
    size: int
    digest: str
    original: IO[bytes]
    copy: IO[bytes] | None = None
    small: IO[bytes] | None = None
    copy_size: int = 0
    small_size: int = 0
    facts: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.copy, self.small):
            if stream is not None:
                stream.close()


def refused(code: str) -> Invalid:
    """A refusal in plain words, with what to do."""
    return Invalid({"file": [str(rules.REFUSED[code])]})


def prove(file: IO[bytes] | None) -> Proved:
    """Find out what a file is by decoding it to its end; Invalid with what to do where it is not taken."""
    if file is None:
        raise refused("none")
    size, digest = _measured(file)
    if size > rules.LARGEST:
        raise refused("too_large")
    file.seek(0)
    kind = told_by(file.read(HEAD))
    if not isinstance(kind, Kind):
        raise refused(kind)
    if kind is not Kind.DOCX and _hides_an_archive(file):
        raise refused("two_kinds")
    if not _workshop.acquire(timeout=_PATIENCE):
        raise refused("busy")
    try:
        return _made(file, kind, size, digest)
    finally:
        _workshop.release()


def _measured(file: IO[bytes]) -> tuple[int, str]:
    """How long a file is, and its digest."""
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    for piece in pieces(file):
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def _hides_an_archive(file: IO[bytes]) -> bool:
    file.seek(0)
    return is_zipfile(file)


def _made(file: IO[bytes], kind: Kind, size: int, digest: str) -> Proved:
    with _process() as process:
        told = _asked(process, file, kind, size)
        if told is None:
            raise refused("too_long")
        if "refused" in told:
            raise refused(told["refused"])
        proved = Proved(Kind(told["kind"]), size, digest, file, facts=told["facts"])
        proved.copy, proved.copy_size = _taken(process, told["copy"])
        proved.small, proved.small_size = _taken(process, told["small"])
    file.seek(0)
    return proved


@contextmanager
def _process() -> Iterator["subprocess.Popen[bytes]"]:
    """The workshop: nothing of our surroundings is handed to it, and when time is over it is gone."""
    process = subprocess.Popen(
        [sys.executable, "-s", "-B", "-m", "casemgr.files.workshop"],
        cwd=_ROOT,
        env={"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    end = Timer(_LONGEST, process.kill)
    end.daemon = True
    end.start()
    try:
        with process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        end.cancel()


def _asked(
    process: "subprocess.Popen[bytes]", file: IO[bytes], kind: Kind, size: int
) -> dict[str, Any] | None:
    """What the workshop says; None where it died over the file."""
    assert process.stdin is not None and process.stdout is not None
    file.seek(0)
    try:
        process.stdin.write(json.dumps({"kind": kind, "size": size}).encode() + b"\n")
        for piece in pieces(file):
            process.stdin.write(piece)
        process.stdin.flush()
    except BrokenPipeError:
        return None
    line = process.stdout.readline(4096)
    return dict(json.loads(line)) if line.endswith(b"\n") else None


def _taken(process: "subprocess.Popen[bytes]", size: int) -> tuple[IO[bytes] | None, int]:
    """What was made, as it comes out of the pipe."""
    assert process.stdout is not None
    if not size:
        return None, 0
    if size > _MOST_MADE:
        raise refused("too_long")
    spool, left = SealedSpool(), size
    while left:
        piece = process.stdout.read(min(left, 65536))
        if not piece:
            spool.close()
            raise refused("too_long")
        spool.write(piece)
        left -= len(piece)
    spool.seek(0)
    return spool, size  # type: ignore[return-value]
