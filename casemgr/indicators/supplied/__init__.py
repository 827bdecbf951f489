"""What other sectors supply: population, births, schooling. Typed in or loaded from a workbook, never counted here.

A figure belongs to an indicator, a unit and a period, and names its source. Revisions are only ever added: the newest
stands, each past day can be asked for. Sums exist where every unit below has supplied its part; what is missing is
named, never zero. Rates divide what is counted here by the figure of the same unit.

Beside the usual files: `adding.py`, figures under the units of another day; `numbers.py`, how a number may be written;
`paper.py`, the lines of a sheet wherever they are filled in; `books.py`, sheets as files and what comes back in them;
`tables.py`, figures as a table; `showing.py`, what the pages show.
"""
