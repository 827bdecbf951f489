"""Outlet: what a person sees of a whole case. The worklist, the list of cases, the case page put together from all stages.

Extra files: `next_step.py`, what comes next at each stage, as a table; `timeline.py`, what happened, in words; `said.py`,
what a note says in the reader's words; `day.py`, what stands beside the worklist; `decisions.py`, what waits to be decided
beside the next step; `side_doors.py`, what else can be done with a case, as a table.
"""
