"""An authenticator made of software: makes and uses passkeys as a device would, and lies where it is told to."""

import hashlib
import html
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from casemgr.accounts.codes import as_text, from_text

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def asked(text: str) -> dict[str, Any]:
    """What a page asks a browser for: the last one on it."""
    found = re.findall(r'data-options="([^"]*)"', text)
    told: dict[str, Any] = json.loads(html.unescape(found[-1]))
    return told


@dataclass
class Device:
    """One device with one passkey."""

    origin: str = "http://localhost"
    site: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    count: int = 0
    owner: bytes = b""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        """The answer to a page that asks to make a passkey."""
        self.owner = from_text(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = (
            self._data(ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        )
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer("webauthn.create", options, attestationObject=as_text(attestation))

    def use(self, options: dict[str, Any], *, owner: bytes | None = None) -> str:
        """The answer to a page that asks to use a passkey."""
        self.count += self.counts
        data = self._data()
        client = self._client("webauthn.get", options)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            "webauthn.get",
            options,
            authenticatorData=as_text(data),
            signature=as_text(signed),
            userHandle=as_text(self.owner if owner is None else owner),
        )

    def _data(self, more: int = 0) -> bytes:
        return (
            hashlib.sha256(self.site.encode()).digest()
            + bytes([self.flags | more])
            + self.count.to_bytes(4, "big")
        )

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, kind: str, options: dict[str, Any], **response: str) -> str:
        return json.dumps(
            {
                "id": as_text(self.id),
                "rawId": as_text(self.id),
                "type": "public-key",
                "response": {"clientDataJSON": as_text(self._client(kind, options)), **response},
                "clientExtensionResults": {},
            }
        )
