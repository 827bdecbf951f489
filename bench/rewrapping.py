"""A new key, and every record brought under it while eight people work."""

import subprocess
import sys
import time
from collections.abc import Sequence

from bench import client, data
from bench.client import Ask
from bench.machine import Result
from bench.stand import ROOT, Stand, atlas_of, office_of, serving
from casemgr.security.keys import Purpose
from casemgr.security.sealing import Wrapper

_SAMPLE = 20_000  # keys that are wrapped with nothing else around
_KEY, _RECORD = bytes(32), bytes(16)


def measure(made: Stand, *, server: str) -> Sequence[Result]:
    """How long it takes, and how many of those who worked meanwhile got no answer."""
    app = made.app()
    with app.app_context():
        office = office_of(app)
        asks = [Ask("/cases", seat.token) for seat in data.seats(atlas_of(app))]
        floor = _floor(Wrapper(office.ring))
        office.engine.dispose()
    with serving(made, server) as real:
        client.together(real.port, asks, requests=2 * client.CONNECTIONS)
        with client.working(real.port, asks) as answered:
            _keys(made, "rotate", "--purpose", str(Purpose.KEK))
            began = time.perf_counter()
            _keys(made, "rewrap")
            took = time.perf_counter() - began
    told = {
        "per_second": round(made.size / took, 1),
        "answers_meanwhile": len(answered.times),
        "failed": answered.failed,
        "worst_ms": round(max(answered.times, default=0) * 1000, 1),
    }
    return [
        Result(
            "rewrap",
            made.engine,
            made.size,
            round(took * 1000, 1),
            None,
            round(floor * made.size * 1000, 1),
            told,
        )
    ]


def _keys(made: Stand, *words: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "keys", *words]
    subprocess.run(command, cwd=ROOT, env=dict(made.environment), check=True, capture_output=True)


def _floor(wrapper: Wrapper) -> float:
    """The seconds that one key takes to be opened and wrapped again, without any database."""
    _number, wrapped = wrapper.wrap(_RECORD, 1, _KEY)
    began = time.process_time()
    for _ in range(_SAMPLE):
        wrapper.rewrapped(_RECORD, 1, wrapped)
    return (time.process_time() - began) / _SAMPLE
