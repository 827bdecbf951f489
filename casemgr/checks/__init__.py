"""Room: what stands against the numbers of a report before it is signed. Rules are data: they block or ask to explain.

`catalogue` reads the rules and checks them, `outliers` tells chance from change, `picking` finds the cases that a rule is
about, `counting` gives rules the numbers of a unit or of all units below one, `showing` puts findings into words.
"""
