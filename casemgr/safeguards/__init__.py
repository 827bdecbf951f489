"""Safeguards over single cases: a list of readers, kin among the staff kept out, the glass that is broken in an emergency.

Basis: Luật Trẻ em 2016 Điều 6 khoản 11 (secrecy of private life); NĐ 56/2017 Điều 25 khoản 1 (secrecy for the child).

Beside the usual furniture: house sits down at somebody's desk to see what that person must not; people are those of a
case as far as can be compared; marks are the keyed marks by which one side finds the other.
"""
