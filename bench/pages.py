"""Pages over HTTP: a list of 50 and a case, eight people at once, signed in, with scope, opened names and audit."""

from collections.abc import Sequence

from sqlalchemy import func, select

from bench import client, data, machine
from bench.client import Ask
from bench.machine import Result
from bench.stand import Stand, atlas_of, office_of, serving
from casemgr.access.actor import command
from casemgr.access.roles import Role
from casemgr.cases.models import Case

_ROWS = 50


def measure(made: Stand, *, server: str, requests: int) -> Sequence[Result]:
    """list_50, case_page, and beside them the worklist and the list of a whole province."""
    lists, work, province, cases, bare_lists, bare_cases = _asks(made)
    warm_up = max(16, requests // 5)

    def timed(port: int, asks: Sequence[Ask]) -> list[float]:
        return client.together(port, asks, requests=requests, warm_up=warm_up)

    with serving(made, server, application="bench.floor:app", path="/") as floor:
        floor_list, floor_case = timed(floor.port, bare_lists), timed(floor.port, bare_cases)
    with serving(made, server) as real:
        times = {
            "list_50": (timed(real.port, lists), floor_list),
            "case_page": (timed(real.port, cases), floor_case),
            "worklist_50": (timed(real.port, work), floor_list),
            "list_50_province": (timed(real.port, province), floor_list),
        }
    return [
        Result(
            name,
            made.engine,
            made.size,
            machine.median(mine),
            machine.p95(mine),
            machine.p95(floor),
            {"connections": client.CONNECTIONS, "server": server},
        )
        for name, (mine, floor) in times.items()
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
            full = [seat for seat in officers if open_cases.get(seat.unit.id, 0) >= _ROWS] or officers[:1]
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
