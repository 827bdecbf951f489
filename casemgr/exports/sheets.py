"""Lists as encrypted files: a workbook (AES-256 of Office) or CSV inside a zip (AES-256). Nothing plain touches a disk."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from casemgr.core.books import neutralised, new_book
from casemgr.core.words import _
from casemgr.exports.columns import COLUMNS, Line, heading
from casemgr.exports.terms import Format, Stamp

_BOM = "\ufeff"
_WIDE, _HEADER_AT_MOST = 22, 250


def encrypted(
    format_: Format, lines: Iterable[Line], columns: Sequence[str], stamp: Stamp, passphrase: str
) -> bytes:
    """The list as a file that opens with the passphrase alone."""
    if format_ is Format.XLSX:
        return _locked_workbook(_workbook(lines, columns, stamp), passphrase)
    return _locked_zip(_csv(lines, columns, stamp), f"{stamp.number}.csv", passphrase)


def stamp_lines(stamp: Stamp) -> Iterator[tuple[str, str]]:
    """What stands above the list: who took it out, when, under which number, for whom, why."""
    yield _("Export"), stamp.number
    yield _("Taken out by"), f"{stamp.by}, {stamp.unit}"
    yield _("At"), stamp.at
    yield _("Recipient"), stamp.recipient
    yield _("What for"), stamp.purpose
    yield _("Basis"), stamp.basis
    yield _("Note"), _("Sensitive personal data of children. Do not pass on; delete when done.")


def _rows(lines: Iterable[Line], columns: Sequence[str], stamp: Stamp) -> Iterator[list[str]]:
    for name, text in stamp_lines(stamp):
        yield [neutralised(name), neutralised(text)]
    yield []
    yield [neutralised(heading(key)) for key in columns]
    for line in lines:
        yield [neutralised(COLUMNS[key].cell(line)) for key in columns]


def _csv(lines: Iterable[Line], columns: Sequence[str], stamp: Stamp) -> bytes:
    text = io.StringIO(newline="")
    text.write(_BOM)
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(_rows(lines, columns, stamp))
    return text.getvalue().encode()


def _workbook(lines: Iterable[Line], columns: Sequence[str], stamp: Stamp) -> bytes:
    target = io.BytesIO()
    with new_book(target) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("List")[:31])
        top = len(list(stamp_lines(stamp))) + 1
        for number, cells in enumerate(_rows(lines, columns, stamp)):
            for place, text in enumerate(cells):
                sheet.write_string(
                    number, place, text, bold if number == top or (number < top and not place) else None
                )
        sheet.set_column(0, max(len(columns) - 1, 1), _WIDE)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        sheet.set_landscape()
        sheet.set_header("&L" + _printed(f"{stamp.number}, {stamp.by}, {stamp.at}"))
        sheet.set_footer("&L" + _printed(f"{_('Recipient')}: {stamp.recipient}") + "&R&P/&N")
    return target.getvalue()


def _printed(text: str) -> str:
    """Text for the head or foot of printed pages, where & begins a code."""
    return text[: _HEADER_AT_MOST // 2].replace("&", "&&")


def _locked_workbook(plain: bytes, passphrase: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415 - heavy, and few ask for a workbook

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(plain)).encrypt(passphrase, target)
    return target.getvalue()


def _locked_zip(plain: bytes, name: str, passphrase: str) -> bytes:
    import pyzipper  # noqa: PLC0415 - heavy, and few ask for a zip

    target = io.BytesIO()
    with pyzipper.AESZipFile(
        target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(passphrase.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        archive.writestr(name, plain)
    return target.getvalue()
