"""Outlet to machines: the signed interface of hotlines and statistics systems, files to and from other installations.

Owns the answers that were given to senders, so that a repeated question gets the same answer. Beside the usual files:
`answers.py`, what a sender is told, as plain values; `api`, the interface itself, which no other room imports; `files`, histories as JSON Lines, in and out.
"""
