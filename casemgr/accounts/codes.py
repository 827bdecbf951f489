"""Codes of six digits (RFC 6238), recovery codes, and tickets that say for a few minutes how far somebody has come. Pure."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import segno

HALF, ENTER, SECOND, AGAIN, ENROL = "half", "enter", "second", "again", "enrol"  # kinds of tickets
SECONDS, DIGITS, DRIFT = 30, 6, 1
RECOVERY_CODES = 10
_SECRET = 20
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that looks like something else
_LONG, _GROUP = 24, 4  # 120 bits
_OF_BEFORE = 16  # signs of the codes on sheets that were written down until November 2026
_NUMBER, _TIME, _MAC = 16, 8, 32


def new_secret() -> bytes:
    """The secret that an authenticator app and we share."""
    return secrets.token_bytes(_SECRET)


def written(secret: bytes) -> str:
    """The secret as people copy it by hand, in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, username: str, issuer: str) -> str:
    """The secret as an authenticator app reads it from a picture."""
    more = {"secret": written(secret).replace(" ", ""), "issuer": issuer, "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(username, safe='')}?{urlencode(more, quote_via=quote)}"


@dataclass(frozen=True)
class Square:
    """A QR code as one path: dark squares on a field with a quiet edge."""

    size: int
    path: str


def square(text: str) -> Square:
    """The QR code of a text."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, cell in enumerate(row) if cell]
    return Square(len(rows), "".join(dark))


def code(secret: bytes, step: int) -> str:
    """The six digits of one half minute (RFC 4226, section 5.3)."""
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(now: datetime) -> int:
    """In which half minute an instant lies."""
    return int(now.timestamp()) // SECONDS


def fitting_step(secret: bytes, typed: str, now: datetime, last: int | None) -> int | None:
    """The half minute whose code was typed: this one or its neighbours, and none that was used before."""
    digits = "".join(typed.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    here, found = step_of(now), None
    for step in range(here - DRIFT, here + DRIFT + 1):
        if hmac.compare_digest(code(secret, step), digits) and (last is None or step > last):
            found = step
    return found


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes to write down, each of 120 random bits."""
    return tuple(
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_LONG // _GROUP))
        for _ in range(RECOVERY_CODES)
    )


def recovery_digest(typed: str) -> bytes | None:
    """What is stored of a recovery code, however it was typed; nothing for what cannot be one."""
    text = "".join(sign for sign in typed.upper() if sign not in "-–— \t")
    text = text.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(text) not in (_LONG, _OF_BEFORE) or any(sign not in _ALPHABET for sign in text):
        return None
    return hashlib.sha256(b"recovery" + text.encode()).digest()


@dataclass(frozen=True)
class Ticket:
    """What a ticket of ours says: its random number, and what was put into it."""

    number: bytes
    payload: bytes


def new_ticket(secret: bytes, kind: str, now: datetime, *, payload: bytes = b"", bound: bytes = b"") -> bytes:
    """A ticket of one kind: it stores nothing, says since when it stands, and works only for whom it is bound to."""
    body = secrets.token_bytes(_NUMBER) + int(now.timestamp()).to_bytes(_TIME, "big") + payload
    return body + _mac(secret, kind, bound, body)


def read_ticket(
    secret: bytes, kind: str, ticket: bytes, now: datetime, *, lasts: timedelta, bound: bytes = b""
) -> Ticket | None:
    """What a ticket says, if it is ours, of this kind, for this one, and not too old."""
    if len(ticket) < _NUMBER + _TIME + _MAC:
        return None
    body, mac = ticket[:-_MAC], ticket[-_MAC:]
    given = int.from_bytes(body[_NUMBER : _NUMBER + _TIME], "big")
    if not hmac.compare_digest(mac, _mac(secret, kind, bound, body)):
        return None
    age = int(now.timestamp()) - given
    return Ticket(body[:_NUMBER], body[_NUMBER + _TIME :]) if 0 <= age < lasts.total_seconds() else None


def as_text(raw: bytes) -> str:
    """Bytes as they stand in a cookie or a hidden field."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """The bytes of such a text; none if it is not one."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _mac(secret: bytes, kind: str, bound: bytes, body: bytes) -> bytes:
    told = b"".join(len(piece).to_bytes(2, "big") + piece for piece in (kind.encode(), bound, body))
    return hmac.new(secret, b"ticket" + told, hashlib.sha256).digest()
