"""The spine of the way: a case per child, its stage, its clocks, its timeline, the worklist. Basis: NĐ 56/2017 Điều 25–30.

Extra files: `workflow.py` (the moves of the path), `path.py` (the path as a table for people), `uses.py` (where each time
limit is used), `deadlines.py` (which clocks start and stop on which step), `spine.py`
(what the stages call), `history.py` (a course told afterwards), `numbers.py` (case numbers), `deciding.py` (who decides, what was explained),
`removal.py` (taking a practice case away).
"""
