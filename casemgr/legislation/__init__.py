"""Law that an administrator may add to: corrected data of the law, shorter limits of a place, days off, where a clock starts.

Every addition is a row of one log, with the document it rests on; the rulebook is what ships with the program, and these rows
in their order on top of it. Nothing is ever changed or taken out of the log: what ends, ends by another row.
"""
