"""How long files are kept, what must be kept longer, and how what is over is destroyed: by two persons, for good.

Further files: `periods`, the kinds of records that ship with the program; `shredding`, the end of a file and of what
leads to it.
"""
