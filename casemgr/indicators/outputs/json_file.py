"""Tables as JSON: one as an object, several as a list of them."""

import json
from collections.abc import Mapping, Sequence

from casemgr.indicators.outputs.told import Told
from casemgr.indicators.tables import Row, Table
from casemgr.indicators.terms import Gap, Origin


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
        "place": table.counted_by.value if table.counted_by else None,
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
        **({} if table.origins is None else {"sources": _sources(table.origins)}),
    }


def _number(row: Row) -> dict[str, object]:
    if row.hidden:
        return {"value": None, "withheld": True}
    parts = {} if row.n is None and row.of is None else {"n": row.n, "of": row.of}
    return {"value": row.value, **parts, **({"missing": _missing(row.gap)} if row.gap else {})}


def _missing(gap: Gap) -> dict[str, object]:
    return {"why": gap.lack.value, "lacking": gap.lacking, "units": gap.units}


def _sources(origins: Mapping[str, Sequence[Origin]]) -> list[dict[str, object]]:
    """Every source of supplied numbers with the units it was used for."""
    units: dict[Origin, list[str]] = {}
    for code, told in origins.items():
        for origin in told:
            units.setdefault(origin, []).append(code)
    return [
        {
            "indicator": origin.entry,
            "period": origin.period,
            "agency": origin.agency,
            "document": origin.document,
            "document_day": origin.day.isoformat(),
            "earlier": origin.dated,
            "invented": origin.invented,
            "units": codes,
        }
        for origin, codes in units.items()
    ]


def write(tables: Sequence[Table], told: Told) -> bytes:
    """One table as an object; several as a list, with their title."""
    plain = [as_json(table) for table in tables]
    whole = {**plain[0], "standing": told.standing()} if len(plain) == 1 else _several(plain, tables, told)
    return (json.dumps(whole, ensure_ascii=False) + "\n").encode()


def _several(plain: Sequence[object], tables: Sequence[Table], told: Told) -> dict[str, object]:
    return {
        "title": told.heading(tables),
        "standing": told.standing(),
        "about": dict(told.lines),
        "tables": plain,
    }
