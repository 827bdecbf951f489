"""Stage 1: reports (tin báo), by page (Mẫu 01) and by hotline 111. Basis: NĐ 56/2017 Điều 24–26.

Extra files: `story.py` (how what a sender tells again is joined with what officers have written), `fields.py` (how
single values of a sent body are read), `showing.py` (how the page of a report names its children and people), `versions.py`
(what is stored and what was typed, side by side), `commune.py` (communes on its pages), `rehearsals.py` (practice with an
invented child), `histories.py` (reports of the past, told by a file), `published.py` (forms that read
what is sent, as a JSON Schema).
"""
