"""Register of staff and machines: who they are, which role they hold where and when, how they sign in.

Extra files: `signing.py`, signatures of API clients (RFC 9421).
"""
