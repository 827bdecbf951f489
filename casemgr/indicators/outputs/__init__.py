"""Tables for other programs and for paper: one module a format, each with `write(tables, told) -> bytes`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from casemgr.core.words import Later, _l
from casemgr.indicators.outputs import csv_file, json_file, workbook
from casemgr.indicators.outputs.told import Told
from casemgr.indicators.tables import Table

__all__ = ["FORMATS", "Format", "Told"]


@dataclass(frozen=True)
class Format:
    """One way in which tables leave: its writer, and what a browser is told about the file."""

    name: str
    title: Later
    suffix: str
    kind: str
    write: Callable[[Sequence[Table], Told], bytes]
    binary: bool = False  # whether it needs a file, and is not for a terminal


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
        ),
        Format("csv", _l("CSV text"), "csv", "text/csv; charset=utf-8", csv_file.write),
        Format("json", _l("JSON"), "json", "application/json", json_file.write),
    )
}
