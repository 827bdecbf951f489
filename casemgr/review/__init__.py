"""Stage 4: review (Mẫu 06), closure or another round of planning. Basis: NĐ 56/2017 Điều 30.

Words of this room: review, condition, outcome, closure. The two conditions of the law stand above every count; who reviewed
does not close. Extra file: `showing.py`, how last time and now are laid side by side for a page.
"""
