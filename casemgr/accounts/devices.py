"""How a browser is told apart: its short name for people, and the mark by which an account knows it again. Pure.

A mark is given after a good sign-in. It says nothing about the account: random number, day, HMAC over both and the
account. Several people may share a computer, so a browser carries a few marks, the newest first.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from casemgr.accounts.codes import as_text, from_text

COOKIE = "device"
KEPT_FOR = timedelta(days=180)
_MOST = 6
_NUMBER, _DAY, _MAC = 16, 4, 32
_SECONDS = 86400

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def label(user_agent: str) -> str:
    """A browser's short name for its owner: 'Chrome, Android'. Only names we know; nothing that was sent is repeated."""
    found = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return ", ".join(name for name in found if name)


def new_mark(secret: bytes, account_id: UUID, now: datetime) -> str:
    """A mark by which the account will know this browser again."""
    number = secrets.token_bytes(_NUMBER)
    day = (int(now.timestamp()) // _SECONDS).to_bytes(_DAY, "big")
    return as_text(number + day + _mac(secret, account_id, number + day))


def known_mark(secret: bytes, account_id: UUID | None, cookie: str, now: datetime) -> bytes | None:
    """The number of the mark that this account gave to the browser, if it carries one that is not too old."""
    if account_id is None:
        return None
    for text in cookie.split(".")[:_MOST]:
        raw = from_text(text)
        if len(raw) != _NUMBER + _DAY + _MAC:
            continue
        body, mac = raw[: _NUMBER + _DAY], raw[_NUMBER + _DAY :]
        given = int.from_bytes(body[_NUMBER:], "big") * _SECONDS
        fresh = given <= now.timestamp() + _SECONDS and now.timestamp() - given < KEPT_FOR.total_seconds()
        if hmac.compare_digest(mac, _mac(secret, account_id, body)) and fresh:
            return body[:_NUMBER]
    return None


def with_mark(cookie: str, mark: str, secret: bytes, account_id: UUID) -> str:
    """What the browser carries from now on: the new mark first, no older one of the same account."""
    others: Sequence[str] = [
        text for text in cookie.split(".") if text and not _is_of(secret, account_id, text)
    ]
    return ".".join([mark, *others[: _MOST - 1]])


def bucket(secret: bytes, kind: str, *told: bytes) -> bytes:
    """The name of a bucket of wrong tries: keyed, so that the table tells nobody who was tried from where."""
    body = b"".join(len(piece).to_bytes(2, "big") + piece for piece in (kind.encode(), *told))
    return hmac.new(secret, b"throttle" + body, hashlib.sha256).digest()


def neighbourhood(address: str) -> str:
    """What counts as one address: the address itself, or the 64 bits that one IPv6 household is given.

    A server that listens for both kinds writes the older one inside the newer: taken for a household, all of them are one.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> 64 << 64)) if isinstance(found, IPv6Address) else str(found)


def _is_of(secret: bytes, account_id: UUID, text: str) -> bool:
    raw = from_text(text)
    body, mac = raw[: _NUMBER + _DAY], raw[_NUMBER + _DAY :]
    return hmac.compare_digest(mac, _mac(secret, account_id, body))


def _mac(secret: bytes, account_id: UUID, body: bytes) -> bytes:
    return hmac.new(secret, b"device" + account_id.bytes + body, hashlib.sha256).digest()


def _first(names: Sequence[tuple[str, str]], text: str) -> str:
    return next((name for mark, name in names if mark in text), "")
