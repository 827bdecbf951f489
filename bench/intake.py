"""Eight writers take in reports as fast as they can, each saved durably before the next: through intake.actions.receive.

They sit as on a server: four threads in each of two processes.
"""

import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from bench import data, instructions, machine
from bench.crowd import at_once
from bench.machine import Result
from bench.stand import Stand, atlas_of, office_of
from casemgr.access.actor import Actor
from casemgr.access.permissions import Permission
from casemgr.access.roles import Role
from casemgr.core.calendar import local_day
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names
from casemgr.demo.stories import Stories, telling
from casemgr.intake import actions
from casemgr.security.audit import Told, Trail

PROCESSES, THREADS = 2, 4
_BARE_ROW = b"x" * 4096  # about what one report weighs
_TELLINGS = 200
_TURNS = 2
_NOTHING = Told(data.NOW, "", "", None, "", b"", ())

Work = Callable[[], None]
Works = Callable[[Stand, int], list[Work]]


def measure(made: Stand, *, seconds: float) -> Sequence[Result]:
    """How many reports a second, how long the slowest had to wait; and the same for one bare row."""
    _lay_bare(made)
    floor = _written(made, seconds, _bare_works)
    mine = _written(made, seconds, _real_works)
    told = {
        "per_second": round(len(mine.times) / seconds, 1),
        "worst_ms": round(max(mine.times) * 1000, 1),
        "floor_per_second": round(len(floor.times) / seconds, 1),
        "writers": PROCESSES * THREADS,
        "cpu_ms": mine.cpu_ms,
        "floor_cpu_ms": floor.cpu_ms,
        "instructions_m": mine.instructions_m,
        "ratio": round(len(floor.times) / max(1, len(mine.times)), 2),
    }
    n = made.size
    return [
        Result(
            "intake_8_writers",
            made.engine,
            n,
            machine.median(mine.times),
            machine.p95(mine.times),
            machine.p95(floor.times),
            told,
        )
    ]


def kept(made: Stand, *, seconds: float) -> Sequence[Result]:
    """How much of the throughput is left when every report leaves its entry in the trail; in turns, as machines have moods."""
    with_it, without = list[float](), list[float]()
    for _ in range(_TURNS):
        without += _written(made, seconds / _TURNS, _untold_works).times
        with_it += _written(made, seconds / _TURNS, _real_works).times
    told = {
        "per_second": round(len(with_it) / seconds, 1),
        "untold_per_second": round(len(without) / seconds, 1),
        "kept": round(len(with_it) / max(1, len(without)), 3),
        "writers": PROCESSES * THREADS,
    }
    middle, late = machine.median(with_it), machine.p95(with_it)
    return [Result("trail_kept", made.engine, made.size, middle, late, machine.p95(without), told)]


@dataclass(frozen=True)
class _Written:
    """The seconds that each writing took, of all writers together, and what all of them cost."""

    times: list[float]
    busy: float  # seconds of a processor
    instructions: int | None

    @property
    def cpu_ms(self) -> float:
        """For how long one kept a processor busy."""
        return round(self.busy / max(1, len(self.times)) * 1000, 2)

    @property
    def instructions_m(self) -> float | None:
        """Millions of instructions for one."""
        return instructions.each(self.instructions, len(self.times))


def _written(made: Stand, seconds: float, works: Works) -> _Written:
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(PROCESSES)
    answers = context.Queue()
    people = [
        context.Process(target=_process, args=(made, seconds, works, number, ready, answers))
        for number in range(PROCESSES)
    ]
    for person in people:
        person.start()
    found: list[_Written] = []
    for _ in people:
        answer = answers.get(timeout=seconds + 120)
        if isinstance(answer, str):
            raise RuntimeError(answer)
        found.append(answer)
    for person in people:
        person.join()
    counts = [one.instructions for one in found if one.instructions is not None]
    return _Written(
        [time for one in found for time in one.times],
        sum(one.busy for one in found),
        sum(counts) if len(counts) == len(found) else None,
    )


def _process(
    made: Stand, seconds: float, made_by: Works, number: int, ready: object, answers: object
) -> None:
    """One process with its writers."""
    try:
        works = made_by(made, number)
        works[0]()  # what is done once only is not counted
        ready.wait(60)  # type: ignore[attr-defined]
        before = time.process_time()
        with instructions.counting() as told:
            times = _threads(works, seconds)
            answers.put(_Written(times, time.process_time() - before, told()))  # type: ignore[attr-defined]
    except BaseException as fault:
        answers.put(repr(fault))  # type: ignore[attr-defined]
        raise


def _threads(works: Sequence[Work], seconds: float) -> list[float]:
    times: list[float] = []
    until = time.perf_counter() + seconds

    def one(work: Work) -> None:
        while (began := time.perf_counter()) < until:
            work()
            times.append(time.perf_counter() - began)

    at_once(partial(one, work) for work in works)
    return times


class _Silence(Trail):
    """A trail that is told everything and writes nothing: for the comparison only."""

    def entry(self, **told: Any) -> Told:
        return _NOTHING

    def write(self, session: Session, entries: Sequence[Told]) -> None:
        pass


def _untold_works(made: Stand, number: int) -> list[Work]:
    """The same without the audit trail."""
    return _works(made, number, _Silence)


def _real_works(made: Stand, number: int) -> list[Work]:
    """What four operators of the hotline do."""
    return _works(made, number, Trail)


def _works(made: Stand, number: int, trail: type[Trail]) -> list[Work]:
    app = made.app()
    office = office_of(app)
    office.trail = trail(office.ring)
    atlas = atlas_of(app)
    communes = [seat.unit for seat in data.seats(atlas) if seat.role is Role.COMMUNE_OFFICER]
    chance = Chance(f"intake {number}")
    stories = Stories(chance, Names(chance, communes[0].parent_code))
    told = [
        telling(stories.plot(chance.one(communes).code, data.NOW, children=1), data.NOW)
        for _ in range(_TELLINGS)
    ]
    day = local_day(data.NOW)
    assert all(unit.in_force(day) for unit in communes)

    def work_of(place: int) -> Work:
        operator = Actor(
            id=f"account:{number}-{place}",
            role=Role.HOTLINE_OPERATOR,
            permissions=frozenset({Permission.REPORT_RECEIVE, Permission.REPORT_READ}),
            units=frozenset(),
        )
        mine = iter(range(place, 10**9))

        def work() -> None:
            with office.open(operator) as desk:
                actions.receive(desk, replace(told[next(mine) % len(told)], reference=None))

        return work

    return [work_of(place) for place in range(THREADS)]


def _lay_bare(made: Stand) -> None:
    """The table of bare rows, before anybody comes: two who made it at once would lock one another out."""
    if made.engine == "sqlite":
        with closing(sqlite3.connect(made.folder / "bare.sqlite3")) as file:
            file.execute("PRAGMA journal_mode=WAL")
            file.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, content BLOB)")
    else:
        with psycopg.connect(made.url.replace("+psycopg", "")) as server:
            server.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, content bytea)")


def _bare_works(made: Stand, number: int) -> list[Work]:
    """One row, one durable transaction; nothing else."""
    return [_bare_sqlite(made) if made.engine == "sqlite" else _bare_postgresql(made) for _ in range(THREADS)]


def _bare_sqlite(made: Stand) -> Work:
    connection = sqlite3.connect(
        made.folder / "bare.sqlite3", isolation_level=None, timeout=60, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous=FULL")

    def work() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare (content) VALUES (?)", (_BARE_ROW,))
        connection.execute("COMMIT")

    return work


def _bare_postgresql(made: Stand) -> Work:
    connection = psycopg.connect(made.url.replace("+psycopg", ""), autocommit=False)

    def work() -> None:
        connection.execute("INSERT INTO bare (content) VALUES (%s)", (_BARE_ROW,))
        connection.commit()

    return work
