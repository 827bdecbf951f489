"""A list of fifty as it is read and its names opened, without any page; and what the second wall adds to that."""

import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine, func, make_url, select

from bench import data, machine
from bench.machine import Result
from bench.stand import Stand, atlas_of, office_of
from casemgr.access import second_wall
from casemgr.access.actor import Actor, command
from casemgr.access.desk import Office
from casemgr.access.roles import GRANTS, Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.cli import walls
from casemgr.core.calendar import local_day
from casemgr.places import rules as place_rules
from casemgr.places.atlas import Atlas

_ROWS, _ROUNDS = 50, 40
_LOGIN = "casemgr_bench"


def measure(made: Stand, *, repeats: int) -> Sequence[Result]:
    """The list of the busiest officer: its floor is the bare rows; on PostgreSQL the same again as a bound role."""
    app = made.app()
    with app.app_context():
        office = office_of(app)
        officer = _busiest(office, atlas_of(app))
        _listed(office, officer)
        busy, rounds = time.process_time(), range(repeats * _ROUNDS)
        times = [_listed(office, officer) for _ in rounds]
        busy = (time.process_time() - busy) / len(rounds)
        floor = [_bare(office, officer) for _ in rounds]
        found = [_result("read_50", made, times, machine.median(floor), cpu_ms=round(busy * 1000, 2))]
        if made.engine == "postgresql":
            _put_up(office.engine)
            found.append(_behind(made, office, officer, rounds=repeats * _ROUNDS))
        office.engine.dispose()
    return found


def _behind(made: Stand, office: Office, officer: Actor, *, rounds: int) -> Result:
    """In turns with and without the wall, so that both meet the same moods of the machine."""
    app = replace(made, url=_bound(made.url)).app()
    with app.app_context():
        bound = office_of(app)
        with bound.engine.connect() as connection:
            if not second_wall.stands(connection):
                raise RuntimeError("The second wall does not stand.")
        with_it, without = [], []
        for _ in range(rounds):
            with_it.append(_listed(bound, officer))
            without.append(_listed(office, officer))
        bound.engine.dispose()
    median, plain = machine.median(with_it), machine.median(without)
    return _result("second_wall", made, with_it, plain, adds_ms=round(median - plain, 3))


def _result(name: str, made: Stand, times: Sequence[float], floor: float, **more: object) -> Result:
    return Result(name, made.engine, made.size, machine.median(times), machine.p95(times), floor, more)


def _listed(office: Office, officer: Actor) -> float:
    """The seconds until fifty names are there."""
    began = time.perf_counter()
    with office.open(officer, writing=False) as desk:
        rows = cases.listing(desk, closed=False, limit=_ROWS).rows
        names = [row.child.card for row in rows]
        desk.readings.clear()
    taken = time.perf_counter() - began
    if not names or None in names:
        raise RuntimeError("A list lacks names.")
    return taken


def _bare(office: Office, officer: Actor) -> float:
    """The same rows by one statement, unopened."""
    began = time.perf_counter()
    case, child = Case.__table__, Child.__table__
    statement = (
        select(case, child.c.card_sealed)
        .join(child, child.c.id == case.c.child_id)
        .where(case.c.unit_id == officer.unit_id, case.c.closed_at.is_(None))
        .order_by(case.c.opened_at.desc(), case.c.id.desc())
        .limit(_ROWS)
    )
    with office.engine.connect() as connection:
        connection.execute(statement).all()
    return time.perf_counter() - began


def _busiest(office: Office, atlas: Atlas) -> Actor:
    """An officer of the commune with most open cases."""
    with office.open(command("bench"), writing=False) as desk:
        unit_id = desk.first(
            select(Case.unit_id)
            .where(Case.closed_at.is_(None))
            .group_by(Case.unit_id)
            .order_by(func.count().desc())
        )
    unit = atlas.unit(unit_id) if unit_id is not None else None
    if unit is None:
        raise RuntimeError("There are no cases.")
    return Actor(
        id="account:bench",
        role=Role.COMMUNE_OFFICER,
        permissions=GRANTS[Role.COMMUNE_OFFICER],
        unit_id=unit.id,
        units=place_rules.reach(atlas, unit, local_day(data.NOW)),
    )


def _put_up(engine: Engine) -> None:
    """The wall, and somebody it binds."""
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32))")
        walls.put_up(connection)
        connection.exec_driver_sql(f"CREATE ROLE {_LOGIN} LOGIN IN ROLE {second_wall.WEB}")


def _bound(url: str) -> str:
    return make_url(url).set(username=_LOGIN).render_as_string(hide_password=False)
