"""Making a large register ready beside the work: one of several workers does it, the others wait for what it leaves behind.

Who prepares holds a lock file, and writes into it how far it is; the lock ends with its process, whatever happens to it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import sleep

import structlog

log = structlog.get_logger()
Told = Callable[[int, int], object]  # rows taken in, and of how many
_LOOKED_AT_EVERY = 0.2


class Preparation:
    """A piece of work in a thread of its own, how far it is, and how it ended."""

    def __init__(self, name: str, work: Callable[[Told], object]) -> None:
        self.done, self.total = 0, 0
        self.fault: Exception | None = None
        self._ended = Event()
        self._work = work
        Thread(target=self._run, name=name, daemon=True).start()

    def ended(self, within: float) -> bool:
        """Whether the work has ended, waiting for it a moment."""
        return self._ended.wait(within)

    def _told(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    def _run(self) -> None:
        try:
            self._work(self._told)
        except Exception as fault:  # noqa: BLE001 - raised again by whoever asks for what was to be prepared
            log.error("not prepared", kind=type(fault).__name__)
            self.fault = fault
        finally:
            self._ended.set()


@contextmanager
def alone(path: Path, told: Told) -> Iterator[Told]:
    """Wait until nobody else on this machine prepares the same, telling how far they are; then tell the others."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        while not _taken(handle):
            told(*_read(handle))
            sleep(_LOOKED_AT_EVERY)

        def told_all(done: int, total: int) -> None:
            os.pwrite(handle, f"{done:>12} {total:>12}".encode(), 0)
            told(done, total)

        told_all(0, 0)
        yield told_all
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(handle: int) -> tuple[int, int]:
    try:
        done, total = os.pread(handle, 64, 0).split()
        return int(done), int(total)
    except ValueError:
        return 0, 0
