"""Sound and video: the container walked to the last byte, every length and check sum as it says, a track that can be named.

Nothing is played and no sound is decoded: what is proved is that the file is this container, whole, and nothing behind it.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping

from casemgr.files.workshop.made import Made, NotTaken

_DAMAGED = "damaged"


def prove(kind: str, data: bytes) -> Made:
    """A recording that is whole; a video file without pictures is a sound."""
    try:
        return Made(_WALKS[kind](data))
    except (struct.error, IndexError):
        raise NotTaken(_DAMAGED) from None


# ---- WAV: RIFF chunks ---------------------------------------------------------------------------------------------

_WAV_CODECS = frozenset({1, 3, 6, 7, 0xFFFE})  # whole numbers, fractions, A-law, µ-law, extensible


def _wav(data: bytes) -> str:
    (length,) = struct.unpack_from("<I", data, 4)
    if length + 8 not in (len(data), len(data) - 1):
        raise NotTaken(_DAMAGED)
    found: dict[bytes, bytes] = {}
    place, end = 12, length + 8
    while place < end:
        name, size = struct.unpack_from("<4sI", data, place)
        if place + 8 + size > end:
            raise NotTaken(_DAMAGED)
        found[name] = data[place + 8 : place + 8 + min(size, 64)]
        place += 8 + size + size % 2
    if b"fmt " not in found or not found.get(b"data"):
        raise NotTaken("no_track")
    codec, channels, rate = struct.unpack_from("<HHI", found[b"fmt "])
    if codec not in _WAV_CODECS or not 1 <= channels <= 16 or not 1000 <= rate <= 768_000:
        raise NotTaken("codec")
    return "wav"


# ---- OGG: pages with check sums -----------------------------------------------------------------------------------

_OGG_CODECS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC", b"\x80theora", b"fishead\0")
_TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _ogg(data: bytes) -> str:
    place, tracks = 0, 0
    while place < len(data):
        mark, version, flags, told, count = struct.unpack_from("<4sBB16xIB", data, place)
        size = 27 + count + sum(data[place + 27 : place + 27 + count])
        page = bytearray(data[place : place + size])
        if mark != b"OggS" or version or len(page) != size:
            raise NotTaken(_DAMAGED)
        page[22:26] = bytes(4)
        if _ogg_sum(bytes(page)) != told:
            raise NotTaken(_DAMAGED)
        if flags & 2:  # the first page of a track
            if not page[27 + count :].startswith(_OGG_CODECS):
                raise NotTaken("codec")
            tracks += 1
        place += size
    if not tracks:
        raise NotTaken("no_track")
    return "ogg"


def _ogg_sum(page: bytes) -> int:
    """Its check sum is that of zlib with every bit the other way round, beginning and ending with nothing."""
    turned = zlib.crc32(page.translate(_TURNED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{turned:032b}"[::-1], 2)


# ---- MP4, M4A: boxes ----------------------------------------------------------------------------------------------

_TOP = frozenset(
    {
        b"ftyp",
        b"styp",
        b"moov",
        b"moof",
        b"mdat",
        b"mfra",
        b"sidx",
        b"free",
        b"skip",
        b"wide",
        b"meta",
        b"uuid",
        b"udta",
        b"pdin",
        b"emsg",
        b"prft",
        b"ssix",
    }
)
_SHARED = frozenset({b"moov", b"trak", b"mdia"})


def _mp4(data: bytes) -> str:
    tracks: set[bytes] = set()
    seen = set()
    for name, start, end in _boxes(data, 0, len(data)):
        if name not in _TOP:
            raise NotTaken(_DAMAGED)
        seen.add(name)
        if name == b"moov":
            tracks |= set(_handlers(data, start, end, 0))
    if b"mdat" not in seen or not tracks & {b"soun", b"vide"}:
        raise NotTaken("no_track")
    return "mp4" if b"vide" in tracks else "m4a"


def _boxes(data: bytes, place: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places; together they fill it exactly."""
    while place < end:
        size, name = struct.unpack_from(">I4s", data, place)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, place + 8)
            head = 16
        elif size == 0:
            size = end - place
        if size < head or place + size > end:
            raise NotTaken(_DAMAGED)
        yield name, place + head, place + size
        place += size


def _handlers(data: bytes, start: int, end: int, depth: int) -> Iterator[bytes]:
    """What the tracks are for: soun, vide, text."""
    for name, inside, stop in _boxes(data, start, end):
        if name in _SHARED and depth < 4:
            yield from _handlers(data, inside, stop, depth + 1)
        elif name == b"hdlr" and stop - inside >= 12:
            yield data[inside + 8 : inside + 12]


# ---- WebM: EBML elements ------------------------------------------------------------------------------------------

_EBML, _DOC_TYPE, _SEGMENT, _TRACKS, _CLUSTER = 0x1A45DFA3, 0x4282, 0x18538067, 0x1654AE6B, 0x1F43B675
_ENTRY, _CODEC = 0xAE, 0x86
_IN_SEGMENT = frozenset(
    {0x114D9B74, 0x1549A966, _TRACKS, _CLUSTER, 0x1C53BB6B, 0x1254C367, 0xEC, 0xBF, 0x1043A770}
)
_IN_CLUSTER = frozenset({0xE7, 0xA3, 0xA0, 0xAB, 0xA7, 0xEC, 0xBF, 0x5854})
_WEBM_CODECS = (b"A_OPUS", b"A_VORBIS", b"V_VP8", b"V_VP9", b"V_AV1", b"A_PCM", b"V_MPEG4/ISO/AVC")
_UNKNOWN = -1


def _webm(data: bytes) -> str:
    name, start, size = _element(data, 0)
    inside = {one: data[at : at + length] for one, at, length in _elements(data, start, start + size)}
    if name != _EBML or inside.get(_DOC_TYPE, b"").rstrip(b"\0") != b"webm":
        raise NotTaken("codec")
    name, place, length = _element(data, start + size)
    if name != _SEGMENT or length not in (_UNKNOWN, len(data) - place):
        raise NotTaken(_DAMAGED)
    codecs, clusters = _segment(data, place)
    if not codecs or not clusters:
        raise NotTaken("no_track")
    if not all(codec.startswith(_WEBM_CODECS) for codec in codecs):
        raise NotTaken("codec")
    return "webm"


def _segment(data: bytes, place: int) -> tuple[list[bytes], int]:
    """The codecs of the tracks and how many clusters follow. A browser that records does not know lengths beforehand."""
    codecs: list[bytes] = []
    clusters = 0
    while place < len(data):
        name, start, size = _element(data, place)
        if name not in _IN_SEGMENT:
            raise NotTaken(_DAMAGED)
        if name == _TRACKS:
            for entry, at, length in _elements(data, start, start + size):
                if entry == _ENTRY:
                    codecs += [
                        data[a : a + n] for one, a, n in _elements(data, at, at + length) if one == _CODEC
                    ]
        clusters += name == _CLUSTER
        place = start + size if size != _UNKNOWN else _after_cluster(data, start)
        if place > len(data):
            raise NotTaken(_DAMAGED)
    return codecs, clusters


def _after_cluster(data: bytes, place: int) -> int:
    """Where a cluster of unknown length ends: at the first element that does not belong into one."""
    while place < len(data):
        name, start, size = _element(data, place)
        if name not in _IN_CLUSTER:
            return place
        if size == _UNKNOWN or start + size > len(data):
            raise NotTaken(_DAMAGED)
        place = start + size
    return place


def _elements(data: bytes, place: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The elements between two places; together they fill it exactly."""
    if end > len(data):
        raise NotTaken(_DAMAGED)
    while place < end:
        name, start, size = _element(data, place)
        if size == _UNKNOWN or start + size > end:
            raise NotTaken(_DAMAGED)
        yield name, start, size
        place = start + size


def _element(data: bytes, place: int) -> tuple[int, int, int]:
    """Name, start and length of the element at a place."""
    width = 9 - data[place].bit_length()
    if width > 4:
        raise NotTaken(_DAMAGED)
    name = int.from_bytes(data[place : place + width], "big")
    place += width
    width = 9 - data[place].bit_length()
    if width > 8 or place + width > len(data):
        raise NotTaken(_DAMAGED)
    size = int.from_bytes(data[place : place + width], "big") & ((1 << 7 * width) - 1)
    return name, place + width, _UNKNOWN if size == (1 << 7 * width) - 1 else size


# ---- MP3: frames --------------------------------------------------------------------------------------------------

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # MPEG 1, 2, 2.5
_BITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_FEWEST = 4


def _mp3(data: bytes) -> str:
    place, end = _behind_tag(data), len(data)
    if data[-128:-125] == b"TAG":
        end -= 128
    if data[end - 32 : end - 24] == b"APETAGEX":
        (size,) = struct.unpack_from("<I", data, end - 20)
        (flags,) = struct.unpack_from("<I", data, end - 12)
        end -= size + (32 if flags >> 31 else 0)
    while place < end and not data[place]:
        place += 1
    frames = 0
    while place < end:
        size = _frame(data, place)
        if place + size > end:
            raise NotTaken(_DAMAGED)
        place, frames = place + size, frames + 1
    if frames < _FEWEST:
        raise NotTaken("no_track")
    return "mp3"


def _behind_tag(data: bytes) -> int:
    """Where the sound begins behind the names and pictures in front of it."""
    if data[:3] != b"ID3":
        return 0
    if any(byte & 0x80 for byte in data[6:10]):
        raise NotTaken(_DAMAGED)
    size = data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]
    return 10 + size + (10 if data[5] & 0x10 else 0)


def _frame(data: bytes, place: int) -> int:
    """The length of the frame at a place."""
    head = int.from_bytes(data[place : place + 4], "big")
    version, layer, bits, rate = head >> 19 & 3, head >> 17 & 3, head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer != 1 or bits in (0, 15) or rate == 3:
        raise NotTaken(_DAMAGED)
    per_second = (_BITS_1 if version == 3 else _BITS_2)[bits] * 1000
    return (144 if version == 3 else 72) * per_second // _RATES[version][rate] + (head >> 9 & 1)


_WALKS: Mapping[str, Callable[[bytes], str]] = {
    "wav": _wav,
    "ogg": _ogg,
    "mp4": _mp4,
    "m4a": _mp4,
    "webm": _webm,
    "mp3": _mp3,
}
