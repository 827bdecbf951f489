"""What legislation says, as dated data: deadlines, code lists, official forms, factors, public holidays.

Basis: Luật Trẻ em 102/2016/QH13, Nghị định 56/2017/NĐ-CP and whatever `data/instruments.json` names.
Words of this room: basis, deadline, code list, official form, factor, holiday. Everything here is pure.
Extra files: `wording.py` a sentence in both languages, `rows.py` reading and checking the data files,
`factors.py` the tables of forms 02, 03 and 06, `holidays.py` the official calendar, `rulebook.py` all limits of time with
what a place added, `in_use.py` which law the work now being done uses.
"""
