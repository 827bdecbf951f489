"""What the figures were measured on, and how they are written down."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Result:
    """One line of the results."""

    id: str
    engine: str
    n: int
    median_ms: float | None
    p95_ms: float | None
    floor_ms: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times the floor it takes: by p95 where there is one, else by the median."""
        mine = self.p95_ms if self.p95_ms is not None else self.median_ms
        return round(mine / self.floor_ms, 2) if mine is not None and self.floor_ms else None

    def row(self) -> dict[str, Any]:
        told = asdict(self)
        more = told.pop("more")
        return {**told, "ratio": more.pop("ratio", self.ratio), **more}

    def line(self) -> str:
        shown = [f"{self.id:<22}{self.engine:<12}{self.n:>9}"]
        for name, value in (("median", self.median_ms), ("p95", self.p95_ms), ("floor", self.floor_ms)):
            shown.append(f"{name} {value:>9.2f} ms" if value is not None else f"{name} {'-':>9}   ")
        row = self.row()
        shown.append(f"x{row['ratio']}" if row["ratio"] else "")
        shown += [f"{name}={value}" for name, value in self.more.items() if name != "ratio"]
        return "  ".join(shown)


def busy(processes: Sequence[int]) -> float:
    """The seconds for which some processes have had a processor."""
    ticks = 0
    for number in processes:
        told = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def ours() -> float:
    """The seconds for which this process has had a processor, and those it started and saw end."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def with_workers(process: int) -> list[int]:
    """A server and its workers."""
    return [process, *map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())]


def median(times: Sequence[float]) -> float:
    """The middle one of some times in seconds, in milliseconds."""
    return round(statistics.median(times) * 1000, 3)


def p95(times: Sequence[float]) -> float:
    """What 95 of 100 stay under, in milliseconds."""
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 3)


def described() -> dict[str, Any]:
    """The machine in a few words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": platform.platform(terse=True),
        "processors": os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "python": platform.python_version(),
        "sqlalchemy": version("sqlalchemy"),
        "load_before": round(os.getloadavg()[0], 2),
    }


def write(results: Sequence[Result], machine: dict[str, Any], path: Path | None = None) -> None:
    """Write the results; figures of an earlier run that were not measured now stay."""
    path = path or RESULTS
    before = json.loads(path.read_text())["results"] if path.exists() else []
    fresh = [result.row() for result in results]
    measured = {(row["id"], row["engine"]) for row in fresh}
    kept = [row for row in before if (row["id"], row["engine"]) not in measured]
    told = {"machine": machine, "results": [*kept, *fresh]}
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(told, indent=1) + "\n")
    beside.replace(path)  # a run that is broken off leaves the figures of the one before
