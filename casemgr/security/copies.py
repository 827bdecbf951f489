"""Copies of the record keys inside a backup, sealed under a key of the day that the keyring gives up after 35 days.

copy = AES-256-GCM over at most 1000 rows as JSON, nonce = place of the portion (12), AAD = lp(number of key) lp(day) lp(place)

The key is made of the key of the day (`Keyring.copy_key`) and a salt of the file. The key of a day is made of that of the
day before, and the ring forgets: from a later ring no earlier day can be reached. So whoever holds a backup that is older
than 35 days, and everything there is today, opens no record with what lies in that backup.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casemgr.core.errors import Unavailable
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.sealing import lp

_PLACE = 12


class CopiesGone(Unavailable):
    """The key of that day was given up: these copies open never again."""


class Copied(NamedTuple):
    """One row of the table of record keys."""

    record: bytes
    generation: int
    kek_id: int
    wrapped: bytes


class Copies:
    """Seals and opens the copies of one backup."""

    def __init__(self, ring: Keyring, about: Mapping[str, Any]) -> None:
        self.about = {name: about[name] for name in ("key", "day", "salt")}
        try:
            material = ring.copy_key(about["key"], date.fromisoformat(about["day"]))
        except Unavailable:
            raise CopiesGone("The record keys in this backup cannot be opened any more.") from None
        own = hmac.new(material, b"casemgr record keys" + bytes.fromhex(about["salt"]), hashlib.sha256)
        self._cipher = AESGCM(own.digest())

    @classmethod
    def begun(cls, ring: Keyring, today: date) -> "Copies":
        """For a new backup. A clock that was put back does not reach behind what the ring has given up."""
        key = ring.active(Purpose.RECORD_COPY)
        day = max(today.isoformat(), key.created)
        return cls(ring, {"key": key.id, "day": day, "salt": secrets.token_hex(32)})

    def seal(self, place: int, rows: Sequence[Copied]) -> str:
        """One portion of the table."""
        plain = json.dumps(
            [[row.record.hex(), row.generation, row.kek_id, row.wrapped.hex()] for row in rows]
        )
        sealed = self._cipher.encrypt(place.to_bytes(_PLACE, "big"), plain.encode(), self._context(place))
        return base64.b64encode(sealed).decode()

    def opened(self, place: int, sealed: str) -> list[Copied]:
        """One portion as it was."""
        try:
            plain = self._cipher.decrypt(
                place.to_bytes(_PLACE, "big"), base64.b64decode(sealed), self._context(place)
            )
        except (InvalidTag, ValueError):
            raise CopiesGone("The record keys in this backup do not open with this keyring.") from None
        return [
            Copied(bytes.fromhex(record), generation, kek_id, bytes.fromhex(wrapped))
            for record, generation, kek_id, wrapped in json.loads(plain)
        ]

    def _context(self, place: int) -> bytes:
        told = (str(self.about["key"]), str(self.about["day"]), str(place))
        return lp(*(piece.encode() for piece in told))
