"""The sealed file of a backup: JSON lines, compressed, in authenticated chunks. Nothing is parsed before it is authenticated.

file   = magic | header length (4) | header (JSON: which key, salt) | chunks
chunk  = AES-256-GCM over at most 1 MiB, nonce = 7 random | number (4) | last (1), AAD = header

The file key is made of the backup key and the salt.
"""

import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Iterator
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casemgr.core.errors import Unavailable
from casemgr.security.chunks import START, nonce
from casemgr.security.keys import Keyring, Purpose

_MAGIC = b"casemgr-backup/2\n"
_CHUNK, _TAG = 1 << 20, 16
_MOST_HEADER = 4096


class BackupRefused(Unavailable):
    """A backup that is damaged, cut off, not ours, or of another version."""


class Writer:
    """Compresses and seals what is written, chunk by chunk."""

    def __init__(self, file: IO[bytes], ring: Keyring) -> None:
        key, salt = ring.active(Purpose.BACKUP), secrets.token_bytes(32)
        self._start, self._number = secrets.token_bytes(START), 0
        self._head = json.dumps(
            {"key": key.id, "check": key.check_value, "salt": salt.hex(), "start": self._start.hex()}
        ).encode()
        self._cipher = AESGCM(_file_key(key.material, salt))
        self._file, self._zip, self._waiting = file, zlib.compressobj(1), bytearray()
        file.write(_MAGIC + len(self._head).to_bytes(4, "big") + self._head)

    def line(self, value: object) -> None:
        self._take(
            self._zip.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        )

    def end(self) -> None:
        self._take(self._zip.flush())
        self._seal(bytes(self._waiting), last=True)

    def _take(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > _CHUNK:
            self._seal(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]

    def _seal(self, plain: bytes, *, last: bool) -> None:
        own = nonce(self._start, self._number, last=last)
        self._file.write(self._cipher.encrypt(own, plain, self._head))
        self._number += 1


def lines_of(file: IO[bytes], ring: Keyring) -> Iterator[Any]:
    """The lines of a backup, each chunk authenticated before anything in it is looked at."""
    unzip, rest = zlib.decompressobj(), b""
    for plain in _opened(file, ring):
        data = unzip.decompress(plain)
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield json.loads(line)
    if rest or not unzip.eof:
        raise BackupRefused("The backup ends in the middle of a line.")


def _opened(file: IO[bytes], ring: Keyring) -> Iterator[bytes]:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise BackupRefused("This file is no backup of casemgr.")
    try:
        length = int.from_bytes(file.read(4), "big")
        if length > _MOST_HEADER:
            raise ValueError("too long")
        head = file.read(length)
        told = json.loads(head)
        start, salt, number = bytes.fromhex(told["start"]), bytes.fromhex(told["salt"]), int(told["key"])
    except (ValueError, KeyError, TypeError):
        raise BackupRefused("The head of the backup is damaged.") from None
    try:
        cipher = AESGCM(_file_key(ring.numbered(number).material, salt))
    except Unavailable:
        raise BackupRefused(
            "The key of this backup is not in the keyring. Recover the keyring first."
        ) from None
    place, chunk = 0, file.read(_CHUNK + _TAG)
    while True:
        following = file.read(_CHUNK + _TAG)
        try:
            yield cipher.decrypt(nonce(start, place, last=not following), chunk, head)
        except (InvalidTag, ValueError):
            raise BackupRefused(
                "The backup is damaged or cut off, or it belongs to another keyring."
            ) from None
        if not following:
            return
        place, chunk = place + 1, following


def _file_key(material: bytes, salt: bytes) -> bytes:
    return hmac.new(material, b"casemgr backup" + salt, hashlib.sha256).digest()
