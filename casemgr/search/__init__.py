"""Finding a child beyond one's own files, files that may be of one child, and asking to be let in."""
