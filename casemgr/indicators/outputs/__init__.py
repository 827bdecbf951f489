"""Tables for other programs and for paper: one module a format, each with `write(tables, told) -> bytes`.

`formats.py`, which there are; `told.py`, what a file says beside its numbers; `csv_file.py`, `json_file.py` and
`workbook.py`, for programs and spreadsheets; `paper.py`, for print; `codes.py`, what other systems' formats have in
common; `adx.py`, `dhis2.py` and `sdmx.py`, these formats, with `structure.py`, what SDMX follows; `catalogue.py`, the
whole catalogue for such systems.
"""
