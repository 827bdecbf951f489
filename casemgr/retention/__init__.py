"""How long files are kept, what must be kept longer, and how what is over is destroyed: by two persons, for good."""
