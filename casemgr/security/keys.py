"""The keyring: numbered keys by purpose, in a file of their own, sealed under a passphrase. Never printed.

Sealing of the file: Argon2id (RFC 9106) over the passphrase, AES-256-GCM over the keys.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casemgr.core.errors import Unavailable

_FORMAT = "casemgr-keyring/1"


class KeyringRefused(Unavailable):
    """The keyring is missing, misplaced, readable by others or damaged: nothing starts."""


class Purpose(StrEnum):
    """What a key is for. Keys of different purposes are independently random."""

    KEK = "kek"
    FACTS = "facts"
    AUDIT_MAC = "audit-mac"
    AUDIT_QUERY = "audit-query"
    INDEX_TOKEN = "index-token"  # noqa: S105 - the name of a purpose
    INDEX_POSTING = "index-posting"
    SESSION = "session"
    CLIENT = "client"
    BACKUP = "backup"


class KeyState(StrEnum):
    """Active keys seal; decrypt-only keys still open; destroyed keys are gone."""

    ACTIVE = "active"
    DECRYPT_ONLY = "decrypt-only"
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class Key:
    """One key. Its material shows nowhere: not in a message, not in a log, not in a debugger's short form."""

    id: int
    purpose: Purpose
    state: KeyState
    created: str
    material: bytes = field(repr=False)

    @property
    def check_value(self) -> str:
        """Six hexadecimal digits by which two people can compare a key without seeing it."""
        return hmac.new(self.material, b"casemgr check value", hashlib.sha256).hexdigest()[:6]


class Keyring:
    """All keys of an installation."""

    def __init__(self, keys: Mapping[int, Key]) -> None:
        self._keys = dict(keys)
        self._active = {key.purpose: key for key in keys.values() if key.state is KeyState.ACTIVE}

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._keys)} keys>"

    @classmethod
    def fresh(cls, day: str) -> "Keyring":
        """One independent random key for each purpose."""
        return cls(
            {
                number: Key(number, purpose, KeyState.ACTIVE, day, secrets.token_bytes(32))
                for number, purpose in enumerate(Purpose, start=1)
            }
        )

    def active(self, purpose: Purpose) -> Key:
        """The key that seals for a purpose."""
        try:
            return self._active[purpose]
        except KeyError:
            raise Unavailable(f"There is no active key for {purpose}.") from None

    def numbered(self, number: int) -> Key:
        """A key by its number, to open what was sealed earlier."""
        key = self._keys.get(number)
        if key is None or key.state is KeyState.DESTROYED:
            raise Unavailable("The key of this record is not in the keyring.")
        return key

    def all(self) -> tuple[Key, ...]:
        return tuple(self._keys.values())

    def rotated(self, purpose: Purpose, day: str) -> "Keyring":
        """The same ring with a new active key for a purpose; the old one still opens."""
        keys = {
            number: replace(key, state=KeyState.DECRYPT_ONLY) if key == self._active.get(purpose) else key
            for number, key in self._keys.items()
        }
        number = max(keys, default=0) + 1
        keys[number] = Key(number, purpose, KeyState.ACTIVE, day, secrets.token_bytes(32))
        return Keyring(keys)


@dataclass(frozen=True)
class Stretch:
    """Cost of turning a passphrase into a key: time, memory in KiB, lanes."""

    time: int = 3
    memory: int = 256 * 1024
    lanes: int = 4

    def covers(self, least: "Stretch") -> bool:
        """Whether guessing costs at least as much as with another."""
        return self.time >= least.time and self.memory >= least.memory


DEMO = Stretch(time=1, memory=64 * 1024, lanes=1)  # starts at once; production refuses a keyring made with it
_MOST = Stretch(time=16, memory=2 * 1024 * 1024, lanes=64)


def write(path: Path, ring: Keyring, passphrase: bytes, *, stretch: Stretch | None = None) -> None:
    """Save the ring sealed under the passphrase, readable by its owner only; the old file stays until the new one is whole."""
    stretch = stretch or Stretch()
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    plain = json.dumps(
        [
            {
                "id": key.id,
                "purpose": key.purpose,
                "state": key.state,
                "created": key.created,
                "material": base64.b64encode(key.material).decode(),
                "check": key.check_value,
            }
            for key in ring.all()
        ]
    ).encode()
    head = {"format": _FORMAT, "salt": salt.hex(), "nonce": nonce.hex(), "stretch": stretch.__dict__}
    sealed = AESGCM(_stretched(passphrase, salt, stretch)).encrypt(nonce, plain, _FORMAT.encode())
    head["sealed"] = base64.b64encode(sealed).decode()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(head, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path: Path, passphrase: bytes, *, least: Stretch | None = None) -> Keyring:
    """Open the ring, or refuse: missing, readable by others, wrong passphrase, damaged, sealed too weakly."""
    guard(path)
    try:
        head = json.loads(path.read_text())
        stretch = Stretch(**head["stretch"])
        if head["format"] != _FORMAT or not _MOST.covers(stretch) or stretch.lanes > _MOST.lanes:
            raise ValueError("not of our making")
        secret = _stretched(passphrase, bytes.fromhex(head["salt"]), stretch)
        sealed = base64.b64decode(head["sealed"])
        plain = AESGCM(secret).decrypt(bytes.fromhex(head["nonce"]), sealed, _FORMAT.encode())
    except (ValueError, KeyError, TypeError, OverflowError, InvalidTag, HashingError):
        raise KeyringRefused(
            "The keyring cannot be opened: wrong passphrase, or the file is damaged."
        ) from None
    if least is not None and not stretch.covers(least):
        raise KeyringRefused("The keyring was made for demonstrations. Make one with a strong passphrase.")
    keys = {}
    for row in json.loads(plain):
        key = Key(
            row["id"],
            Purpose(row["purpose"]),
            KeyState(row["state"]),
            row["created"],
            base64.b64decode(row["material"]),
        )
        if key.check_value != row["check"]:
            raise KeyringRefused("The keyring is damaged: a key does not match its check value.")
        keys[key.id] = key
    missing = set(Purpose) - {key.purpose for key in keys.values() if key.state is KeyState.ACTIVE}
    if missing:
        raise KeyringRefused(f"The keyring is incomplete: no active key for {', '.join(sorted(missing))}.")
    return Keyring(keys)


def guard(path: Path, *, forbidden: tuple[Path, ...] = ()) -> None:
    """Refuse a keyring that others can read, that is no plain file, or that lies where copies are made."""
    if path.is_symlink() or not path.is_file():
        raise KeyringRefused(f"There is no keyring at {path}.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyringRefused(f"Others can read the keyring {path}. Give it mode 0600.")
    for folder in forbidden:
        if path.resolve().is_relative_to(folder.resolve()):
            raise KeyringRefused(f"The keyring must not lie inside {folder}.")


def _stretched(passphrase: bytes, salt: bytes, cost: Stretch) -> bytes:
    return hash_secret_raw(passphrase, salt, cost.time, cost.memory, cost.lanes, 32, Type.ID)
