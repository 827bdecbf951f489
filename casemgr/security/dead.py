"""The list of the dead: records whose key was destroyed, kept beside the keyring, for the day a backup of before is restored.

One line for each record, a keyed digest and nothing else: `<number of the key>:<32 hexadecimal digits>`. It is made under
a key of the audit trail, because those are never destroyed. Whoever has the list can ask about a record whose number
they know already, with the keyring; it tells nothing else.
"""

import fcntl
import hmac
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from casemgr.security.keys import Keyring, Purpose

_LETTERS = 32


def beside(keyring: Path) -> Path:
    """Where the list of an installation lies."""
    return keyring.with_name(keyring.name + ".shredded")


class DeadList:
    """The records that must stay dead."""

    def __init__(self, path: Path, ring: Keyring) -> None:
        self._path = path
        self._keys = {
            key.id: key.material for key in ring.all() if key.purpose is Purpose.AUDIT_MAC and key.material
        }
        self._active = ring.active(Purpose.AUDIT_MAC).id
        self._lines = _read(path)

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_there(self) -> bool:
        """Whether there is a list at all: on a new machine it has to be brought with the keyring."""
        return self._path.exists()

    def holds(self, record: bytes) -> bool:
        """Whether a record must stay dead."""
        return any(self._line(number, record) in self._lines for number in self._keys)

    def add(self, records: Iterable[bytes]) -> None:
        """Write records down; they are on the disk when this returns. Done before their keys are destroyed."""
        wanted = {self._line(self._active, record) for record in records if not self.holds(record)}
        if wanted:
            _append(self._path, sorted(wanted))
            self._lines |= wanted

    def take_in(self, lines: Iterable[str]) -> None:
        """Take over what another list says, such as the one that was kept with a copy of the keyring."""
        wanted = {line for line in lines if _is_line(line)} - self._lines
        if wanted:
            _append(self._path, sorted(wanted))
            self._lines |= wanted

    def lines(self) -> Collection[str]:
        """The list as it stands."""
        return frozenset(self._lines)

    def _line(self, number: int, record: bytes) -> str:
        mark = hmac.digest(self._keys[number], b"casemgr shredded" + record, "sha256").hex()
        return f"{number}:{mark[:_LETTERS]}"


def _read(path: Path) -> set[str]:
    """What the list says; a line that was cut off when the machine died is none."""
    return {line for line in path.read_text().splitlines() if _is_line(line)} if path.exists() else set()


def _is_line(line: str) -> bool:
    number, _, mark = line.partition(":")
    return (
        number.isascii()
        and number.isdigit()
        and len(mark) == _LETTERS
        and set(mark) <= set("0123456789abcdef")
    )


def _append(path: Path, lines: Iterable[str]) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        cut_off = size > 0 and file.read(1) != b"\n"
        file.write((b"\n" if cut_off else b"") + "".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())
