"""The meeting that settles the measures, its minutes, and who is kept out of it for the safety of the child (NĐ 56/2017, Điều 27 khoản 2)."""
