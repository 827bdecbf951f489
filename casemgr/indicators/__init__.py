"""Counting: every number of the indicator sets, from the case files to the last commit.

Each change of a case appends its nameless, sealed fact row to a log. Numbers come from facts alone; a cell opens to
exactly the cases it counts; a table can be made again as of any past day, because the log keeps every version.

Basis: Thông tư 13/2021/TT-BLĐTBXH (sets A and B). This room owns the words indicator, fact, split, band, table, cell.

Beside the usual files: `facts.py`, the stored format; `bands.py`, `keys.py` and `splits.py`, how rows and columns are told apart;
`catalogue/`, the indicators as data; `land.py`, the units of a table on a day; `projection.py`, from case file to fact
and from the log to the register; `register.py`, all facts in memory; `arrays.py`, numpy loaded late; `engine.py`,
counting; `items.py`, the stored format of what is counted beside the cases; `gathering.py`, from the files of a case
to its items; `recurrence.py`, what a child's other cases say of one;
`contacts.py` and `hearing.py`, the same for what came through hotline 111; `following.py`, the log as it is followed,
with `snapshot.py`, its sealed copy on disk, and `preparing.py`, making it ready beside the work; `drawing.py`, charts and
maps; `posts.py`, people in post; `silence.py`, units without a report; `defining.py`, the page of a definition; `published.py`, tables of others beside ours;
`measured.py`, how shares, sums and medians are shown; `tables.py`, the result and its digest;
`suppression.py`, what is withheld outside the state, with `blocks.py`, a table unit by unit, and `populations.py`, which
indicators count some of the same; `editions.py`, what has left; `freezing.py`, a table as plain
values and back; `outputs/`, one module a format; `sheets.py` and `board.py`, what
the page of an indicator shows; `choices.py`, what was asked for, checked; `evidence.py`, the rows of the log behind a
number, found again later.
"""
