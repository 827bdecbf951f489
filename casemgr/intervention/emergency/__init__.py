"""Emergency measures within twelve hours: what was done, when, by whom. Basis: NĐ 56/2017 Điều 26 khoản 3, Điều 31, 32."""
