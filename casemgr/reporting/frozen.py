"""From counted tables to what a version keeps, and from there to tables again, without counting."""

import hashlib
import json
from collections.abc import Collection, Sequence

from casemgr.access.desk import Desk
from casemgr.core.periods import Period
from casemgr.indicators import evidence, freezing, land
from casemgr.indicators import queries as indicators
from casemgr.indicators.queries import Question
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import BELOW, FrozenTable
from casemgr.places import queries as places
from casemgr.reporting.terms import Asked, Frozen, Wanted


def questions(wanted: Wanted) -> Sequence[Question]:
    """What the tables of a return are asked: each for the unit itself, some for the units below it too."""
    found = []
    for asked in wanted.schedule.form.tables:
        plain = indicators.question(
            asked.set, asked.code, unit=wanted.place, period=wanted.period, by=asked.by
        )
        found.append(plain)
        if asked.units and wanted.level in BELOW:
            found.append(_of_units(asked, wanted))
    return found


def _of_units(asked: Asked, wanted: Wanted) -> Question:
    level = BELOW[wanted.level].value
    return indicators.question(
        asked.set, asked.code, unit=wanted.place, period=wanted.period, by=asked.by, level=level
    )


def taken(desk: Desk, wanted: Wanted, proof_of: Collection[str] | None = None) -> Frozen:
    """The tables of a return as they are now, with the rows they are counted from: of every entry, or of some."""
    kept: list[FrozenTable] = []
    proof: dict[str, str] = {}
    day = Period.parse(wanted.period).last
    for asked in questions(wanted):
        table = indicators.table(desk, asked)
        day = table.borders_day
        kept.append(freezing.frozen(table))
        if asked.entry.id not in proof and (proof_of is None or asked.entry.id in proof_of):
            proof[asked.entry.id] = evidence.of(desk, asked)
    return Frozen(desk.now, day, tuple(kept), proof)


def digest_of(frozen: Frozen) -> str:
    """One fingerprint of all numbers, the rules they were counted by, and the rows behind them."""
    lines = [f"{table.key}\t{table.rule}\t{table.digest}" for table in frozen.tables]
    proof = {
        name: hashlib.sha256(evidence.unpack(packed).tobytes()).hexdigest()
        for name, packed in frozen.evidence.items()
    }
    plain = json.dumps([frozen.borders_day.isoformat(), sorted(lines), proof], sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def empty(frozen: Frozen) -> bool:
    """Whether every number is nothing."""
    return not any(any(table.of or table.values) for table in frozen.tables)


def tables(desk: Desk, frozen: Frozen, place: str, period: str) -> Sequence[Table]:
    """The tables of a version as such: for printing, files and digests."""
    return [table_of(desk, frozen, one, place, period) for one in frozen.tables]


def table_of(desk: Desk, frozen: Frozen, one: FrozenTable, place: str, period: str) -> Table:
    """One table of a version."""
    atlas = places.atlas(desk)
    return freezing.thawed(
        one,
        atlas,
        place=land.asked(atlas, place, frozen.borders_day),
        period=Period.parse(period),
        as_of=frozen.as_of,
        borders_day=frozen.borders_day,
    )
