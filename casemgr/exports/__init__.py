"""Outlet of lists for other programs: case lists as encrypted spreadsheets, with purpose, recipient and an end.

`columns` says what may be chosen, `safety` makes passphrases, `sheets` writes the encrypted files without a
formula, `making` puts one together outside the transaction that keeps it, `limits` reads how many and how long.
Basis: Luật 91/2025/QH15 Điều 7, 19, 24; Nghị định 56/2017/NĐ-CP Điều 33.
"""
