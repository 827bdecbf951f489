"""Register of staff and machines: who they are, which role they hold where and when, how they sign in.

Extra file: `devices.py`, how a browser is told apart and known again.
"""
