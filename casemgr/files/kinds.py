"""Which kinds of file there are, and how each begins. The beginning only chooses who decodes; decoding proves the kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casemgr.core.words import Later, _l


class Kind(StrEnum):
    """A kind of file that is taken."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    DOCX = "docx"
    MP3 = "mp3"
    WAV = "wav"
    OGG = "ogg"
    MP4 = "mp4"
    M4A = "m4a"
    WEBM = "webm"


@dataclass(frozen=True)
class Looks:
    """How a kind is called, how its name ends, and as what its viewing copy is served."""

    label: Later
    ending: str
    copy_type: str | None = None  # none: there is no copy, only the original
    copy_ending: str = ""


_PICTURE = ("image/jpeg", "jpg")
LOOKS: Mapping[Kind, Looks] = {
    Kind.JPEG: Looks(_l("JPEG picture"), "jpg", *_PICTURE),
    Kind.PNG: Looks(_l("PNG picture"), "png", *_PICTURE),
    Kind.WEBP: Looks(_l("WebP picture"), "webp", *_PICTURE),
    Kind.PDF: Looks(_l("PDF document"), "pdf", "application/pdf", "pdf"),
    Kind.DOCX: Looks(_l("Word document"), "docx", "text/plain; charset=utf-8", "txt"),
    Kind.MP3: Looks(_l("MP3 sound"), "mp3"),
    Kind.WAV: Looks(_l("WAV sound"), "wav"),
    Kind.OGG: Looks(_l("OGG sound or video"), "ogg"),
    Kind.MP4: Looks(_l("MP4 video"), "mp4"),
    Kind.M4A: Looks(_l("M4A sound"), "m4a"),
    Kind.WEBM: Looks(_l("WebM sound or video"), "webm"),
}
PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
ACCEPT = ",".join(f".{ending}" for ending in ("jpeg", *(looks.ending for looks in LOOKS.values())))
HEAD = 64  # bytes by which a kind is told

_STARTS = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"%PDF-", Kind.PDF),
    (b"PK\x03\x04", Kind.DOCX),
    (b"OggS", Kind.OGG),
    (b"\x1aE\xdf\xa3", Kind.WEBM),
    (b"ID3", Kind.MP3),
)
_RIFF = {b"WEBP": Kind.WEBP, b"WAVE": Kind.WAV}
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif")
_NOT_TAKEN = (
    (b"GIF8", "gif"),
    (b"BM", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"\xd0\xcf\x11\xe0", "old_office"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"Rar!", "packed"),
    (b"7z\xbc\xaf", "packed"),
    (b"\x1f\x8b", "packed"),
    (b"PK\x05\x06", "packed"),
)


def told_by(head: bytes) -> Kind | str:
    """The kind that a file's beginning announces; else the code of the refusal that says what it seems to be."""
    if not head:
        return "empty"
    return _announced(head) or next(
        (code for start, code in _NOT_TAKEN if head.startswith(start)),
        "markup" if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else "unknown",
    )


def _announced(head: bytes) -> Kind | str | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "unknown")
    if head[4:8] == b"ftyp":
        if head[8:12] in _HEIC:
            return "heic"
        return Kind.M4A if head[8:11] == b"M4A" else Kind.MP4
    if head[0] == 0xFF and head[1:2] and head[1] & 0xE6 == 0xE2:  # MPEG audio, layer III
        return Kind.MP3
    return next((kind for start, kind in _STARTS if head.startswith(start)), None)
