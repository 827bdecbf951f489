"""Signatures of requests (RFC 9421) and digests of their bodies (RFC 9530), over the bytes as they came in.

Knows no client and no table: a request, what it claims, a key and an instant go in; silence or a refusal comes out.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureComponentResolver,
    InvalidSignature,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ED25519, HMAC_SHA256

from casemgr.exchange.terms import VerifyingKey

LABEL = "sig1"
TOLERANCE = timedelta(seconds=300)
ALWAYS = ("@method", "@path")
WITH_BODY = ("content-digest", "content-type")
_DIGEST = "sha-256"
_LONGEST = 4096  # letters of a signature header; a real one has about 250
_LONGEST_WORD = 256  # letters of a name, an algorithm, a nonce

ALGORITHMS: Mapping[str, type[HTTPSignatureAlgorithm]] = MappingProxyType(
    {"hmac-sha256": HMAC_SHA256, "ed25519": ED25519}
)
# Keys nobody holds: who is unknown here costs the same work as who is known.
_DECOYS: Mapping[str, bytes | Ed25519PublicKey] = MappingProxyType(
    {"hmac-sha256": secrets.token_bytes(32), "ed25519": Ed25519PrivateKey.generate().public_key()}
)


class NotSigned(Exception):
    """The request does not prove who sent it. Why is said to nobody."""


class Headers(Protocol):
    """Header lines as they came in."""

    def items(self) -> Iterable[tuple[str, str]]: ...


@dataclass(frozen=True)
class Signed:
    """The parts of a request that a signature covers."""

    method: str
    path: str  # as sent, still encoded
    query: str  # as sent, without the question mark
    host: str
    headers: Headers
    body: bytes

    @property
    def url(self) -> str:
        """An address for the library, which reads only its host; path and query are given as they were sent."""
        return f"http://{self.host}/"

    def header(self, name: str) -> str:
        """The value of a header, empty if there is none."""
        return ", ".join(value for other, value in self.headers.items() if other.lower() == name)


@dataclass(frozen=True)
class Claim:
    """What a request says about itself before anything is proved."""

    client: str
    algorithm: str
    nonce: str
    created: int

    @property
    def nonce_mark(self) -> bytes:
        """What is kept of the nonce."""
        return hashlib.sha256(self.nonce.encode()).digest()


def claim(request: Signed) -> Claim:
    """Who the request says it comes from, when, and under which nonce."""
    told = request.header("signature-input")
    if not told or len(told) > _LONGEST or len(request.header("signature")) > _LONGEST:
        raise NotSigned
    try:
        _covered, parameters = _members(told)[LABEL]
        found = Claim(*(parameters[name] for name in ("keyid", "alg", "nonce", "created")))
        sizes = [
            len(text) if type(text) is str else 0 for text in (found.client, found.algorithm, found.nonce)
        ]
        if not all(1 <= size <= _LONGEST_WORD for size in sizes) or type(found.created) is not int:
            raise NotSigned
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the answer is the same
        raise NotSigned from None
    return found


def verify(request: Signed, claimed: Claim, key: VerifyingKey | None, *, now: datetime) -> None:
    """Pass silently if the signature fits; without a key, or with one of another kind, do the same work and refuse."""
    fitting = key.material if key is not None and key.algorithm == claimed.algorithm else None
    material = fitting or _DECOYS.get(claimed.algorithm)
    if material is None:
        raise NotSigned
    try:
        _check_signature(request, claimed, material, now)
        _check_digest(request)
    except Exception:  # noqa: BLE001 - a refusal of the library or anything it stumbles over: never let in by accident
        raise NotSigned from None
    if fitting is None:
        raise NotSigned


def _check_signature(
    request: Signed, claimed: Claim, material: bytes | Ed25519PublicKey, now: datetime
) -> None:
    verifier = _Verifier(
        signature_algorithm=ALGORITHMS[claimed.algorithm],
        key_resolver=MappingKeyResolver(public_keys={claimed.client: material}, private_keys={}),
        component_resolver_class=_Components,
    )
    verifier.now = now
    # The library takes one signature only where no tag is asked for; the claim was read from the one of our label.
    verifier.verify(request, max_age=None, require_components=_required(request))


def _required(request: Signed) -> tuple[str, ...]:
    return (*ALWAYS, *(("@query",) if request.query else ()), *(WITH_BODY if request.body else ()))


def _check_digest(request: Signed) -> None:
    told = request.header("content-digest")
    if not told and not request.body:
        return
    if _DIGEST not in _members(told):
        raise InvalidSignature("The digest is of another kind.")
    ContentDigest.verify(told, request.body)


def _members(header: str) -> dict[str, Any]:
    """The members of a header that is a dictionary of structured fields (RFC 9651)."""
    members: Any = http_sf.parse(header.encode("ascii"), tltype="dictionary")
    return dict(members)


class _Verifier(HTTPMessageVerifier):
    """The library's verifier, with the instant handed in."""

    now: datetime

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        created, expires = sig_input.params.get("created"), sig_input.params.get("expires")
        instant = self.now.timestamp()
        if type(created) is not int or abs(instant - created) > TOLERANCE.total_seconds():
            raise InvalidSignature("Too old or too new.")
        if expires is not None and (type(expires) is not int or expires < instant):
            raise InvalidSignature("Expired.")


class _Components(HTTPSignatureComponentResolver):
    """The covered parts of a request, path and query exactly as they were sent."""

    derived_component_resolvers: ClassVar[dict[str, Any]] = {
        "@method": lambda resolver: resolver.message.method,
        "@path": lambda resolver: resolver.message.path,
        "@query": lambda resolver: f"?{resolver.message.query}",
        "@authority": lambda resolver: resolver.get_authority(),
    }
