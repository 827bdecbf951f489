"""The reporting chain: which unit owes which tables for which period, who signs, approves and publishes them.

A statistical return is born full: every number comes from counting, nothing is typed. Signing freezes it (numbers, the
catalogue and borders they were counted under, the facts behind them); the level above approves or gives it back; what
was published is never opened again but amended by a new version, whose difference is told cell by cell.

This room owns the words return (a unit's report for a period, to be told from a report of harm), schedule, plan,
version, cell comment. Beside the usual files: `schedules.py`, the schedules and plans as data; `frozen.py`, from tables
to what is kept and back; `differences.py`, why two versions differ; `showing.py`, what the pages show; `editions.py`,
what of a published return leaves for everybody.

Basis: Thông tư 13/2021/TT-BLĐTBXH (what is counted); the plans of provinces in `data/plans.json` (until when).
"""
