"""Sealing: AES-256-GCM over padded parts, a data key per record, data keys wrapped under the key-encryption key.

part = 0x01 | generation (2) | nonce (12) | ciphertext with tag
AAD  = lp("v1") lp(table) lp(record) lp(part) lp(generation)          lp = 2-byte length and bytes
wrap = 0x01 | key number (4) | nonce (12) | ciphertext with tag, AAD = lp("dek") lp(record) lp(generation)

The AAD holds the generation of the data key, never the number of the wrapping key: re-wrapping touches no ciphertext.
"""

import hmac
import secrets
import struct
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casemgr.core.errors import Unavailable
from casemgr.security.keys import Key, Keyring, Purpose

_VERSION = 1
_PART_HEAD = struct.Struct(">BH12s")
_WRAP_HEAD = struct.Struct(">BI12s")
_LENGTH = struct.Struct(">I")
TAG = 16


class SealBroken(Unavailable):
    """What should open does not: wrong key, moved, changed or cut off."""


def lp(*pieces: bytes) -> bytes:
    """Pieces, each behind its two-byte length, so that no two different lists give the same bytes."""
    return b"".join([len(piece).to_bytes(2, "big") + piece for piece in pieces])


def pad(plain: bytes, block: int) -> bytes:
    """Length first, zeros after, up to a multiple of the block: the size of a text does not tell."""
    full = _LENGTH.pack(len(plain)) + plain
    return full + bytes(-len(full) % block)


def unpad(padded: bytes) -> bytes:
    (length,) = _LENGTH.unpack_from(padded)
    if length > len(padded) - _LENGTH.size:
        raise SealBroken("A sealed part has an impossible length.")
    return padded[_LENGTH.size : _LENGTH.size + length]


def part_context(table: str, record: bytes, part: str, generation: int) -> bytes:
    before, after = _around(table, part, generation)
    return before + lp(record) + after


@lru_cache(maxsize=1024)
def _around(table: str, part: str, generation: int) -> tuple[bytes, bytes]:
    """What stands before and after the record: it is the same for a whole list."""
    return lp(b"v1", table.encode()), lp(part.encode(), generation.to_bytes(2, "big"))


def seal_part(secret: bytes, context: bytes, generation: int, plain: bytes, block: int) -> bytes:
    nonce = secrets.token_bytes(12)
    return _PART_HEAD.pack(_VERSION, generation, nonce) + AESGCM(secret).encrypt(
        nonce, pad(plain, block), context
    )


def open_part(secret: bytes, context: bytes, sealed: bytes) -> bytes:
    try:
        version, _, nonce = _PART_HEAD.unpack_from(sealed)
        if version != _VERSION:
            raise SealBroken("A sealed part has an unknown version.")
        return unpad(AESGCM(secret).decrypt(nonce, sealed[_PART_HEAD.size :], context))
    except (InvalidTag, struct.error):
        raise SealBroken("A sealed part does not open.") from None


def generation_of(sealed: bytes) -> int:
    """Which generation of the record's data key a part was sealed under."""
    if len(sealed) < _PART_HEAD.size + TAG:
        raise SealBroken("A sealed part is too short.")
    return int(_PART_HEAD.unpack_from(sealed)[1])


class Wrapper:
    """Wraps data keys under the active key-encryption key, and seals facts and other shared-key rows."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring
        self._ciphers: dict[int, AESGCM] = {}

    def _cipher(self, key: Key) -> AESGCM:
        """A key made ready once."""
        cipher = self._ciphers.get(key.id)
        if cipher is None:
            cipher = self._ciphers[key.id] = AESGCM(key.material)
        return cipher

    def wrap(self, record: bytes, generation: int, secret: bytes) -> tuple[int, bytes]:
        """The number of the wrapping key, and the wrapped data key."""
        return self._wrapped(secret, _key_context(record, generation))

    def unwrap(self, record: bytes, generation: int, wrapped: bytes) -> bytes:
        return self._unwrapped(wrapped, _key_context(record, generation))

    def rewrapped(self, record: bytes, generation: int, wrapped: bytes) -> tuple[int, bytes]:
        """A data key, wrapped anew under the active key: the number of that key, and the wrapped key."""
        context = _key_context(record, generation)
        return self._wrapped(self._unwrapped(wrapped, context), context)

    def _wrapped(self, secret: bytes, context: bytes) -> tuple[int, bytes]:
        key = self._ring.active(Purpose.KEK)
        nonce = secrets.token_bytes(12)
        sealed = self._cipher(key).encrypt(nonce, secret, context)
        return key.id, _WRAP_HEAD.pack(_VERSION, key.id, nonce) + sealed

    def _unwrapped(self, wrapped: bytes, context: bytes) -> bytes:
        try:
            version, number, nonce = _WRAP_HEAD.unpack_from(wrapped)
            if version != _VERSION:
                raise SealBroken("A wrapped key has an unknown version.")
            cipher = self._cipher(self._ring.numbered(number))
            return cipher.decrypt(nonce, wrapped[_WRAP_HEAD.size :], context)
        except (InvalidTag, struct.error):
            raise SealBroken("The key of a record does not open.") from None

    def tokens(self, *pieces: str) -> tuple[int, ...]:
        """Keyed 64-bit marks of a value, that of the active key first: equal values are found, none can be read from them."""
        plain = lp(b"v1", *[piece.encode() for piece in pieces])
        return tuple(
            [
                int.from_bytes(hmac.digest(key.material, plain, "sha256")[:8], "big", signed=True)
                for key in self._ring.usable(Purpose.INDEX_TOKEN)
            ]
        )

    def seal_shared(self, purpose: Purpose, context: bytes, plain: bytes) -> bytes:
        """Seal one small row under the shared key of a purpose, bound to its context."""
        key = self._ring.active(purpose)
        nonce = secrets.token_bytes(12)
        return _WRAP_HEAD.pack(_VERSION, key.id, nonce) + self._cipher(key).encrypt(nonce, plain, context)

    def is_current(self, purpose: Purpose, sealed: bytes) -> bool:
        """Whether a small row lies under the key that seals for its purpose now."""
        return sealed.startswith(shared_head(self._ring.active(purpose).id))

    def resealed(self, purpose: Purpose, context: bytes, sealed: bytes) -> bytes:
        """A small row, sealed anew under the active key of its purpose."""
        return self.seal_shared(purpose, context, self.open_shared([(context, sealed)])[0])

    def open_shared(self, rows: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
        """Open many (context, sealed) rows of one purpose."""
        opened = []
        for context, sealed in rows:
            try:
                version, number, nonce = _WRAP_HEAD.unpack_from(sealed)
                if version != _VERSION:
                    raise SealBroken("A sealed row has an unknown version.")
                cipher = self._ciphers.get(number) or self._cipher(self._ring.numbered(number))
                opened.append(cipher.decrypt(nonce, sealed[_WRAP_HEAD.size :], context))
            except (InvalidTag, struct.error):
                raise SealBroken("A sealed row does not open.") from None
        return opened


def _key_context(record: bytes, generation: int) -> bytes:
    return lp(b"dek", record, generation.to_bytes(2, "big"))


def shared_head(number: int) -> bytes:
    """The first bytes of whatever is wrapped or sealed under a key: by them it is found again."""
    return bytes([_VERSION]) + number.to_bytes(4, "big")


def record_bytes(record: UUID | int) -> bytes:
    """Sixteen bytes that name a record: a UUID, or the 63-bit number of a child."""
    return record.bytes if isinstance(record, UUID) else record.to_bytes(16, "big")
