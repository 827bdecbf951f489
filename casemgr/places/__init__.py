"""Places: the administrative units of the country, each from a day to a day, and what became of them.

Basis: Nghị quyết 202/2025/QH15 and Quyết định 19/2025/QĐ-TTg (two tiers from 1 July 2025), the resolutions of 2026.
Owns the words unit, level, change, succession, standing. A code means nothing without a date: nearly every commune code
of the old regime was given to a commune of another extent. Extra files: `atlas.py`, all units in memory (pure);
`official_list.py`, reading and checking the official list (pure); `data/`, the list that comes with the house.
"""
