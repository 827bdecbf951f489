"""The spine of the way: a case per child, its stage, its clocks, its timeline, the worklist. Basis: NĐ 56/2017 Điều 25–30.

Extra files: `workflow.py` (the path as a table), `deadlines.py` (which clocks start and stop on which step), `spine.py`
(what the stages call), `numbers.py` (case numbers), `deciding.py` (who decides, what was explained).
"""
