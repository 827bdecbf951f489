"""PDF: read strictly, then written anew with its pages alone: no scripts, no actions, no bookmarks, no attachments, no
forms, no metadata. Of the file and of a page stays what is named here; what formats to come may add to them does not."""

import io
from collections.abc import Collection, Iterable

import pikepdf

from casemgr.files.workshop.made import Made, NotTaken

_MOST_PAGES = 1000
_OF_THE_FILE = frozenset({"/Type", "/Pages", "/PageLabels", "/Lang", "/OCProperties"})
_OF_A_PAGE = frozenset(
    {"/Type", "/Parent", "/Kids", "/Count", "/Contents", "/Resources", "/Group", "/Rotate", "/UserUnit"}
    | {"/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"}
)
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
    "/Ref",
    "/OPI",
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
    _with_nothing_but(found.Root, _OF_THE_FILE)
    _without(found.trailer, ("/Info",))
    for page in found.pages:
        _with_nothing_but(page.obj, _OF_A_PAGE)
    for thing in found.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            _without(thing, _ANYWHERE)


def _with_nothing_but(thing: pikepdf.Object, names: Collection[str]) -> None:
    _without(thing, set(thing.keys()) - set(names))


def _without(thing: pikepdf.Object, names: Iterable[str]) -> None:
    for name in names:
        if name in thing:
            del thing[name]
