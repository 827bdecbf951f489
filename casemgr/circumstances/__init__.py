"""Special circumstances of a child over time: the fourteen groups of Luật Trẻ em, Điều 10 and NĐ 56/2017, Điều 3–16."""
