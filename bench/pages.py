"""Pages over HTTP: a list of 50 and a case, eight people at once, signed in, with scope, opened names and audit."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bench import client, data, instructions, machine
from bench.client import Ask
from bench.machine import Result
from bench.stand import Server, Stand, atlas_of, office_of, serving
from casemgr.access.actor import command
from casemgr.access.roles import Role
from casemgr.cases.models import Case

_ROWS = 50


@dataclass(frozen=True)
class Timed:
    """How long each answer took, for how long one of them kept a processor busy, and how many instructions it took."""

    times: Sequence[float]
    cpu_ms: float
    instructions_m: float | None


def measure(made: Stand, *, server: str, requests: int) -> Sequence[Result]:
    """list_50, case_page, and beside them the worklist and the list of a whole province."""
    lists, work, province, cases, bare_lists, bare_cases = _asks(made)
    warm_up = max(16, requests // 5)

    def timed(server_: Server, asks: Sequence[Ask]) -> Timed:
        people = machine.with_workers(server_.process.pid)
        client.together(server_.port, asks, requests=warm_up)
        before = machine.busy(people)
        with instructions.counting(people) as told:
            times = client.together(server_.port, asks, requests=requests)
            count = instructions.each(told(), requests)
        return Timed(times, (machine.busy(people) - before) / requests * 1000, count)

    with serving(made, server, application="bench.floor:app", path="/") as floor:
        floor_list, floor_case = timed(floor, bare_lists), timed(floor, bare_cases)
    with serving(made, server) as real:
        measured = {
            "list_50": (timed(real, lists), floor_list),
            "case_page": (timed(real, cases), floor_case),
            "worklist_50": (timed(real, work), floor_list),
            "list_50_province": (timed(real, province), floor_list),
        }
    return [
        Result(
            name,
            made.engine,
            made.size,
            machine.median(mine.times),
            machine.p95(mine.times),
            machine.p95(bare.times),
            {
                "cpu_ms": round(mine.cpu_ms, 2),
                "floor_cpu_ms": round(bare.cpu_ms, 2),
                "instructions_m": mine.instructions_m,
                "connections": client.CONNECTIONS,
                "server": server,
            },
        )
        for name, (mine, bare) in measured.items()
    ]


def _asks(made: Stand) -> tuple[list[Ask], ...]:
    """Which pages are asked for: by those officers who have at least fifty open cases, or the busiest if none has."""
    app = made.app()
    with app.app_context():
        atlas = atlas_of(app)
        with office_of(app).open(command("bench"), writing=False) as desk:
            open_cases = dict(
                desk.rows(
                    select(Case.unit_id, func.count()).where(Case.closed_at.is_(None)).group_by(Case.unit_id)
                )
            )
            seats = data.seats(atlas)
            officers = [seat for seat in seats if seat.role is Role.COMMUNE_OFFICER]
            full = [seat for seat in officers if open_cases.get(seat.unit.id, 0) >= _ROWS] or [
                max(officers, key=lambda seat: open_cases.get(seat.unit.id, 0))
            ]
            supervisor = next(seat for seat in seats if seat.role is Role.PROVINCE_SUPERVISOR)
            cases, bare = [], []
            for seat in officers:
                numbers = desk.all(
                    select(Case.number).where(Case.unit_id == seat.unit.id).order_by(Case.id).limit(40)
                )
                cases += [Ask(f"/cases/{number}", seat.token) for number in numbers]
                bare += [Ask(f"/case/{number}") for number in numbers]
        office_of(app).engine.dispose()
    return (
        [Ask("/cases", seat.token) for seat in full],
        [Ask("/", seat.token) for seat in full],
        [Ask("/cases", supervisor.token)],
        cases,
        [Ask(f"/list?unit={seat.unit.id}") for seat in full],
        bare,
    )
