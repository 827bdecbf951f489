"""A child as a person over time: its cases, circumstances, placements, people and papers, as far as the reader may see them.

merging: how two files become one, and two again.
"""
