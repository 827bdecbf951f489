"""Word files as they are inside: opened within limits, refused when they carry more than a page of text, put together again."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from casemgr.core.errors import Invalid
from casemgr.core.words import _l

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_LARGEST, _LARGEST_INSIDE, _MOST_FILES = 2_000_000, 20_000_000, 300
_REFUSED_FILES = re.compile(r"vbaproject|/activex/|/embeddings/|\.bin$|afchunk|altchunk", re.IGNORECASE)
_REFUSED_TYPES = re.compile(r"macro|vba|activex|oleobject|aFChunk", re.IGNORECASE)
_REFUSED_RELATIONS = re.compile(
    r"/(attachedTemplate|oleObject|package|control|aFChunk|frame|subDocument|vbaProject|mailMerge\w*)$",
    re.IGNORECASE,
)
_REFUSED_ELEMENTS = {
    f"{W}altChunk": _l("It takes in another file."),
    f"{W}object": _l("It holds an embedded object."),
    f"{W}subDoc": _l("It takes in another file."),
    f"{W}txbxContent": _l("It holds a text box. Fields in it would not be filled: use a table."),
    f"{W}sdt": _l("It holds a content control. Fields in it would not be filled: use plain text."),
    f"{W}ins": _l("It holds tracked changes. Accept them first."),
    f"{W}del": _l("It holds tracked changes. Accept them first."),
}
_PAGE_FIELDS = frozenset({"PAGE", "NUMPAGES"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg"})
_WIDE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)


class TemplateRefused(Invalid):
    """A Word file that cannot be used, with the reasons."""

    def __init__(self, *reasons: object) -> None:
        super().__init__({"file": [str(reason) for reason in dict.fromkeys(map(str, reasons))]})


@dataclass(frozen=True)
class Package:
    """The files of a Word file by their names inside it."""

    files: Mapping[str, bytes]

    def texts(self) -> Iterator[str]:
        """The parts that hold what is printed: the body, headers, footers."""
        for name in self.files:
            if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name):
                yield name

    def tree(self, name: str) -> etree._Element:
        """One part as a tree; nothing outside of it is ever fetched."""
        return parse(self.files[name])


def parse(data: bytes) -> etree._Element:
    """XML without a document type, without entities of its own, without a look at the network."""
    no_entities(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise TemplateRefused(_l("It is damaged: a part of it cannot be read.")) from None


def no_entities(data: bytes) -> None:
    """Refuse XML that declares a document type or entities."""
    if _WIDE.search(data) or _WIDE.search(data.replace(b"\x00", b"")):
        raise TemplateRefused(_l("It declares entities of its own."))


def read(data: bytes) -> Package:
    """Open a Word file of our own."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return Package({name: packed.read(name) for name in packed.namelist()})


def unpack(data: bytes) -> Package:
    """Open a Word file from outside: size, names and parts within limits, nothing that runs or reaches out."""
    try:
        package = unzipped(data)
    except UNREADABLE:
        raise TemplateRefused(_l("It is not a Word file (DOCX).")) from None
    _is_word(package)
    reaches_nowhere(package)
    _holds_plain_text(package)
    return package


# What zipfile raises over files that are none, that are damaged, or packed or locked in a way it does not know:
# its documentation names only the first. TemplateRefused is none of these and goes through.
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def unzipped(data: bytes) -> Package:
    """The parts of an office file from outside: size, names and number within limits, none larger than announced."""
    if len(data) > _LARGEST:
        raise TemplateRefused(_l("It is larger than 2 MB."))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        found = packed.infolist()
        _within_limits(found)
        return Package({one.filename: _whole(packed, one) for one in found if not one.is_dir()})


def pack(files: Mapping[str, bytes]) -> bytes:
    """Put a Word file together: the same parts give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(files, key=lambda name: (name != _TYPES, name)):
            out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def write(tree: etree._Element) -> bytes:
    """A part as bytes."""
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _within_limits(found: list[zipfile.ZipInfo]) -> None:
    names = [one.filename for one in found]
    if len(found) > _MOST_FILES or sum(one.file_size for one in found) > _LARGEST_INSIDE:
        raise TemplateRefused(_l("It holds far more than a form: it is not opened."))
    if len(set(map(str.lower, names))) != len(names) or any(_leaves(name) for name in names):
        raise TemplateRefused(_l("It is damaged: a part of it cannot be read."))
    if any(one.flag_bits & 1 for one in found):
        raise TemplateRefused(_l("It is protected by a password."))


def _leaves(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\\" in name or ".." in PurePosixPath(name).parts or ":" in name


def _whole(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """A file inside, never more of it than was announced."""
    with packed.open(one) as inside:
        data = inside.read(one.file_size + 1)
    if len(data) != one.file_size:
        raise TemplateRefused(_l("It holds far more than a form: it is not opened."))
    return data


def _is_word(package: Package) -> None:
    if _TYPES not in package.files or "word/document.xml" not in package.files:
        raise TemplateRefused(_l("It is not a Word file (DOCX)."))
    types = [one.get("ContentType", "") for one in package.tree(_TYPES)]
    if _MAIN not in types or any(_REFUSED_TYPES.search(one) for one in types):
        raise TemplateRefused(_l("It holds macros or programs. Save it as a plain DOCX."))
    if any(_REFUSED_FILES.search(name) for name in package.files):
        raise TemplateRefused(_l("It holds macros or programs. Save it as a plain DOCX."))


def reaches_nowhere(package: Package) -> None:
    """Refuse an office file that links to something outside itself."""
    for name in package.files:
        if not name.endswith(".rels"):
            continue
        for relation in package.tree(name):
            if relation.get("TargetMode") == "External":
                raise TemplateRefused(_l("It links to something outside itself."))
            if _REFUSED_RELATIONS.search(relation.get("Type", "")):
                raise TemplateRefused(_l("It links to something outside itself."))


def _holds_plain_text(package: Package) -> None:
    reasons: list[object] = []
    for name in package.files:
        if name.endswith((".xml", ".rels")):
            tree = package.tree(name)
            reasons += [_REFUSED_ELEMENTS[one.tag] for one in tree.iter() if one.tag in _REFUSED_ELEMENTS]
            if any(field_of(one) not in _PAGE_FIELDS for one in _fields(tree)):
                reasons.append(_l("It holds a field code other than the page number."))
        elif name.startswith("word/media/") and PurePosixPath(name).suffix.lower() not in _PICTURES:
            reasons.append(_l("It holds a picture other than PNG or JPEG."))
    if reasons:
        raise TemplateRefused(*reasons)


def _fields(tree: etree._Element) -> Iterator[etree._Element]:
    yield from tree.iter(f"{W}instrText", f"{W}fldSimple")


def field_of(element: etree._Element) -> str:
    """The name of a field code: PAGE."""
    told = element.text if element.tag == f"{W}instrText" else element.get(f"{W}instr")
    return (told or "").split()[0].upper() if (told or "").split() else ""
