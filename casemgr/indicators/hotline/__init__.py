"""The report forms of hotline 111: thirteen sheets and a letter from the facts of what came through it, and how what the
hotline says it sent agrees with what stands here.

Beside the usual files: `asking.py`, for which unit and period; `lists.py`, a list of the hotline read; `layout.py`, a sheet
from tables; `letter.py`, the sentences of the month; `paper.py`, workbook and
PDF. The forms are data in `catalogue/hotline.json`, the columns in which our codes stand in `columns.json`.
"""
