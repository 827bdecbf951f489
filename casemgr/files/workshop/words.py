"""Word files: every part read within limits and nothing unpacked; what is looked at is the plain text."""

import encodings.cp437  # noqa: F401 - in which old archives write names; later nothing can be loaded any more
import io
import re
import stat
import zipfile
from pathlib import PurePosixPath

from lxml import etree

from casemgr.files.workshop.made import Made, NotTaken

_MOST_PARTS, _LARGEST_INSIDE, _LARGEST_TREE = 2000, 200_000_000, 30_000_000
_STEEPEST, _SMALL = (
    200,
    1_000_000,
)  # how much more than it takes in the file a part may hold, beyond the small ones
_TYPES, _BODY = "[Content_Types].xml", "word/document.xml"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ACTIVE = re.compile(r"vba|macro|activex|oleobject", re.IGNORECASE)
_ACTIVE_PARTS = re.compile(
    r"vbaproject|vbadata|/activex/|\.bin$|\.(exe|dll|js|vbs|scr|com|bat|ps1|lnk|jar)$", re.IGNORECASE
)
_FETCHES = re.compile(
    r"/(attachedTemplate|oleObject|frame|subDocument|aFChunk|externalLink|mailMerge\w*)$", re.IGNORECASE
)
_OWN_TYPES = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SAID = {f"{_W}t": "", f"{_W}tab": "\t", f"{_W}br": "\n"}
_PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def prove(kind: str, data: bytes) -> Made:
    """A Word file whose parts are all there and whole, and the words in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            _within_limits(parts)
            names = {part.filename for part in parts}
            if _TYPES not in names or _BODY not in names:
                raise NotTaken("not_word")
            _is_plain_word(packed, parts)
            for part in parts:
                _read_to_its_end(packed, part)
            text = _text(_tree(packed, _BODY))
    # NotImplementedError is what zipfile raises over a compression it does not know: such a file is refused like a damaged one
    except (zipfile.BadZipFile, NotImplementedError, EOFError, etree.XMLSyntaxError, KeyError):
        raise NotTaken("damaged") from None
    return Made(kind, text.encode())


def _within_limits(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise NotTaken("password")
    steep = any(part.file_size > _SMALL + _STEEPEST * part.compress_size for part in parts)
    if steep or len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_INSIDE:
        raise NotTaken("bomb")
    names = [part.filename.lower() for part in parts]
    linked = any(stat.S_ISLNK(part.external_attr >> 16) for part in parts)
    odd = any(part.compress_type not in _PLAIN for part in parts)
    if len(set(names)) != len(names) or linked or odd or any(map(_leaves, names)):
        raise NotTaken("damaged")


def _leaves(name: str) -> bool:
    return (
        name.startswith("/")
        or "\\" in name
        or ":" in name
        or "\0" in name
        or ".." in PurePosixPath(name).parts
    )


def _is_plain_word(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    types = [one.get("ContentType", "") for one in _tree(packed, _TYPES)]
    if any(map(_ACTIVE.search, types)) or any(_ACTIVE_PARTS.search(part.filename) for part in parts):
        raise NotTaken("macros")
    if _MAIN not in types:
        raise NotTaken("not_word")
    for part in parts:
        if part.filename.endswith(".rels") and any(map(_fetches, _tree(packed, part.filename))):
            raise NotTaken("reaches_out")


def _fetches(relation: etree._Element) -> bool:
    """Whether opening the file would fetch something. A link that a reader has to press is no fetching."""
    outside = relation.get("TargetMode") == "External"
    kind = relation.get("Type", "")
    return bool(_FETCHES.search(kind)) or (outside and not kind.endswith("/hyperlink"))


def _read_to_its_end(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read a part for its check sum, never more of it than was announced."""
    left = part.file_size
    with packed.open(part) as inside:
        while piece := inside.read(65536):
            left -= len(piece)
            if left < 0:
                raise NotTaken("bomb")
    if left:
        raise NotTaken("damaged")


def _tree(packed: zipfile.ZipFile, name: str) -> etree._Element:
    if packed.getinfo(name).file_size > _LARGEST_TREE:
        raise NotTaken("bomb")
    data = packed.read(name)
    if _OWN_TYPES.search(data) or _OWN_TYPES.search(data.replace(b"\x00", b"")):
        raise NotTaken("damaged")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def _text(body: etree._Element) -> str:
    """The words, one paragraph to a line."""
    return "\n".join("".join(map(_said, one.iter(*_SAID))) for one in body.iter(f"{_W}p"))


def _said(one: etree._Element) -> str:
    return _SAID[one.tag] or one.text or ""
