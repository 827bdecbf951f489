"""Roof: an invented province to try everything on. Demo mode only; every person, place of a house and event is made up.

Files: `chance.py` (dice), `names.py`, `stories.py` (what a report tells), `sentences.py` (Vietnamese texts), `papers.py`
(what officers write on the forms), `staff.py`, `world.py` (turns, fates), `lives.py` (what happens to a report and its
cases, through the real actions), `apart.py` (separations, who is kept out), `care.py` (carers, placements), `around.py`
(police, circumstances, meetings, providers, handovers, papers), `rooms.py` (what needs no case), `returns.py` (statistical returns), `mix.py` (which lives there are), `province.py` (builds and clears it all).
"""
