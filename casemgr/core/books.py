"""Workbooks and their cells as this system writes them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

FORMULA = "=+-@\t\r\n＝＋－＠"  # what begins a formula, somewhere
_UNSEEN = " \u00a0\u200b\ufeff\v\f"


def neutralised(text: str) -> str:
    """The text as a cell holds it: an apostrophe in front of what would be computed."""
    bare = text.lstrip(_UNSEEN)
    return f"'{text}" if bare[:1] and bare[0] in FORMULA else text


@contextmanager
def new_book(target: io.BytesIO) -> Iterator[Any]:
    """A workbook in which words stay words: no formula, no link, no number is made of what somebody has typed.

    It is made in memory: nothing of it touches a disk.
    """
    import xlsxwriter  # noqa: PLC0415 - heavy, and few ask for a workbook

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        yield book
