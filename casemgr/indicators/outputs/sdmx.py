"""SDMX data messages: SDMX-CSV 2.0.0 and SDMX-JSON 2.0.0, both of SDMX 3.0. The structure they follow is in structure.py."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence

from casemgr.indicators.outputs import codes, structure
from casemgr.indicators.outputs.codes import ALL, What
from casemgr.indicators.outputs.structure import (
    ABOUT,
    ATTRIBUTES,
    DSD,
    MEASURES,
    SECRECY,
    STATUS,
    TIME,
    Component,
)
from casemgr.indicators.outputs.told import Told
from casemgr.indicators.tables import Row, Table
from casemgr.indicators.terms import Kind

_SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/"
    "sdmx-json-data-schema.json"
)
_MEASURE_OF = {What.VALUE: "OBS_VALUE", What.N: "N", What.OF: "OF"}


def write_csv(tables: Sequence[Table], told: Told) -> bytes:
    """The data as SDMX-CSV: every dimension, measure and attribute is a column.

    Such a file is one data set, in which each key stands once: a total of several tables is told with the first of them.
    """
    keys = [structure.key_id(one.id) for one in codes.dimensions()]
    dimensions = ["INDICATOR", "REF_AREA", "BORDERS", "COUNTED_BY", *keys, TIME]
    parts = [one.id for one in (*MEASURES, *ATTRIBUTES, *ABOUT)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *dimensions, *parts])
    head = ("datastructure", f"{codes.AGENCY}:{DSD}({codes.VERSION})", "I")
    seen: set[frozenset[tuple[str, str]]] = set()
    for table in tables:
        about = _about(table, told)
        for key, row, numbers in _observations(table):
            if frozenset(key.items()) in seen:
                continue
            seen.add(frozenset(key.items()))
            told_of = {**key, **numbers, **_status(table, row), **about}
            writer.writerow(
                [*head, *(told_of.get(name, ALL) for name in dimensions), *_cells(told_of, parts)]
            )
    return text.getvalue().encode()


def _cells(told_of: Mapping[str, object], parts: Sequence[str]) -> Iterator[object]:
    for name in parts:
        yield told_of.get(name, "")


def _observations(table: Table) -> Iterator[tuple[dict[str, str], Row, dict[str, float]]]:
    """Each row of a table: its key but for totals, the row, and its numbers by measure."""
    for seen in codes.observations(table):
        key = {
            "INDICATOR": codes.entry_id(table.entry),
            "REF_AREA": seen.row.area.code,
            "BORDERS": codes.borders(table),
            "COUNTED_BY": table.counted_by.value if table.counted_by else codes.SUPPLIED,
            TIME: codes.sdmx_period(table.period),
        }
        key |= {structure.key_id(name): code for name, code in seen.members.items()}
        yield key, seen.row, {_MEASURE_OF[part]: number for part, number in codes.figures(table.entry, seen)}


def _status(table: Table, row: Row) -> dict[str, str]:
    """Why a number is missing, or how sure it is; and whether it may be published as it is."""
    theirs = table.entry.kind is Kind.ENTERED  # other sectors have published it themselves
    free = "F" if table.hidden is not None or theirs else "N"
    if row.hidden:
        return {"OBS_STATUS": "Q", "CONF_STATUS": "C"}
    if row.value is None:
        return {"OBS_STATUS": "M", "CONF_STATUS": free}
    return {"OBS_STATUS": "A" if table.entry.sure else "P", "CONF_STATUS": free}


def _about(table: Table, told: Told) -> dict[str, str]:
    entry = table.entry
    return {
        "UNIT_MEASURE": str(entry.unit),
        "SOURCE_STATE": entry.state.value,
        "AS_OF": table.as_of.isoformat(),
        "STANDING": told.standing(),
        "BASIS": entry.basis,
        "DIGEST": table.digest,
    }


def write_json(tables: Sequence[Table], told: Told) -> bytes:
    """The data as SDMX-JSON: a data set and its structure for each table."""
    areas = {area.code: area.name for table in tables for area in table.areas}
    names = structure.dimensions([table.entry for table in tables], areas)
    said = {
        "meta": structure.meta(_SCHEMA, "DATA", tables[0].made_at),
        "data": {
            "structures": [_structure(table, place, names) for place, table in enumerate(tables)],
            "dataSets": [_data_set(table, place, told) for place, table in enumerate(tables)],
        },
    }
    return (json.dumps(said, ensure_ascii=False) + "\n").encode()


def _used(table: Table) -> dict[str, dict[str, int]]:
    """The codes of each dimension in a table, numbered as they come."""
    used: dict[str, dict[str, int]] = {}
    keys = [structure.key_id(one.id) for one in codes.dimensions()]
    names = ["INDICATOR", "REF_AREA", "BORDERS", "COUNTED_BY", *keys, TIME]
    for key, _row, _numbers in _observations(table):
        for name in names:
            known = used.setdefault(name, {})
            known.setdefault(key.get(name, ALL), len(known))
    return used


def _varying(used: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The dimensions that tell observations apart; time is always one of them."""
    return [name for name, seen in used.items() if len(seen) > 1 or name == TIME]


def _structure(table: Table, place: int, names: Sequence[Component]) -> dict[str, object]:
    used = _used(table)
    varying = _varying(used)
    by_id = {one.id: one for one in names}
    period = table.period

    def dimension(name: str) -> dict[str, object]:
        if name == TIME:
            value = {
                "value": codes.sdmx_period(period),
                "start": f"{period.first.isoformat()}T00:00:00+07:00",
                "end": f"{period.last.isoformat()}T23:59:59+07:00",
            }
            return {"id": TIME, "keyPosition": len(names), "roles": [TIME], "values": [value]}
        known = {one.code: one for one in by_id[name].codes}
        values = [_named(code, known) for code in used[name]]
        return {"id": name, "keyPosition": names.index(by_id[name]), "values": values}

    return {
        "dataSets": [place],
        "links": [{"rel": "structure", "urn": structure.urn("datastructure", "DataStructure", DSD)}],
        "dimensions": {
            "dataSet": [dimension(name) for name in used if name not in varying],
            "observation": [dimension(name) for name in varying],
        },
        "measures": {"observation": [{"id": _MEASURE_OF[part]} for part in codes.PARTS[table.entry.measure]]},
        "attributes": {
            "dataSet": [{"id": one.id, "relationship": {"dataflow": {}}} for one in ABOUT],
            "observation": [
                {
                    "id": one.id,
                    "relationship": {"observation": {}},
                    "values": [_named(code.code, {code.code: code}) for code in one.codes],
                }
                for one in ATTRIBUTES
            ],
        },
    }


def _named(code: str, known: Mapping[str, codes.Named]) -> dict[str, object]:
    one = known.get(code)
    if one is None:
        return {"id": code, "name": code}
    return {"id": code, "name": one.vi, "names": {"vi": one.vi, "en": one.en}}


def _data_set(table: Table, place: int, told: Told) -> dict[str, object]:
    used = _used(table)
    varying = _varying(used)
    measures = [_MEASURE_OF[part] for part in codes.PARTS[table.entry.measure]]
    status, secrecy = ([one.code for one in known] for known in (STATUS, SECRECY))
    observations = {}
    for key, row, numbers in _observations(table):
        at = ":".join(str(used[name][key.get(name, ALL)]) for name in varying)
        said = _status(table, row)
        marks = status.index(said["OBS_STATUS"]), secrecy.index(said["CONF_STATUS"])
        observations[at] = [*(numbers.get(name) for name in measures), *marks]
    return {
        "structure": place,
        "links": [{"rel": "structure", "urn": structure.urn("datastructure", "DataStructure", DSD)}],
        "action": "Information",
        "attributes": list(_about(table, told).values()),
        "observations": observations,
    }
