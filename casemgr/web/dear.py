"""What keeps a processor busy for seconds is done piece by piece in each server process, so that an emergency is recorded
beside it. A few wait, nobody with two pieces; whoever comes after them is asked to come back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from threading import Lock

from casemgr.core.errors import Busy

WAITING = 2  # of eight threads, three for each line at most
PATIENCE = 10.0  # seconds that somebody waits, and holds a thread


class Dear(StrEnum):
    """The lines: whoever needs the paper of a child does not wait for tables."""

    PAPERS = "papers"
    TABLES = "tables"


class Line:
    """One piece of work at a time, and a few people who wait for theirs."""

    def __init__(self, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._most, self._patience = 1 + waiting, patience
        self._people: set[str] = set()
        self._entrance, self._work = Lock(), Lock()

    @contextmanager
    def turn(self, who: str) -> Iterator[None]:
        """Wait until nobody else is at work, then be the one; Busy where that is too much to ask."""
        with self._entrance:
            if who in self._people or len(self._people) >= self._most:
                raise Busy
            self._people.add(who)
        try:
            if not self._work.acquire(timeout=self._patience):
                raise Busy
            try:
                yield
            finally:
                self._work.release()
        finally:
            self._people.discard(who)
