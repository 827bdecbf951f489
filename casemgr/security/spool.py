"""What was sent and is not yet stored: beyond a piece it lies in an unnamed temporary file, sealed under a key that nobody keeps."""

import io
import os
import secrets
import tempfile
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_PIECE, _TAG = 64 * 1024, 16


class SealedSpool(io.RawIOBase):
    """Written once from front to back, then read at any place. The disk never sees what is in it."""

    def __init__(self) -> None:
        self._cipher = AESGCM(secrets.token_bytes(32))
        self._file: IO[bytes] | None = None
        self._stored = 0  # whole pieces in the file
        self._waiting = bytearray()  # the rest, which is short
        self._place = 0
        self._kept: tuple[int, bytes] = (-1, b"")  # the piece that was read last

    @property
    def size(self) -> int:
        return self._stored * _PIECE + len(self._waiting)

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self._place != self.size:
            raise io.UnsupportedOperation("A spool is written to at its end.")
        self._waiting += data
        while len(self._waiting) >= _PIECE:
            self._store(bytes(self._waiting[:_PIECE]))
            del self._waiting[:_PIECE]
        self._place = self.size
        return len(data)

    def readinto(self, buffer: Any) -> int:
        number, offset = divmod(self._place, _PIECE)
        piece = self._piece(number)[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.size}[whence]
        self._place = min(max(origin + offset, 0), self.size)
        return self._place

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()

    def _store(self, piece: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the spool
        self._file.seek(self._stored * (_PIECE + _TAG))
        sealed = self._cipher.encrypt(self._stored.to_bytes(12, "big"), piece, None)
        while sealed:
            sealed = sealed[self._file.write(sealed) :]
        self._stored += 1

    def _piece(self, number: int) -> bytes:
        if number >= self._stored or self._file is None:
            return bytes(self._waiting) if number == self._stored else b""
        if self._kept[0] != number:
            self._file.seek(number * (_PIECE + _TAG))
            sealed = self._file.read(_PIECE + _TAG)
            self._kept = number, self._cipher.decrypt(number.to_bytes(12, "big"), sealed, None)
        return self._kept[1]
