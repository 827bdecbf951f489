"""Forty indicator tables for every commune, beside one SQL query for each table on plain rows; what a start, a commit and
a page cost; and how all of it grows with the number of cases.
"""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    func,
    insert,
    select,
)

from bench import client, data, facts_only, machine
from bench.client import Ask
from bench.machine import Result
from bench.stand import Stand, atlas_of, office_of, serving
from casemgr.access.actor import command
from casemgr.access.desk import Office
from casemgr.core.periods import Period
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names
from casemgr.demo.stories import Stories, telling
from casemgr.indicators import engine, facts, following, land, queries, splits
from casemgr.indicators.catalogue import indicator
from casemgr.indicators.register import Register
from casemgr.indicators.snapshot import Snapshot
from casemgr.indicators.terms import Level, Place
from casemgr.intake import actions
from casemgr.places import queries as places
from casemgr.places import rules
from casemgr.places.atlas import Atlas

_PERIODS = ("2024-01-01..2026-12-31", "2025", "2026", "2025-H1", "2026-Q3")
_BANDS = ("law", "hotline111", "procuracy", "year")
_PLACES = (Place.INCIDENT, Place.RESIDENCE)
TABLES = [(period, place, bands) for period in _PERIODS for place in _PLACES for bands in _BANDS]
_PROVINCE = "20"
_COMMITS = 5
_AT_ONCE = 20_000


def measure(made: Stand, *, repeats: int) -> Sequence[Result]:
    """All forty for every commune of the country, the same by SQL, the forty of one province; a start, and a commit."""
    app = made.app()
    with app.app_context():
        office = office_of(app)
        started = _started(made, office)
        nation = _times(repeats, lambda: _tables(office, "VN"))
        province = _times(repeats, lambda: _tables(office, _PROVINCE))
        after, seen = _after_commits(office, min(repeats, _COMMITS))
        by_sql, by_sql_province = _sql(office, max(1, repeats // 3))
        office.engine.dispose()
    floor, floor_province = machine.median(by_sql.wall), machine.median(by_sql_province.wall)
    name, n = made.engine, made.size

    def result(id_: str, mine: Timed, floor_: float | None = None, **more: object) -> Result:
        told = {"cpu_ms": machine.median(mine.cpu), **more}
        return Result(id_, name, n, machine.median(mine.wall), machine.p95(mine.wall), floor_, told)

    return [
        *started,
        result("tables_40", nation, floor, tables=len(TABLES), times=_times_as_fast(nation, floor)),
        result(
            "tables_40_after_commit", after, floor, tables=len(TABLES), times=_times_as_fast(after, floor)
        ),
        result("tables_40_group_by", by_sql, tables=len(TABLES)),
        result("tables_40_province", province, floor_province, tables=len(TABLES)),
        result("tables_commit", seen),
    ]


@dataclass(frozen=True)
class Timed:
    """The seconds of each repetition, by the clock and of a processor."""

    wall: list[float]
    cpu: list[float]


def _times_as_fast(mine: Timed, floor: float) -> float:
    return round(floor / machine.median(mine.wall), 1)


def _started(made: Stand, office: Office) -> Sequence[Result]:
    """A register from the sealed facts, its copy on disk, and a register from that copy with what came since."""
    held = following.counting(office.engine)
    read = _times(1, lambda: held.build("case", lambda done, total: None, anew=True), warm=False)
    path = held.path("case")
    assert path is not None
    taken = _times(3, lambda: held.build("case", lambda done, total: None))
    rows, disk = held.register("case").size, round(path.stat().st_size / 1e6, 1)
    return [
        Result(
            "snapshot",
            made.engine,
            made.size,
            machine.median(read.wall),
            None,
            None,
            {"cpu_ms": machine.median(read.cpu), "rows": rows, "mb_on_disk": disk},
        ),
        Result(
            "snapshot_taken_up",
            made.engine,
            made.size,
            machine.median(taken.wall),
            machine.p95(taken.wall),
            machine.median(read.wall),
            {"cpu_ms": machine.median(taken.cpu), "rows": rows},
        ),
    ]


def _tables(office: Office, unit: str) -> None:
    with office.open(command("bench"), writing=False) as desk:
        for period, place, bands in TABLES:
            keys = f"sex,age_band:{bands},environment"
            queries.table(
                desk,
                queries.question(
                    "B", "0101", unit=unit, period=period, level="commune", by=keys, place=place
                ),
            )


def _after_commits(office: Office, commits: int) -> tuple[Timed, Timed]:
    """The forty tables right after a report was received, and the one table that shows it."""
    with office.open(command("bench"), writing=False) as desk:
        commune = data.seats(places.atlas(desk))[0].unit
    chance = Chance("commits")
    stories = Stories(chance, Names(chance, commune.parent_code))

    def pending() -> int:
        with office.open(command("bench"), writing=False) as desk:
            asked = queries.question("B", "0101", unit=commune.code, period="2026", by="decision")
            return queries.table(desk, asked).value(decision="pending")

    def receive() -> None:
        plot = stories.plot(commune.code, data.NOW, children=1)
        while not plot.story.children[0].harms:
            plot = stories.plot(commune.code, data.NOW, children=1)
        with office.open(command("bench")) as desk:
            actions.receive(desk, telling(plot, data.NOW))

    all_, one = Timed([], []), Timed([], [])
    for _ in range(commits):
        before = pending()
        receive()
        now = _times(1, pending, warm=False)
        assert pending() == before + 1, "a commit is not in the next table"
        receive()
        forty = _times(1, lambda: _tables(office, "VN"), warm=False)
        for kept, timed in ((one, now), (all_, forty)):
            kept.wall.extend(timed.wall)
            kept.cpu.extend(timed.cpu)
    return all_, one


# ---- pages --------------------------------------------------------------------------------------------------------

_ASKED = (
    "unit=VN&period=2026&rows=units:province&columns=sex",
    "unit=VN&period=2025&rows=age_band:law&columns=sex",
    "unit=VN&period=2026-Q3&rows=harm&columns=environment",
    "unit=20&period=2026&rows=units:commune&columns=sex",
    "unit=VN&period=2026-H1&rows=age_band:hotline111&columns=sex&place=residence",
)


def pages(made: Stand, *, server: str, requests: int) -> Sequence[Result]:
    """Pages of numbers over HTTP, eight people at once, for a statistician of the whole country."""
    asks = [Ask(f"/indicators/B/0101?{asked}", data.token(data.STATISTICIAN)) for asked in _ASKED]
    with serving(made, server) as real:
        client.ready(real.port, asks[0])
        people = machine.with_workers(real.process.pid)
        client.together(real.port, asks, requests=max(40, requests // 5))
        before = machine.busy(people)
        times = client.together(real.port, asks, requests=requests)
        cpu = (machine.busy(people) - before) / requests * 1000
    told = {"cpu_ms": round(cpu, 2), "connections": client.CONNECTIONS, "server": server}
    return [
        Result("tables_page", made.engine, made.size, machine.median(times), machine.p95(times), None, told)
    ]


# ---- growth -------------------------------------------------------------------------------------------------------


def growth(made: Stand, *, sizes: Sequence[int], repeats: int) -> Sequence[Result]:
    """The forty tables, one province and the memory at several sizes, from columns as the engine holds them: no sealing."""
    app = made.app()
    with app.app_context():
        atlas = atlas_of(app)
        office_of(app).engine.dispose()
    context = multiprocessing.get_context("fork")  # a process for each size, so that its memory is its own
    found = []
    for size in sizes:
        with context.Pool(1) as alone:
            found.append(alone.apply(_grown, (atlas, size, repeats)))
    return found


def _grown(atlas: Atlas, size: int, repeats: int) -> Result:
    before = _resident()
    register = Register()
    found = Snapshot(_columns(atlas, size, register), (0, 0))
    linked = _times(1, lambda: register.take_up(found), warm=False)
    kept = (*register._arrays.values(), register._links.cases, register._links.newest, *register._children)
    held = sum(column.nbytes for column in kept) / 1e6
    reading = register.reading(None)
    nation = _times(repeats, lambda: _counted(reading, atlas, "VN"))
    province = _times(repeats, lambda: _counted(reading, atlas, _PROVINCE))
    told = {
        "rows": register.size,
        "cpu_ms": machine.median(nation.cpu),
        "province_ms": machine.median(province.wall),
        "linked_ms": machine.median(linked.wall),
        "mb": round(held, 1),
        "mb_of_the_process": round(_resident() - before, 1),
        "bytes_a_row": round(held * 1e6 / register.size),
    }
    wall = nation.wall
    return Result(
        f"tables_growth_{size}", "memory", size, machine.median(wall), machine.p95(wall), None, told
    )


def _columns(atlas: Atlas, size: int, register: Register) -> dict[str, Any]:
    """What a copy on disk would hold."""
    told = facts_only.columns(atlas, size=size, seed=7)
    number = told.pop("case").astype("u8")
    parts = np.empty((len(number), 2), ">u8")
    parts[:, 0], parts[:, 1] = (0x0190 << 48) + number, (0x8 << 60) + number
    seq = np.arange(1, len(number) + 1)
    whole = {**told, "seq": seq, "mark": seq, "case": parts.view("S16").reshape(-1)}
    return {name: whole.pop(name).astype(type_, copy=False) for name, type_ in register.stored().items()}


def _counted(reading: Any, atlas: Atlas, unit: str) -> None:
    for period, place, bands in TABLES:
        span = Period.parse(period)
        asked = land.asked(atlas, unit, span.last)
        grid = land.grid(atlas, asked, Level.COMMUNE, span.last, engine.units_in(reading, place))
        wanted = splits.parse(f"sex,age_band:{bands},environment", span)
        engine.count(reading, indicator("B", "0101", span.last), span, grid, wanted, place)


def _resident() -> float:
    """Memory of this process in MB."""
    told = Path("/proc/self/status").read_text().split("VmRSS:")[1]
    return int(told.split()[0]) / 1000


# ---- the floor ----------------------------------------------------------------------------------------------------


def _times(repeats: int, work: Callable[[], object], *, warm: bool = True) -> Timed:
    """The seconds of each repetition, after one that is not counted."""
    if warm:
        work()
    times = Timed([], [])
    for _ in range(repeats):
        began, busy = time.perf_counter(), time.process_time()
        work()
        times.wall.append(time.perf_counter() - began)
        times.cpu.append(time.process_time() - busy)
    return times


_PLAIN = ("decision", "sex", "age", "harms", "environment")


def _sql(office: Office, repeats: int) -> tuple[Timed, Timed]:
    """The floor: the facts as plain rows in a table of their own, counted with GROUP BY."""
    plain = Table(
        "bench_plain",
        MetaData(),
        Column("case_id", Integer, primary_key=True, autoincrement=False),
        Column("child", BigInteger),
        Column("incident", Integer, index=True),
        Column("residence", Integer, index=True),
        Column("received", Integer),
        *(Column(name, SmallInteger) for name in _PLAIN),
    )
    with office.engine.connect().execution_options(writing=True) as connection:
        plain.metadata.drop_all(connection)
        plain.metadata.create_all(connection)
        _fill(office, connection, plain)
        connection.commit()
        units = _units_of_province(office)
        nation = _times(repeats, lambda: _group_by(connection, plain, None), warm=False)
        province = _times(repeats, lambda: _group_by(connection, plain, units))
        connection.commit()
        plain.metadata.drop_all(connection)
        connection.commit()
    return nation, province


def _fill(office: Office, connection: Connection, plain: Table) -> None:
    """The newest fact of every case, as a plain row."""
    with office.open(command("bench"), writing=False) as desk:
        reading = following.reading(desk)
    rows = np.flatnonzero(reading.column("alive"))
    told = {
        "case_id": np.arange(len(rows)),
        "child": reading.column("child")[rows].astype("i8"),
        "incident": reading.column("incident place")[rows],
        "residence": reading.column("residence_unit")[rows],
        "received": reading.column("received")[rows],
        **{name: reading.column(name)[rows] for name in _PLAIN},
    }
    lists = [column.tolist() for column in told.values()]
    for start in range(0, len(rows), _AT_ONCE):
        part = zip(*(numbers[start : start + _AT_ONCE] for numbers in lists), strict=True)
        connection.execute(insert(plain), [dict(zip(told, row, strict=True)) for row in part])


def _group_by(connection: Connection, plain: Table, units: Sequence[int] | None) -> None:
    """Forty tables as somebody would ask a database for them: children of each commune by sex, age and environment.

    Without the totals of any key, for which it would have to be asked again, and by single years of age.
    """
    for period, place, _bands in TABLES:
        span = Period.parse(period)
        unit = plain.c[place]
        keys = (unit, plain.c.sex, plain.c.age, plain.c.environment)
        statement = (
            select(*keys, func.count(plain.c.child.distinct()))
            .where(
                plain.c.received.between(facts.day_number(span.first), facts.day_number(span.last)),
                plain.c.decision == facts.position("decision", "accepted"),
                plain.c.harms != 0,
            )
            .group_by(*keys)
        )
        if units is not None:
            statement = statement.where(unit.in_(units))
        connection.execute(statement).all()


def _units_of_province(office: Office) -> list[int]:
    with office.open(command("bench"), writing=False) as desk:
        atlas = places.atlas(desk)
        province = places.unit_at(desk, _PROVINCE)
        return sorted(rules.reach(atlas, province, places.today(desk)))
