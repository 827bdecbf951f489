"""Keyed tokens by which a child is found, and postings that only the key ties to a child.

A token is HMAC-SHA-256 over index version, kind of record, class and values, its first eight bytes as a signed number.
A posting is one AES-256 block over record number and token: each row of a child looks different, so a stolen table shows
how long its lists are and nothing of a child. Which clues there are: casemgr/core/clues.py.
"""

import hmac
import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB

from casemgr.core.clues import Clue
from casemgr.security.keys import Key, Keyring, Purpose
from casemgr.security.sealing import lp

_VERSION = b"1"
_KIND = b"child"
_BLOCK = struct.Struct(">Qq")
POSTING = _BLOCK.size


class Posted(NamedTuple):
    """One row of the index."""

    token: int
    posting: bytes


class Index:
    """Makes and reads tokens and postings under the keys of an installation."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring

    def postings(self, record: int, clues: Iterable[Clue]) -> list[Posted]:
        """The rows of a record under the active keys."""
        return self._under(
            self._ring.active(Purpose.INDEX_TOKEN), self._ring.active(Purpose.INDEX_POSTING), record, clues
        )

    def every_posting(self, record: int, clues: Iterable[Clue]) -> list[Posted]:
        """The rows of a record under all keys that may still be in use: to take them away."""
        wanted = tuple(clues)
        return [
            row
            for token in self._ring.usable(Purpose.INDEX_TOKEN)
            for posting in self._ring.usable(Purpose.INDEX_POSTING)
            for row in self._under(token, posting, record, wanted)
        ]

    def tokens(self, clues: Iterable[Clue]) -> dict[int, Clue]:
        """The tokens of clues under all usable keys, each with its clue: to find."""
        keys = self._ring.usable(Purpose.INDEX_TOKEN)
        return {_token(key.material, clue): clue for clue in clues for key in keys}

    def records(self, rows: Sequence[Posted]) -> list[int]:
        """The records that rows point to; a row that no key of ours made points to none."""
        return [owner for owner in self.owners(rows) if owner is not None]

    def owners(self, rows: Sequence[Posted]) -> list[int | None]:
        """The record that each row points to; none for a row that no key of ours made."""
        found: dict[int, int] = {}
        for key in self._ring.usable(Purpose.INDEX_POSTING):
            found |= _opened(key, rows)
        return [found.get(place) for place in range(len(rows))]

    def under(self, number: int, rows: Sequence[Posted]) -> int:
        """How many rows were made with one key of the postings."""
        return len(_opened(self._ring.numbered(number), rows))

    def was_replaced(self) -> bool:
        """Whether there are keys under which rows may lie that should lie under those of today."""
        both = (Purpose.INDEX_TOKEN, Purpose.INDEX_POSTING)
        return any(len(self._ring.usable(purpose)) > 1 for purpose in both)

    def _under(self, token_key: Key, posting_key: Key, record: int, clues: Iterable[Clue]) -> list[Posted]:
        tokens = list(dict.fromkeys(_token(token_key.material, clue) for clue in clues))
        sealer = _cipher(posting_key.material).encryptor()
        blocks = sealer.update(b"".join(_BLOCK.pack(record, token) for token in tokens)) + sealer.finalize()
        return [
            Posted(token, blocks[POSTING * place : POSTING * (place + 1)])
            for place, token in enumerate(tokens)
        ]


def _opened(key: Key, rows: Sequence[Posted]) -> dict[int, int]:
    """The records behind those rows that a key made, by their place among the rows."""
    opener = _cipher(key.material).decryptor()
    plain = opener.update(b"".join(row.posting for row in rows)) + opener.finalize()
    return {
        place: record
        for place, (record, token) in enumerate(_BLOCK.iter_unpack(plain))
        if token == rows[place].token and record < 1 << 63
    }


def _token(secret: bytes, clue: Clue) -> int:
    plain = lp(_VERSION, _KIND, clue.of.mark, *(value.encode() for value in clue.values))
    return int.from_bytes(hmac.digest(secret, plain, "sha256")[:8], "big", signed=True)


def _cipher(secret: bytes) -> Cipher[ECB]:
    """A single block each, never the same twice: no mode is needed, and the row stays sixteen bytes."""
    return Cipher(AES256(secret), ECB())  # noqa: S305 - one block each, never the same twice
