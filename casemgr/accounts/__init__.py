"""Register of staff and machines: who they are, which role they hold where and when, how they sign in.

Extra files: `devices.py`, how a browser is told apart and known again; `codes.py`, codes of six digits, recovery codes
and tickets; `passkeys.py`, what a browser is asked and how its answer is checked; `drafts.py`, what doors are handed to
keep what was typed; `seconding.py`, which things two people do together.
"""
