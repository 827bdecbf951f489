"""PDF: read strictly, then written anew with its pages alone: no scripts, no actions, no attachments, no forms, no metadata."""

import io
from collections.abc import Iterable

import pikepdf

from casemgr.files.workshop.made import Made, NotTaken

_MOST_PAGES = 1000
_OF_THE_FILE = (
    "/OpenAction",
    "/AA",
    "/Names",
    "/AcroForm",
    "/AF",
    "/Collection",
    "/Metadata",
    "/PieceInfo",
    "/Perms",
    "/URI",
)
_OF_A_PAGE = ("/Annots", "/AA", "/PieceInfo", "/Metadata", "/AF")
_ANYWHERE = (
    "/JS",
    "/JavaScript",
    "/AA",
    "/OpenAction",
    "/EF",
    "/EmbeddedFiles",
    "/AF",
    "/RichMediaContent",
    "/XFA",
    "/Metadata",
    "/PieceInfo",
)


def prove(kind: str, data: bytes) -> Made:
    """A document that was read without guessing, and its pages without anything that acts."""
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True) as found:
            pages = len(found.pages)
            if not pages:
                raise NotTaken("damaged")
            if pages > _MOST_PAGES:
                raise NotTaken("too_many_pages")
            if found.check_pdf_syntax():
                raise NotTaken("damaged")
            _quieten(found)
            out = io.BytesIO()
            found.save(out, encryption=False, static_id=True, compress_streams=True)
    except pikepdf.PasswordError:
        raise NotTaken("password") from None
    except pikepdf.PdfError:
        raise NotTaken("damaged") from None
    return Made(kind, out.getvalue(), facts={"pages": pages})


def _quieten(found: pikepdf.Pdf) -> None:
    """What was filled in or noted on the pages becomes part of them; everything that acts is left out."""
    found.flatten_annotations("screen")
    _without(found.Root, _OF_THE_FILE)
    _without(found.trailer, ("/Info",))
    for page in found.pages:
        _without(page.obj, _OF_A_PAGE)
    for thing in found.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            _without(thing, _ANYWHERE)


def _without(thing: pikepdf.Object, names: Iterable[str]) -> None:
    for name in names:
        if name in thing:
            del thing[name]
