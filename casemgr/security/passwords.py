"""Passwords: Argon2id, never more than a few at a time, the same work for an unknown name."""

import secrets
import threading
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from casemgr.core.errors import Unavailable

SHORTEST, LONGEST = 15, 128
_QUEUE = 20
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Effort:
    """Cost of one hash: time, memory in KiB, lanes (OWASP: 46 MiB, 1, 1)."""

    time: int = 1
    memory: int = 46 * 1024
    lanes: int = 1


class TooBusy(Unavailable):
    """More people are signing in than can be served: come back in a few seconds."""


class Passwords:
    """Hashes and checks passwords, two at a time; the rest wait in a short line, and beyond it are asked to come back.

    Known devices wait in a line of their own, so that a flood of tries from elsewhere does not turn them away.
    """

    def __init__(self, effort: Effort | None = None) -> None:
        effort = effort or Effort()
        self._hasher = PasswordHasher(effort.time, effort.memory, effort.lanes)
        self._busy = threading.BoundedSemaphore(2)
        self._line = threading.BoundedSemaphore(2 + _QUEUE)
        self._known_line = threading.BoundedSemaphore(2 + _QUEUE)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(20))

    def hash(self, password: str) -> str:
        with self._busy:
            return self._hasher.hash(normal(password))

    def check(self, stored: str | None, password: str, *, known_device: bool = False) -> bool:
        """Whether the password fits; an unknown account costs the same time and fits never."""
        line = self._known_line if known_device else self._line
        if not line.acquire(blocking=False):
            raise TooBusy("Too many people are signing in at this moment.")
        try:
            with self._busy:
                return self._fits(stored or self._nobody, password) and stored is not None
        finally:
            line.release()

    def outdated(self, stored: str) -> bool:
        """Whether a hash was made with other settings and should be renewed at the next sign-in."""
        return self._hasher.check_needs_rehash(stored)

    def _fits(self, stored: str, password: str) -> bool:
        typed = normal(password)
        try:
            return len(typed) <= LONGEST and self._hasher.verify(stored, typed)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False


def normal(password: str) -> str:
    """The same password however it was composed: Vietnamese marks can be typed in two ways (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


def generate() -> str:
    """A password that can be read aloud: four groups of five, about 99 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
