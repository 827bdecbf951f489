"""Where foreign files are decoded: a process of its own that can open nothing, reach nobody and last only seconds.

Extra files: `__main__.py`, the process itself; `pictures.py`, `portable.py` (PDF), `words.py` (DOCX), `recordings.py` (sound and video): each proves one
sort of file and makes what may be looked at; `limits.py`, what the process takes from itself before it looks at anything;
`made.py`, what a proof gives, or the refusal.
"""
