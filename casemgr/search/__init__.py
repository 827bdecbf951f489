"""Finding a child beyond one's own files, files that may be of one child, and asking to be let in.

beyond: the only reading of pages without the reader's scope. files: a child's row as it is compared. showing: words.
"""
