"""The formats in which tables leave, and nothing else decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from casemgr.core.words import Later, _l
from casemgr.indicators.outputs import adx, csv_file, dhis2, json_file, paper, sdmx, workbook
from casemgr.indicators.outputs.told import Told
from casemgr.indicators.tables import Table


@dataclass(frozen=True)
class Format:
    """One way in which tables leave: its writer, and what a browser is told about the file."""

    name: str
    title: Later
    suffix: str
    kind: str
    write: Callable[[Sequence[Table], Told], bytes]
    binary: bool = False  # whether it needs a file, and is not for a terminal
    for_people: bool = False  # whether a person opens it, and not another system


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format(
            "xlsx",
            _l("Excel workbook"),
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            workbook.write,
            binary=True,
            for_people=True,
        ),
        Format(
            "pdf", _l("PDF for print"), "pdf", "application/pdf", paper.write, binary=True, for_people=True
        ),
        Format("csv", _l("CSV text"), "csv", "text/csv; charset=utf-8", csv_file.write, for_people=True),
        Format("json", _l("JSON"), "json", "application/json", json_file.write),
        Format("adx", _l("ADX for DHIS2 and others"), "adx.xml", "application/adx+xml", adx.write),
        Format("dhis2", _l("DHIS2: numbers"), "dhis2.json", "application/json", dhis2.write),
        Format(
            "dhis2-metadata",
            _l("DHIS2: what they refer to"),
            "dhis2-metadata.json",
            "application/json",
            dhis2.needed_by,
        ),
        Format(
            "sdmx-csv",
            _l("SDMX as CSV"),
            "sdmx.csv",
            "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8",
            sdmx.write_csv,
        ),
        Format(
            "sdmx-json",
            _l("SDMX as JSON"),
            "sdmx.json",
            "application/vnd.sdmx.data+json; version=2.0.0",
            sdmx.write_json,
        ),
    )
}
