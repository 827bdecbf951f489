"""The plan of support and intervention (Mẫu 04), its approval (Mẫu 05), the diary of its services. Basis: NĐ 56/2017 Điều 28–29.

Words of this room: plan, revision, round, goal, service, approval, visit. A plan is handed in by one person and approved by
another; what was approved is known by its digest, so that a later change is seen. Extra files: `difference.py`, what changed between two
versions; `diary.py`, actions of the diary; `showing.py`, how versions,
differences and the diary are laid out for a page.
"""
