"""Files to and from other installations: JSON Lines, each line of one kind.

`lines.py` reads a file strictly and remembers where the lines of each report stand; `steps.py` says which step of a file is
which step of ours; `schemas.py` is the form of every line, `published.py` the same as JSON Schema; `parcels.py` reads what
belongs to one report; `check.py` and `storing.py` take it in; `rows.py` turns decisions, placements and circumstances
into lines and back; `gathering.py` and `writing.py` give everything of a unit away.
"""
