"""Verification of what was told, and the meeting that settles the measures: minutes, who was there, what child and carers said.

`showing` puts both into words. Basis: NĐ 56/2017 Điều 25 khoản 2, Điều 27 khoản 2; Luật Trẻ em Điều 47 đến 50.
"""
