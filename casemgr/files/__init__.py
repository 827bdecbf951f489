"""Files of a case: photos, scans, recordings. The original is kept as evidence; what is looked at is a copy made anew.

Extra files: `kinds.py`, which kinds of file there are and how they begin; `proving.py`, hands a file to the workshop, a
process of its own with limits, and takes back what it made; `scanner.py`, asks a virus scanner beside us; `showing.py`,
lines of lists and facts of one file in words.
"""
