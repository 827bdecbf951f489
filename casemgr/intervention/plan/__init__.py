"""The plan of support and intervention (Mẫu 04), its approval (Mẫu 05), the services diary. Basis: NĐ 56/2017 Điều 28–29.

Words of this room: plan, revision, round, goal, service, approval, visit. A plan is handed in by one person and approved
by another; what was approved is known by its digest, so that a later change is seen. Extra files: `content.py` and
`difference.py`, what a version says and what changed between two, both pure; `papers.py`, the file that is handed in with
a plan, pure; `diary.py`, actions of the diary; `delivering.py` and `delivery.py`, to whom a decision is handed and how a
child is reached safely, rules and actions; `after.py`, what their pages show;
`showing.py` and `weeks.py`, versions and diary in words; `layout.py`, what each page gathers.
"""
