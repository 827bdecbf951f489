"""Long files: sealed and opened piece by piece, so that no more of them than one piece is ever held.

chunk = AES-256-GCM over at most 64 KiB, nonce = 7 random | number (4) | last (1), AAD = what the file is bound to
The first chunk is preceded by 0x01 | generation (2) | the 7 random bytes, which are the same for the whole file.

The number lies in the nonce, and so does whether a chunk is the last: exchanged, repeated, missing or cut off, it does not open.
"""

import secrets
import struct
from collections.abc import Iterable, Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casemgr.security.sealing import SealBroken

CHUNK = 64 * 1024
START = 7
_VERSION = 1
_HEAD = struct.Struct(f">BH{START}s")


def nonce(start: bytes, number: int, *, last: bool) -> bytes:
    """The nonce of one chunk."""
    return start + number.to_bytes(4, "big") + bytes([last])


def pieces(stream: IO[bytes], size: int = CHUNK) -> Iterator[bytes]:
    """A stream from where it stands to its end, piece by piece."""
    while piece := stream.read(size):
        yield piece


def seal(secret: bytes, context: bytes, generation: int, plain: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks of a file whose pieces are handed in; each but the last of `CHUNK` bytes."""
    cipher, start = AESGCM(secret), secrets.token_bytes(START)
    head = _HEAD.pack(_VERSION, generation, start)
    for number, piece, last in _told_apart(plain):
        yield head + cipher.encrypt(nonce(start, number, last=last), piece, context)
        head = b""


def open_(secret: bytes, context: bytes, generation: int, sealed: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of a file whose chunks are handed in, in their order; SealBroken at the first that is not as it was."""
    cipher, start = AESGCM(secret), b""
    try:
        for number, chunk, last in _told_apart(sealed):
            if number == 0:
                version, made_under, start = _HEAD.unpack_from(chunk)
                if (version, made_under) != (_VERSION, generation):
                    raise SealBroken("A file is of an unknown version or of another generation.")
            behind = _HEAD.size if number == 0 else 0
            yield cipher.decrypt(nonce(start, number, last=last), chunk[behind:], context)
    except (InvalidTag, struct.error):
        raise SealBroken("A chunk of a file does not open.") from None


def _told_apart(parts: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Each part with its number and whether it is the last; of nothing at all, one empty part."""
    number, waiting = -1, b""
    for number, part in enumerate(parts):
        if number:
            yield number - 1, waiting, False
        waiting = part
    yield max(number, 0), waiting, True
