"""Register of children: who the child is. Every name, date and place is sealed. Basis: Luật Trẻ em 2016 Điều 1, 21.

clues: what a child may be found by. index: the keyed rows that follow each file. comparing: what speaks for two files being
of one child. honey: which children on file do not exist, and are opened by nobody with a reason.
"""
