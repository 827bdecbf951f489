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
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casemgr.core.errors import Unavailable

_FORMAT = "casemgr-keyring/1"
COPIES_LAST = timedelta(days=35)  # how long a backup's copy of the record keys can be opened
_DAMAGED = "The keyring cannot be opened: wrong passphrase, or the file is damaged."


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
    RECORD_COPY = "record-copy"  # turned day by day: what it opened before cannot be opened any more


_ADDED_LATER = frozenset({Purpose.RECORD_COPY})  # a ring from before gets it with its next backup


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
    """All keys of an installation. A running server keeps one: it takes up what was changed in the file meanwhile."""

    def __init__(self, keys: Mapping[int, Key]) -> None:
        self._held = _held(keys)
        self._newer: Newer | None = None

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._held[0])} keys>"

    @classmethod
    def fresh(cls, day: str) -> "Keyring":
        """One independent random key for each purpose."""
        return cls(
            {
                number: Key(number, purpose, KeyState.ACTIVE, day, secrets.token_bytes(32))
                for number, purpose in enumerate(Purpose, start=1)
            }
        )

    def follow(self, newer: "Newer") -> None:
        """Say where a newer ring is looked for."""
        self._newer = newer

    def catch_up(self, *, wait: bool = False) -> None:
        """Take up the keys of a newer ring, if there is one; without waiting for somebody who is opening it just now."""
        if self._newer is not None:
            self._newer(self._take, wait)

    def _take(self, newer: "Keyring") -> None:
        self._held = newer._held

    def active(self, purpose: Purpose) -> Key:
        """The key that seals for a purpose."""
        try:
            return self._held[1][purpose]
        except KeyError:
            raise Unavailable(f"There is no active key for {purpose}.") from None

    def has_active(self, purpose: Purpose) -> bool:
        """Whether there is a key that seals for a purpose."""
        return purpose in self._held[1]

    def numbered(self, number: int) -> Key:
        """A key by its number, to open what was sealed earlier, or by a colleague who has a newer ring."""
        key = self._held[0].get(number)
        if key is None:
            self.catch_up(wait=True)
            key = self._held[0].get(number)
        if key is None or key.state is KeyState.DESTROYED:
            raise Unavailable("The key of this record is not in the keyring.")
        return key

    def usable(self, purpose: Purpose) -> tuple[Key, ...]:
        """The keys of a purpose by which something may still be found, the active one first."""
        return self._held[2].get(purpose, ())

    def all(self) -> tuple[Key, ...]:
        return tuple(self._held[0].values())

    def same_as(self, other: "Keyring") -> bool:
        """Whether two rings hold the same keys in the same states."""
        return self._held[0] == other._held[0]

    def rotated(self, purpose: Purpose, day: str) -> "Keyring":
        """The same ring with a new active key for a purpose; the old one still opens."""
        before, active, _ = self._held
        keys = {
            number: replace(key, state=KeyState.DECRYPT_ONLY) if key == active.get(purpose) else key
            for number, key in before.items()
        }
        number = max(keys, default=0) + 1
        keys[number] = Key(number, purpose, KeyState.ACTIVE, day, secrets.token_bytes(32))
        return Keyring(keys)

    def without(self, number: int) -> "Keyring":
        """The same ring with one retired key destroyed: its number stays, its material is gone."""
        key = self.numbered(number)
        if key.state is not KeyState.DECRYPT_ONLY:
            raise Unavailable("Only a key that has been replaced can be destroyed.")
        gone = replace(key, state=KeyState.DESTROYED, material=b"")
        return Keyring({**self._held[0], number: gone})

    def copy_key(self, number: int, day: date) -> bytes:
        """The key of a day, for a copy of the record keys; days before the one at which the ring stands are gone for good."""
        key = self.numbered(number)
        since = date.fromisoformat(key.created)
        if key.purpose is not Purpose.RECORD_COPY or day < since:
            raise Unavailable("The key of that day is gone.")
        return _turned(key.material, (day - since).days)

    def turned(self, today: date) -> "Keyring":
        """The same ring, unable to open copies of the record keys that are older than they may become."""
        first = (today - COPIES_LAST).isoformat()
        return Keyring(
            {
                number: replace(key, material=self.copy_key(number, today - COPIES_LAST), created=first)
                if key.purpose is Purpose.RECORD_COPY and key.material and key.created < first
                else key
                for number, key in self._held[0].items()
            }
        )

    def successor(self, number: int) -> Key:
        """The key that replaced a retired one."""
        purpose = self.numbered(number).purpose
        return min(
            (key for key in self.all() if key.purpose is purpose and key.id > number), key=lambda key: key.id
        )


def _turned(material: bytes, days: int) -> bytes:
    """The key so many days later. There is no way back."""
    for _ in range(days):
        material = hmac.digest(material, b"casemgr the next day", "sha256")
    return material


Newer = Callable[[Callable[[Keyring], None], bool], None]  # hands over a newer ring, if there is one


def _held(
    keys: Mapping[int, Key],
) -> tuple[dict[int, Key], dict[Purpose, Key], dict[Purpose, tuple[Key, ...]]]:
    """All keys by number, those that seal, those that are of use; one value, so that nobody sees half of a change."""
    usable: dict[Purpose, list[Key]] = defaultdict(list)
    for key in sorted(keys.values(), key=lambda key: key.state is not KeyState.ACTIVE):
        if key.state is not KeyState.DESTROYED:
            usable[key.purpose].append(key)
    active = {key.purpose: key for key in keys.values() if key.state is KeyState.ACTIVE}
    return dict(keys), active, {purpose: tuple(found) for purpose, found in usable.items()}


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


class KeyWrapper(Protocol):
    """What seals the keys inside the file: a passphrase here; a vault, a cloud's service or a smart card could."""

    def wrap(self, plain: bytes) -> Mapping[str, Any]:
        """The sealed keys with what is needed to open them again."""
        ...

    def unwrap(self, sealed: Mapping[str, Any]) -> bytes:
        """The keys as they were, or KeyringRefused."""
        ...


class PassphraseWrapper:
    """Seals under a passphrase: Argon2id makes a key of it, AES-256-GCM does the rest."""

    def __init__(
        self, passphrase: bytes, *, stretch: Stretch | None = None, least: Stretch | None = None
    ) -> None:
        self._passphrase, self._stretch, self._least = passphrase, stretch or Stretch(), least

    def __repr__(self) -> str:
        return "<PassphraseWrapper>"

    def wrap(self, plain: bytes) -> Mapping[str, Any]:
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        key = _stretched(self._passphrase, salt, self._stretch)
        sealed = AESGCM(key).encrypt(nonce, plain, _FORMAT.encode())
        return {
            "salt": salt.hex(),
            "nonce": nonce.hex(),
            "stretch": self._stretch.__dict__,
            "sealed": base64.b64encode(sealed).decode(),
        }

    def unwrap(self, sealed: Mapping[str, Any]) -> bytes:
        try:
            stretch = Stretch(**sealed["stretch"])
            if not _MOST.covers(stretch) or stretch.lanes > _MOST.lanes:
                raise ValueError("not of our making")
            key = _stretched(self._passphrase, bytes.fromhex(sealed["salt"]), stretch)
            text = base64.b64decode(sealed["sealed"])
            plain = AESGCM(key).decrypt(bytes.fromhex(sealed["nonce"]), text, _FORMAT.encode())
        except (ValueError, KeyError, TypeError, OverflowError, InvalidTag, HashingError):
            raise KeyringRefused(_DAMAGED) from None
        if self._least is not None and not stretch.covers(self._least):
            raise KeyringRefused(
                "The keyring was made for demonstrations. Make one with a strong passphrase."
            )
        return plain


def save(path: Path, ring: Keyring, wrapper: KeyWrapper, *, previous: Path | None = None) -> None:
    """Save the ring. It takes its place only after it was read back; what lay there before may be kept as `previous`."""
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
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    _put(beside, json.dumps({"format": _FORMAT, **wrapper.wrap(plain)}).encode())
    if path.exists() and not load(beside, wrapper).same_as(ring):
        raise KeyringRefused("The new keyring does not read as it was written. The old one stays.")
    if previous is not None:
        _put(previous, path.read_bytes())
    os.replace(beside, path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _put(path: Path, data: bytes) -> None:
    """A file of its owner's alone, on the disk when this returns."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def load(path: Path, wrapper: KeyWrapper) -> Keyring:
    """Open the ring, or refuse: missing, readable by others, not to be opened, damaged, incomplete."""
    guard(path)
    head = _head(path)
    plain = wrapper.unwrap(head)
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
    missing = (
        set(Purpose) - _ADDED_LATER - {key.purpose for key in keys.values() if key.state is KeyState.ACTIVE}
    )
    if missing:
        raise KeyringRefused(f"The keyring is incomplete: no active key for {', '.join(sorted(missing))}.")
    return Keyring(keys)


def stretch_of(path: Path) -> Stretch:
    """What guessing the passphrase of a keyring costs: a new file is never made weaker."""
    try:
        return Stretch(**_head(path)["stretch"])
    except (KeyError, TypeError):
        raise KeyringRefused(_DAMAGED) from None


def _head(path: Path) -> dict[str, Any]:
    try:
        head = json.loads(path.read_text())
        if head["format"] == _FORMAT:
            return dict(head)
    except (ValueError, KeyError, TypeError):
        pass
    raise KeyringRefused(_DAMAGED)


def guard(path: Path, what: str = "keyring", *, forbidden: tuple[Path, ...] = ()) -> None:
    """Refuse a keyring that others can read, that is no plain file, or that lies where copies are made."""
    if path.is_symlink() or not path.is_file():
        raise KeyringRefused(f"There is no {what} at {path}.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyringRefused(f"Others can read the {what} {path}. Give it mode 0600.")
    for folder in forbidden:
        if path.resolve().is_relative_to(folder.resolve()):
            raise KeyringRefused(f"The keyring must not lie inside {folder}.")


def _stretched(passphrase: bytes, salt: bytes, cost: Stretch) -> bytes:
    return hash_secret_raw(passphrase, salt, cost.time, cost.memory, cost.lanes, 32, Type.ID)
