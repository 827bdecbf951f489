"""Alternative care (Luật Trẻ em, Điều 60–69; NĐ 56/2017, Điều 35–48; Thông tư 14/2020): Mẫu 08 to 16.

Words of this room: carer, registration, check, profile, placement, entry, duty. A placement goes from a proposal over the
decision and the handing over to its end; what falls due meanwhile is worked out anew after each entry and kept as duties,
each turn once, also when the case is closed. Extra files: `schedule.py`, what falls due and when, pure; `ages.py`,
`registering.py` and `caring.py`, rules on ages, on the register and on the time in care, pure; `placing.py`, actions of
a placement; `showing.py`, what the pages show.
"""
