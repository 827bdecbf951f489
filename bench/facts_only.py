"""Facts by the million, without the files they would be read from: what counting needs, and nothing else.

Columns are drawn at once, packed as the application packs them, and sealed row by row under the facts key.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine

from bench.data import NOW, SPAN, Country, Heap, keyring, staff
from casemgr.core.calendar import local_day
from casemgr.demo.chance import Chance
from casemgr.indicators import facts
from casemgr.indicators.register import LogRows, microseconds
from casemgr.places.atlas import Atlas
from casemgr.security.keys import Purpose
from casemgr.security.parts import fact_context
from casemgr.security.sealing import shared_head

_AT_ONCE = 50_000
_CHANGED = 5  # one case in so many has a second version
Columns = dict[str, "np.ndarray[Any, Any]"]


def columns(atlas: Atlas, *, size: int, seed: int) -> Columns:
    """The log of so many cases as columns, oldest first: its facts, and of which case and from when each row is."""
    dice = np.random.default_rng(seed)
    cases = np.arange(size)
    versions = np.concatenate((cases, dice.choice(cases, size // _CHANGED, replace=False)))
    began = np.sort(dice.random(size)) * SPAN.total_seconds()
    later = np.where(np.arange(len(versions)) >= size, 86_400 * 3, 0)
    recorded = microseconds(NOW - SPAN) + ((began[versions] + later) * 1e6).astype("i8")
    order = np.argsort(recorded, kind="stable")
    newest = np.ones(len(versions), "?")
    newest[np.flatnonzero(np.isin(cases, versions[size:]))] = False
    drawn = _drawn(atlas, dice, size)
    found = {name: column[versions][order] for name, column in drawn.items()}
    found["received"] = (facts.day_number(local_day(NOW - SPAN)) + began // 86_400).astype("<i4")[versions][
        order
    ]
    found["event"] = found["received"] - dice.integers(0, 20, len(order)).astype("<i4")
    found["decision"] = np.where(newest[order], found["decision"], 0).astype("u1")
    return {**found, "case": versions[order], "recorded": recorded[order]}


def _drawn(atlas: Atlas, dice: Any, size: int) -> Columns:
    """What is told of each case: one child in ten is in two cases, one in fifty in several."""
    country = Country(atlas, Chance("facts"))
    units = np.array([unit.id for unit in country.communes], "u4")
    shares = 1 / (np.arange(len(units)) + 300)
    child = dice.integers(1, 2**63, size, dtype="u8")
    again = np.flatnonzero(dice.random(size) < 0.1)
    child[again] = child[dice.integers(0, size, len(again))]

    def any_of(codes: int, *weights: float) -> Any:
        told = np.array(weights) if weights else np.ones(codes)
        return dice.choice(codes, size, p=told / told.sum())

    def bits(most: int, weights: Any) -> Any:
        one, other = any_of(most, *weights), any_of(most, *weights)
        return (1 << one) | np.where(dice.random(size) < 0.15, 1 << other, 0)

    unit = dice.choice(units, size, p=shares / shares.sum())
    return {
        "child": child,
        "report": dice.integers(1, 2**63, size, dtype="u8"),
        "incident_unit": unit,
        "residence_unit": np.where(dice.random(size) < 0.9, unit, dice.choice(units, size)),
        "triage_unit": np.zeros(size, "u4"),
        "relations": np.where(dice.random(size) < 0.2, 0, bits(len(facts.RELATIONS), [1] * 20)),
        "decision": any_of(len(facts.DECISIONS), 1, 80, 12, 3, 4),
        "sex": any_of(3, 1, 40, 59),
        "age": np.where(dice.random(size) < 0.03, facts.NO_AGE, dice.integers(0, 19, size)),
        "harms": np.where(dice.random(size) < 0.05, 0, bits(len(facts.HARMS), [40, 10, 30, 2, 15, 3])),
        "environment": any_of(len(facts.ENVIRONMENTS), 5, 50, 15, 20, 5, 5),
        "online": any_of(3, 2, 1, 7),
        "ethnic_group": any_of(len(facts.ETHNIC_GROUPS)),
        "disability": any_of(3),
        "channel": any_of(len(facts.CHANNELS)),
        "urgency": any_of(3),
        "kind": any_of(3),
        "stage": any_of(len(facts.STAGES)),
        "flags": np.zeros(size, "<u2"),
    }


def packed(told: Columns) -> list[bytes]:
    """Rows as the application packs them."""
    form = facts.CASES
    kinds = [(name, facts.NUMPY[column.width]) for name, column in form.columns.items()]
    table = np.zeros(len(told["case"]), [("version", "u1"), *kinds])
    table["version"] = form.newest
    for name in form.columns:
        table[name] = told[name]
    whole, width = table.tobytes(), table.dtype.itemsize
    return [whole[start : start + width] for start in range(0, len(whole), width)]


def case_bytes(number: int) -> bytes:
    """The id of an invented case: it looks like one of ours, and tells its number."""
    return (0x0190 << 112 | number << 64 | 0x7000 << 64 | 0x8 << 60 | number * 7919).to_bytes(16, "big")


def log_rows(told: Columns, start: int, end: int) -> LogRows:
    """A part of the log as counting takes it in, already open."""
    part = {name: column[start:end] for name, column in told.items()}
    return LogRows(
        seq=list(range(start + 1, end + 1)),
        case=[case_bytes(number) for number in part["case"].tolist()],
        recorded=part["recorded"].tolist(),
        mark=list(range(start + 1, end + 1)),
        packed=packed(part),
    )


def generate(engine: Engine, atlas: Atlas, *, size: int, seed: int, told: Callable[[int], None]) -> None:
    """Fill an empty SQLite database with the staff and the sealed facts of so many cases."""
    key = keyring(seed).active(Purpose.FACTS)
    cipher, head = AESGCM(key.material), shared_head(key.id)
    drawn = columns(atlas, size=size, seed=seed)
    with engine.connect() as connection:
        raw: Any = connection.connection
        raw.execute("PRAGMA synchronous=OFF")
        heap = Heap(connection)
        staff(heap, Country(atlas, Chance(f"country {seed}")), statistician=True)
        heap.write()
        connection.commit()
        for start in range(0, len(drawn["case"]), _AT_ONCE):
            rows = log_rows(drawn, start, start + _AT_ONCE)
            raw.executemany(
                "INSERT INTO case_fact (case_id, recorded_at, sealed) VALUES (?, ?, ?)",
                list(_sealed(rows, cipher, head)),
            )
            told(min(size, start + _AT_ONCE))
        raw.commit()
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    engine.dispose()


def _sealed(rows: LogRows, cipher: AESGCM, head: bytes) -> Iterator[tuple[str, int, bytes]]:
    nonces = os.urandom(12 * len(rows))
    for at, (case, recorded, plain) in enumerate(zip(rows.case, rows.recorded, rows.packed, strict=True)):
        nonce = nonces[12 * at : 12 * at + 12]
        bound = fact_context(UUID(bytes=case))
        yield case.hex(), recorded, head + nonce + cipher.encrypt(nonce, plain, bound)
