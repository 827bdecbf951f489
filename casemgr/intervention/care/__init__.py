"""Alternative care (Luật Trẻ em, Điều 60–69; NĐ 56/2017, Điều 35–48; Thông tư 14/2020)."""
