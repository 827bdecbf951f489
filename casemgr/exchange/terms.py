"""Words of exchange: by what a client proves itself, what was answered, how far somebody has read."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from casemgr.core.errors import Invalid
from casemgr.core.words import _

Position = tuple[int, int]  # of the log of events: transaction number, sequence number
_LARGEST = 2**63 - 1
TOLD = "told"  # under which a line of the timeline keeps what a file told beyond its words
_NUMBER = re.compile(r"[0-7][0-9a-f]{15}")


def child_mark(child_id: int) -> str:
    """A registered child's random number as it stands in a file."""
    return f"{child_id:016x}"


def child_number(mark: str) -> int:
    """The number that a mark stands for; of any other mark a number that no other has."""
    if _NUMBER.fullmatch(mark):
        return int(mark, 16)
    return int.from_bytes(hashlib.sha256(mark.encode()).digest()[:8]) & _LARGEST


@dataclass(frozen=True)
class VerifyingKey:
    """What a client's signature is checked with: a shared secret, or a public key as PEM."""

    algorithm: str
    material: bytes

    def __repr__(self) -> str:
        return f"<VerifyingKey {self.algorithm}>"


@dataclass(frozen=True)
class GivenContent:
    """An answer as it was given."""

    json: str


@dataclass(frozen=True)
class Cursor:
    """How far a follower has read: a position in the log, and how many events of its own lie up to there."""

    position: Position = (0, 0)
    read: int = 0

    def __str__(self) -> str:
        """The cursor as it travels; its inside is nobody's business."""
        plain = ".".join(f"{number:x}" for number in (*self.position, self.read))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str | None) -> "Cursor":
        """The cursor that was handed out, or the beginning when there is none."""
        if not text:
            return cls()
        try:
            plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode(
                "ascii"
            )
            transaction, number, read = (int(part, 16) for part in plain.split("."))
        except (ValueError, binascii.Error):
            raise Invalid({"after": [_("This cursor was not handed out here.")]}) from None
        cursor = cls((transaction, number), read)
        if str(cursor) != text or not all(0 <= part <= _LARGEST for part in (transaction, number, read)):
            raise Invalid({"after": [_("This cursor was not handed out here.")]})
        return cursor
