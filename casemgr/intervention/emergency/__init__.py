"""The emergency: measures within twelve hours, temporary separation, and who is kept out for the safety of the child.

`separating` writes the course of a separation, `withholding` keeps somebody out, `showing` puts both into words.
Basis: NĐ 56/2017 Điều 26 khoản 3, Điều 31, 32; Thông tư 14/2020 Điều 14; Luật Trẻ em Điều 52 khoản 3.
"""
