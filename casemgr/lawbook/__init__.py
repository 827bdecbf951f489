"""Pages of the law: what it says and since when, and what a change would do to open cases before it is made.

Extra files: `recount.py` the clocks that run, counted under another law (over the whole register, no person's data),
`showing.py` the law in words.
"""
