"""Taking a file in: by portions of some reports, each its own transaction; what is wrong with a report keeps only it out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk, Office
from casemgr.core.db import alone
from casemgr.core.errors import Unavailable
from casemgr.exchange.files import lines, parcels
from casemgr.exchange.files.check import Found, check, check_links
from casemgr.exchange.files.known import look_up
from casemgr.exchange.files.lines import Fault
from casemgr.exchange.files.parcels import Parcel
from casemgr.exchange.files.storing import Refused, link, store

AT_ONCE = 100  # reports in one transaction
_LINES_AT_ONCE = 2000
_TASK = "exchange import"

Family = Sequence[Parcel]
Progress = Callable[[str, int], None]


@dataclass
class Taken:
    """What became of a file."""

    lines: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: int = 0  # reports of which nothing was stored
    faults: int = 0

    @property
    def whole(self) -> bool:
        """Whether there was nothing to object to."""
        return not self.faults


@dataclass(frozen=True)
class Wanted:
    """Where a file is to be stored, by whom and why; or that it is only to be tried."""

    office: Office
    actor: Actor
    reason: str
    dry_run: bool = False


def take(path: Path, wanted: Wanted, *, told: Progress, objects: Callable[[Fault], None]) -> Taken:
    """Take a file in, or only try to. Every objection is handed on as soon as it is found, in the order of the reports."""
    taken = Taken()

    def object_to(faults: Iterable[Fault]) -> None:
        for fault in faults:
            taken.faults += 1
            objects(fault)

    with path.open("rb") as file:
        index = lines.index(file, told=lambda done: told("read", done))
        taken.lines = index.lines
        object_to(index.faults)
        if index.header is None:
            if not index.lines:
                object_to([Fault(1, lines.LINE, "The file is empty.")])
            return taken
        done = 1
        for portion in _portions(_families(file, index, wanted)):
            found = _store(portion, wanted, index.digest)
            for one in found.families:
                object_to(sorted(chain(one.faults, one.conflicts), key=lambda fault: fault.line))
                taken.refused += not one.good
            taken.done += found.done
            done += sum(parcel.lines for family in portion for parcel in family)
            told("stored", done)
    return taken


@dataclass
class _Stored:
    families: Sequence[Found]
    done: Counter[str]


def _families(file: IO[bytes], index: lines.Index, wanted: Wanted) -> Iterator[Family]:
    for rows in index.families():
        found = [lines.at(file, number, offset) for number, offset in sorted(rows)]
        yield parcels.read(found, now=wanted.office.clock.now())


def _portions(families: Iterable[Family]) -> Iterator[list[Family]]:
    """As many families as one transaction takes, at least one."""
    portion: list[Family] = []
    reports = rows = 0
    for family in families:
        portion.append(family)
        reports += len(family)
        rows += sum(parcel.lines for parcel in family)
        if reports >= AT_ONCE or rows >= _LINES_AT_ONCE:
            yield portion
            portion, reports, rows = [], 0, 0
    if portion:
        yield portion


def _store(portion: Sequence[Family], wanted: Wanted, digest: str) -> _Stored:
    """Store a portion in one transaction; what only storing finds wrong is taken out, and the rest stored anew."""
    while True:
        try:
            with wanted.office.open(wanted.actor, reason=wanted.reason) as desk:
                if desk.session.get_bind().dialect.name != "sqlite" and not alone(desk.session, _TASK):
                    raise Unavailable("Another import is running. Try again when it is done.")
                stored = _store_at(desk, portion, digest)
                if wanted.dry_run or not stored.done:
                    desk.give_up()
            return stored
        except Refused as refused:
            for name, said in refused.wrong.errors.items():
                refused.found.parcel.object_to(refused.line, name, "; ".join(map(str, said)))


def _store_at(desk: Desk, portion: Sequence[Family], digest: str) -> _Stored:
    """Store what is good of some families, and say so in the trail."""
    marks = {parcel.mark for family in portion for parcel in family}
    links = (step.data["report"] for family in portion for parcel in family for step in parcel.links)
    known = look_up(desk, marks | set(links))
    for parcel in chain.from_iterable(portion):
        if parcel.reports:
            known.is_another(parcel.mark, parcel.reports[0].telling.received_at)
    found: list[Found] = []
    done: Counter[str] = Counter()
    for family in portion:
        group = [check(parcel, known) for parcel in family]
        check_links(group, known)
        good = [one for one in group if one.good]
        for one in good:
            done += store(known, one)
        for one in good:
            done["joined"] += link(known, one)
        found += group
    if +done:
        desk.record("reports imported", f"file {digest[:16]}", count=done["reports"] + done["updated"])
    return _Stored(found, +done)
