"""How long a server takes until its first page, and how much memory it holds when it has worked a little."""

from collections.abc import Sequence
from pathlib import Path

from bench import client, data, machine
from bench.client import Ask
from bench.machine import Result
from bench.stand import Stand, atlas_of, office_of, serving

_PAGES = 200


def measure(made: Stand, *, server: str, repeats: int) -> Sequence[Result]:
    """The real server beside one that holds nothing but the framework."""
    app = made.app()
    with app.app_context():
        seats = data.seats(atlas_of(app))
        office_of(app).engine.dispose()
    asks = [Ask("/", seat.token) for seat in seats] + [Ask("/cases", seat.token) for seat in seats]
    times, floors, memory, bare = [], [], 0.0, 0.0
    for number in range(repeats):
        with serving(made, server, application="bench.floor:app", path="/") as floor:
            floors.append(floor.started_in)
            bare = _held(floor.process.pid)
        with serving(made, server) as real:
            times.append(real.started_in)
            if number == repeats - 1:
                client.together(real.port, asks, requests=_PAGES)
                memory = _held(real.process.pid)
    told = {
        "mb": round(memory, 1),
        "floor_mb": round(bare, 1),
        "server": server,
        "ratio": round(memory / bare, 2),
    }
    return [
        Result(
            "startup",
            made.engine,
            made.size,
            machine.median(times),
            machine.p95(times),
            machine.median(floors),
        ),
        Result("memory", made.engine, made.size, None, None, None, told),
    ]


def _held(process: int) -> float:
    """Memory of a server and its workers in MB, what they share counted once."""
    return sum(map(_own, machine.with_workers(process)))


def _own(process: int) -> float:
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
