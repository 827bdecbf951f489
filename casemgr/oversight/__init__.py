"""Outlet for those who look after the work: a province's overview, the audit trail, help for everybody.

`trail` reads the audit trail, `watching` gathers looks that somebody should ask about, `lures` those at
honey records. `heads` sends the end of the trail to other offices.

Basis: NĐ 56/2017 Điều 22, 26 (inspection by the province); Luật Trẻ em 2016 Điều 90.
"""
