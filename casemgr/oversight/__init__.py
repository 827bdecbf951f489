"""Outlet for those who look after the work: a province's overview, the audit trail, help for everybody.

`trail` reads the audit trail, `watching` gathers looks that somebody should ask about.

Basis: NĐ 56/2017 Điều 22, 26 (inspection by the province); Luật Trẻ em 2016 Điều 90.
"""
