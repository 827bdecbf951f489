"""Providers of services: who takes whom, when, how to reach them, and which accounts act for them (Luật Trẻ em, Điều 55–59).

Extra file: `showing.py`, an entry in words.
"""
