"""Outlet for the people whose data we hold: their consents and requests, incidents, the register of what is processed.

`clocks` counts the time limits, `extract` is what a person is given of a child's data, `register` the register of
processing with its history, `volume` counts what somebody saw, `writing` has the actions of incidents and the register,
`showing` puts rows into words.
Basis: Luật 91/2025/QH15 Điều 9, 10, 14, 19, 23, 24; Nghị định 356/2025/NĐ-CP Điều 5, 28 (not checked against its text).
"""
