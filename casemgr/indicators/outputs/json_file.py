"""Tables as JSON: one as an object, several as a list of them."""

import json
from collections.abc import Sequence

from casemgr.indicators.outputs.told import Told
from casemgr.indicators.tables import Row, Table


def as_json(table: Table) -> dict[str, object]:
    """The table as plain values."""
    entry = table.entry
    return {
        "set": entry.set,
        "code": entry.code,
        "version": entry.version,
        "name": entry.name,
        "unit": table.place.code,
        "unit_name": table.place.name,
        "level": table.level.value,
        "period": table.period.code,
        "by": [split.asked_as for split in table.splits],
        "place": table.counted_by.value,
        "borders": table.borders_day.isoformat(),
        "status": entry.state.value,
        "measure": entry.measure.value,
        "counting_unit": str(entry.counting_unit),
        "reporting_date": str(entry.reporting_date),
        "as_of": table.as_of.isoformat(),
        "counted_at": table.made_at.isoformat(),
        "source_status": {part.key: part.source.value for part in entry.parts},
        "basis": entry.basis,
        "may_overlap": sorted(split.name for split in table.splits if split.overlaps),
        "digest": table.digest,
        **({} if table.hidden is None else {"withheld": int(table.hidden.sum())}),
        "rows": [
            {
                "unit_code": row.area.code,
                "unit_name": row.area.name,
                "dims": dict(row.dims),
                **_number(row),
            }
            for row in table.rows()
        ],
    }


def _number(row: Row) -> dict[str, object]:
    if row.hidden:
        return {"value": None, "withheld": True}
    return {"value": row.value, **({} if row.of is None else {"n": row.n, "of": row.of})}


def write(tables: Sequence[Table], told: Told) -> bytes:
    """One table as an object; several as a list, with their title."""
    plain = [as_json(table) for table in tables]
    whole = {**plain[0], "standing": told.standing()} if len(plain) == 1 else _several(plain, tables, told)
    return (json.dumps(whole, ensure_ascii=False) + "\n").encode()


def _several(plain: Sequence[object], tables: Sequence[Table], told: Told) -> dict[str, object]:
    return {"title": told.heading(tables), "standing": told.standing(), "tables": plain}
