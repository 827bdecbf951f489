"""Handovers: a case goes from one unit to another (NĐ 56/2017, Điều 26–28; Luật Trẻ em, Điều 52): sent, seen, accepted or returned. The sender stays responsible until the receiver accepts."""
