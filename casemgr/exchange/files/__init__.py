"""Files to and from other installations: JSON Lines, each line of one kind.

`steps.py` says which step of a file is which step of ours; `published.py` gives the forms of `schemas.py` as JSON Schema.
In: `lines.py` (reads a file strictly and remembers where the lines of each report stand), `parcels.py` (what a file says of
one report), `known.py` (what is stored of it already), `check.py` (whether it fits), `storing.py` (one report),
`taking.py` (the whole file, portion by portion). Out: `gathering.py` (everything of some reports as lines), `writing.py`
(the whole file). Both: `rows.py` (decisions, placements, circumstances), `plain.py` (values as a file has them).
"""
