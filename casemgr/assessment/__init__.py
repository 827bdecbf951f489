"""Stage 2: initial assessment (Mẫu 02) and full assessment (Mẫu 03), risk. Basis: NĐ 56/2017 Điều 26, 27, 31.

Extra files: `showing.py`, how the forms are laid out on a page; `in_words.py`, every answer in words.
"""
