"""Workbooks as this system writes them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


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
