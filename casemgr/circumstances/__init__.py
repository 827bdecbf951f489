"""Special circumstances of a child over time: the fourteen groups of Luật Trẻ em, Điều 10 and NĐ 56/2017, Điều 3–16; and children at risk.

Beside the usual furniture: showing lays spells and the register of a commune out for a page.
"""
