"""Forty indicator tables for every commune, beside one SQL query for each table on plain rows."""

import time
from collections.abc import Callable, Sequence
from typing import Any

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

from bench import machine
from bench.machine import Result
from bench.stand import Stand, office_of
from casemgr.access.actor import command
from casemgr.access.desk import Office
from casemgr.indicators import facts, following, queries
from casemgr.indicators.models import CaseFact
from casemgr.places import queries as places
from casemgr.places import rules

_KEYS = (
    "sex",
    "age_band:law",
    "age_band:hotline111",
    "age_band:procuracy",
    "harm",
    "environment",
    "online",
    "relation",
)
_PERIODS = ("2024", "2025", "2026", "2025-H1", "2026-Q3")
TABLES = [(period, key) for period in _PERIODS for key in _KEYS]
_PLAIN_KEYS = {
    "sex": "sex",
    "age_band:law": "age",
    "age_band:hotline111": "age",
    "age_band:procuracy": "age",
    "harm": "harms",
    "environment": "environment",
    "online": "online",
    "relation": "relations",
}
_PROVINCE = "20"


def measure(made: Stand, *, repeats: int) -> Sequence[Result]:
    """All forty for every commune of the country, the same by SQL, and the forty of one province."""
    app = made.app()
    with app.app_context():
        office = office_of(app)
        began = time.perf_counter()
        with office.open(command("bench"), writing=False) as desk:
            following.reading(desk)
        snapshot = time.perf_counter() - began
        nation = _times(repeats, lambda: _tables(office, "VN"))
        province = _times(repeats, lambda: _tables(office, _PROVINCE))
        by_sql, by_sql_province = _sql(office, repeats)
        office.engine.dispose()
    floor, floor_province = machine.median(by_sql), machine.median(by_sql_province)
    told = {"tables": len(TABLES), "snapshot_ms": round(snapshot * 1000, 1)}
    engine, n = made.engine, made.size
    return [
        Result("tables_40", engine, n, machine.median(nation), machine.p95(nation), floor, told),
        Result("tables_40_group_by", engine, n, floor, machine.p95(by_sql), None, {"tables": len(TABLES)}),
        Result(
            "tables_40_province",
            engine,
            n,
            machine.median(province),
            machine.p95(province),
            floor_province,
            told,
        ),
    ]


def _tables(office: Office, unit: str) -> None:
    with office.open(command("bench"), writing=False) as desk:
        for period, key in TABLES:
            asked = queries.question("B", "0101", unit=unit, period=period, level="commune", by=key)
            queries.table(desk, asked)


def _times(repeats: int, work: Callable[[], object]) -> list[float]:
    """The seconds of each repetition, after one that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return times


def _sql(office: Office, repeats: int) -> tuple[list[float], list[float]]:
    """The floor: the facts as plain rows in a table of their own, counted with GROUP BY."""
    plain = Table(
        "bench_plain",
        MetaData(),
        Column("seq", Integer, primary_key=True),
        Column("child", BigInteger),
        Column("unit", Integer, index=True),
        Column("received", Integer),
        *(
            Column(name, SmallInteger)
            for name in ("decision", "sex", "age", "harms", "environment", "online")
        ),
        Column("relations", Integer),
    )
    with office.engine.connect().execution_options(writing=True) as connection:
        plain.metadata.drop_all(connection)
        plain.metadata.create_all(connection)
        _fill(office, connection, plain)
        connection.commit()
        units = _units_of_province(office)
        nation = _times(repeats, lambda: _group_by(connection, plain, None))
        province = _times(repeats, lambda: _group_by(connection, plain, units))
        connection.commit()
        plain.metadata.drop_all(connection)
        connection.commit()
    return nation, province


def _fill(office: Office, connection: Connection, plain: Table) -> None:
    with office.open(command("bench"), writing=False) as desk:
        log = desk.session.execute(
            select(CaseFact.case_id, CaseFact.sealed).order_by(CaseFact.seq),
            execution_options={"yield_per": 5000},
        )
        number = 0
        for portion in log.partitions():
            rows: list[dict[str, Any]] = []
            opened = desk.safe.open_facts((row[0], row[1]) for row in portion)
            for packed in opened:
                number += 1
                columns = facts.columns_of([packed])
                told = {name: int(values[0]) for name, values in columns.items()}
                rows.append(
                    {
                        "seq": number,
                        "child": told["child"] & (2**63 - 1),
                        "unit": told["incident_unit"],
                        **{
                            name: told[name]
                            for name in (
                                "received",
                                "decision",
                                "sex",
                                "age",
                                "harms",
                                "environment",
                                "online",
                                "relations",
                            )
                        },
                    }
                )
            connection.execute(insert(plain), rows)


def _group_by(connection: Connection, plain: Table, units: Sequence[int] | None) -> None:
    for period, key in TABLES:
        span = queries.Period.parse(period)
        column = plain.c[_PLAIN_KEYS[key]]
        statement = (
            select(plain.c.unit, column, func.count(plain.c.child.distinct()))
            .where(
                plain.c.received.between(facts.day_number(span.first), facts.day_number(span.last)),
                plain.c.decision == facts.position("decision", "accepted"),
                plain.c.harms != 0,
            )
            .group_by(plain.c.unit, column)
        )
        if units is not None:
            statement = statement.where(plain.c.unit.in_(units))
        connection.execute(statement).all()


def _units_of_province(office: Office) -> list[int]:
    with office.open(command("bench"), writing=False) as desk:
        atlas = places.atlas(desk)
        province = places.unit_at(desk, _PROVINCE)
        return sorted(rules.reach(atlas, province, places.today(desk)))
