"""The keyring's file in use: changed by one person at a time, followed by every running server, recovered by two."""

import base64
import fcntl
import getpass
import hashlib
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from casemgr.security import keys
from casemgr.security.keys import Keyring, KeyringRefused, KeyWrapper, Purpose

_GROUP = 4  # letters that are read out together
_CHECK = 2  # bytes by which a slip of the pen is noticed


def previous(path: Path) -> Path:
    """Where the ring that was replaced lies until the new one has been verified."""
    return path.with_name(path.name + ".previous")


def wrapper(path: Path, passphrase_file: Path | None, *, strong: bool) -> KeyWrapper:
    """What opens and seals a keyring's file: its passphrase, stretched no less than it was."""
    stretch = keys.Stretch() if strong else keys.DEMO
    if path.exists():
        stretch = keys.stretch_of(path)
    secret = _passphrase(passphrase_file)
    return keys.PassphraseWrapper(secret, stretch=stretch, least=keys.Stretch() if strong else None)


def _passphrase(file: Path | None) -> bytes:
    """From its file, or from whoever sits at the terminal."""
    if file is not None:
        keys.guard(file, "passphrase file")
        return file.read_bytes().strip()
    if not sys.stdin.isatty():
        raise KeyringRefused("There is no passphrase for the keyring.")
    return getpass.getpass("Passphrase of the keyring: ").strip().encode()


@dataclass(frozen=True)
class KeyFile:
    """The file of the keyring of this installation."""

    path: Path
    wrapper: KeyWrapper
    forbidden: tuple[Path, ...] = ()

    def opened(self) -> Keyring:
        """The ring as it is in the file now."""
        keys.guard(self.path, forbidden=self.forbidden)
        return keys.load(self.path, self.wrapper)

    def change(self, make: Callable[[Keyring], Keyring]) -> Keyring:
        """Replace the ring by what is made of it. The one before is kept until `keys verify` has passed."""
        with _alone(self.path):
            if previous(self.path).exists():
                raise KeyringRefused(
                    f"The last change of the keyring was not verified yet ({previous(self.path)} is still there). "
                    "Run keys verify first."
                )
            ring = make(self.opened())
            keys.save(self.path, ring, self.wrapper, previous=previous(self.path))
        return ring

    def turn(self, today: date) -> Keyring:
        """Give up the keys of days that are too long ago, in the ring and in the one that waits to be put away.

        Nothing in the database lies under them, so there is nothing to verify, and no way back is kept.
        """
        with _alone(self.path):
            for path in (self.path, previous(self.path)):
                if not path.exists():
                    continue
                ring = keys.load(path, self.wrapper)
                turned = ring.turned(today)
                if path == self.path and not turned.has_active(Purpose.RECORD_COPY):
                    turned = turned.rotated(Purpose.RECORD_COPY, today.isoformat())
                if not turned.same_as(ring):
                    keys.save(path, turned, self.wrapper)
            return self.opened()

    def verified(self) -> bool:
        """The ring in the file has proved itself: the one before it goes. Says whether there was one."""
        with _alone(self.path):
            there = previous(self.path).exists()
            previous(self.path).unlink(missing_ok=True)
        return there


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise KeyringRefused("Somebody else is changing the keyring at this moment.") from None
        yield
    finally:
        os.close(handle)


class Follower:
    """Tells a running server that the file has a newer ring, and opens it once for all its threads.

    A ring that does not open is left alone until the file changes again: the server goes on with the keys it has.
    """

    def __init__(self, file: KeyFile) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._seen = self._mark()

    def __call__(self, take: Callable[[Keyring], None], wait: bool) -> None:
        mark = self._mark()
        if mark == self._seen or not self._lock.acquire(blocking=wait):
            return
        try:
            if mark == self._seen:
                return
            with suppress(KeyringRefused, OSError):
                take(self._file.opened())
            self._seen = mark
        finally:
            self._lock.release()

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            it = self._file.path.stat()
        except OSError:
            return None
        return it.st_ino, it.st_mtime_ns, it.st_size


# ---- recovery -----------------------------------------------------------------------------------------------------


def recovery_passphrase() -> bytes:
    """A passphrase nobody has to invent: 160 random bits."""
    return secrets.token_bytes(20)


def spoken(code: bytes) -> str:
    """A code in groups of letters and digits that can be written down and read out, with a check at its end."""
    text = base64.b32encode(code + _check(code)).decode().rstrip("=")
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def heard(text: str) -> bytes:
    """The code that was written down; refused when a letter is wrong."""
    plain = "".join(text.split()).replace("-", "").upper().replace("0", "O").replace("1", "I")
    try:
        told = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except ValueError:
        told = b""
    code, check = told[:-_CHECK], told[-_CHECK:]
    if not code or check != _check(code):
        raise KeyringRefused("This code is not as it was written down: a letter is wrong or missing.")
    return code


def halves(code: bytes) -> tuple[bytes, bytes]:
    """Two halves for two persons: one alone says nothing at all about the code."""
    one = secrets.token_bytes(len(code))
    return one, joined(one, code)


def joined(one: bytes, other: bytes) -> bytes:
    """The code that two halves make."""
    if len(one) != len(other):
        raise KeyringRefused("These two halves do not belong together.")
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _check(code: bytes) -> bytes:
    return hashlib.sha256(b"casemgr recovery" + code).digest()[:_CHECK]
