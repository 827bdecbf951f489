"""Machines that were turned away are in the trail too: who, from where, at which door, why. Never what they sent.

The first refusal at an address is written at once; what follows from there is counted and written together, and so is
whatever comes from more addresses than are kept apart. So a flood fills neither the disk nor the memory. What is kept
apart is the address alone: a request in the name of a client that is known costs what any other costs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock

from flask import current_app, g, request

from casemgr.access.actor import NOBODY
from casemgr.web.room import house

TOGETHER = timedelta(minutes=10)  # what is refused meanwhile is one entry
MOST = 20  # addresses kept apart in that time; all others are one
_MOST_NAMED = 4  # doors and clients named in one entry
_ELSEWHERE = ""


class Why(StrEnum):
    """Why a machine was turned away."""

    SIGNATURE = "signature"
    UNKNOWN = "unknown or revoked client"
    REPLAY = "replay"
    RIGHT = "no right"


@dataclass
class Refused:
    """What was refused at one address since its last entry."""

    since: datetime
    count: int = 0
    why: set[Why] = field(default_factory=set)
    clients: set[str] = field(default_factory=set)
    doors: set[str] = field(default_factory=set)

    def add(self, why: Why, client: str, door: str) -> None:
        """One more."""
        self.count += 1
        self.why.add(why)
        for names, name in ((self.clients, client), (self.doors, door)):
            if name and len(names) < _MOST_NAMED:
                names.add(name)


class Refusals:
    """Counts what was refused, in this process."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._at: dict[str, Refused] = {}

    def add(
        self, now: datetime, address: str, why: Why, *, client: str = "", door: str = ""
    ) -> Sequence[tuple[str, Refused]]:
        """Count one refusal; gives what has to be written now, with the address."""
        with self._guard:
            told = list(self._due(now))
            place = address if address in self._at or len(self._at) < MOST else _ELSEWHERE
            if place in self._at:
                self._at[place].add(why, client, door)
                return told
            self._at[place], first = Refused(now), Refused(now)
            first.add(why, client, door)
            return [*told, (place, first)]

    def due(self, now: datetime) -> Sequence[tuple[str, Refused]]:
        """What was counted and has waited long enough."""
        if not self._at:
            return ()
        with self._guard:
            return list(self._due(now))

    def _due(self, now: datetime) -> Iterator[tuple[str, Refused]]:
        for address, kept in list(self._at.items()):
            if now - kept.since >= TOGETHER:
                del self._at[address]
                if kept.count:
                    yield address, kept


def note(why: Why, *, client: str = "") -> None:
    """Tell the trail that a machine was turned away from this address."""
    now, door = house().office.clock.now(), str(request.url_rule)
    _write(_kept().add(now, request.remote_addr or _ELSEWHERE, why, client=client, door=door))


def write_what_is_due() -> None:
    """Write what was counted and has waited; asked with every request that comes in."""
    _write(_kept().due(house().office.clock.now()))


def _kept() -> Refusals:
    kept: Refusals = current_app.extensions.setdefault("refused machines", Refusals())
    return kept


def _write(told: Sequence[tuple[str, Refused]]) -> None:
    if not told:
        return
    with house().office.open(NOBODY, request=g.request_id) as desk:
        for address, refused in told:
            desk.record(
                "machine refused",
                _joined(refused.clients),
                address=address or "several",
                reason=_joined(refused.why),
                door=_joined(refused.doors),
                count=refused.count,
            )


def _joined(names: set[str] | set[Why]) -> str | None:
    return ", ".join(sorted(names))[:80] or None
