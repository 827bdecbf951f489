"""A machine of the tests: signs its requests with the library that any sender may use, or wrongly on purpose."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519, HMAC_SHA256
from werkzeug.test import TestResponse

from casemgr.access.roles import Role
from casemgr.accounts import actions as accounts
from casemgr.accounts.terms import ClientAlgorithm
from tests.support.house import HouseUnderTest

HOST = "http://localhost"
COVERED = ("@method", "@path", "@query", "content-digest", "content-type")


@dataclass
class Message:
    """A request as the signing library wants it."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass
class Machine:
    """A client with its key."""

    house: HouseUnderTest
    name: str
    key: Any
    algorithm: type = HMAC_SHA256
    extra: dict[str, str] = field(default_factory=dict)

    def headers(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        content_type: str = "application/json",
        created: datetime | None = None,
        nonce: str | None = None,
        label: str = "sig1",
        covered: tuple[str, ...] | None = None,
        **more: Any,
    ) -> dict[str, str]:
        """The headers of a signed request."""
        message = Message(
            method, HOST + path, {**self.extra, **({"Content-Type": content_type} if body else {})}
        )
        wanted = covered or COVERED[: 5 if body else 3]
        signer = HTTPMessageSigner(
            signature_algorithm=self.algorithm,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={self.name: self.key}),
        )
        signer.sign(
            message,
            key_id=self.name,
            created=created or self.house.clock.now(),
            nonce=nonce or secrets.token_urlsafe(16),
            label=label,
            covered_component_ids=tuple(name for name in wanted if name != "@query" or "?" in path),
            body=body or None,
            **more,
        )
        return message.headers

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        altered: Mapping[str, str | None] | None = None,
        **how: Any,
    ) -> TestResponse:
        """A signed request; `altered` headers are changed (None: taken away) after the signature."""
        headers = {**self.headers(method, path, body, **how), **(altered or {})}
        kept = {name: value for name, value in headers.items() if value is not None}
        return self.house.app.test_client().open(path, method=method, data=body, headers=kept)

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.send("GET", path, **how)

    def post(self, path: str, told: object = None, **how: Any) -> TestResponse:
        body = (
            told
            if isinstance(told, bytes)
            else b""
            if told is None
            else json.dumps(told, ensure_ascii=False).encode()
        )
        return self.send("POST", path, body, **how)

    def refer(self, told: object, **how: Any) -> TestResponse:
        """Send a referral."""
        return self.post("/api/v1/referrals", told, **how)


def hmac_machine(
    house: HouseUnderTest, name: str = "hotline-111", role: Role = Role.HOTLINE, unit: str = "VN"
) -> Machine:
    """A client with a shared key."""
    key = secrets.token_bytes(32)
    with house.maintenance() as desk:
        accounts.add_client(
            desk, name=name, role=role, algorithm=ClientAlgorithm.HMAC_SHA256, unit_code=unit, shared_key=key
        )
    return Machine(house, name, key)


def ed25519_machine(house: HouseUnderTest, name: str = "hotline-two", role: Role = Role.HOTLINE) -> Machine:
    """A client that keeps its private key."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with house.maintenance() as desk:
        accounts.add_client(
            desk, name=name, role=role, algorithm=ClientAlgorithm.ED25519, unit_code="VN", public_key=public
        )
    return Machine(house, name, private, ED25519)


def a_referral(**changes: Any) -> dict[str, Any]:
    """A referral of an invented child; members given as None are left out."""
    told: dict[str, Any] = {
        "reference": "111-2026-000123",
        "revision": 1,
        "received_at": "2026-11-18T12:15:00+07:00",
        "channel": "telephone",
        "kind": "intervention",
        "urgency": "emergency",
        "incident": {
            "unit_code": "06124",
            "address": "thôn Nà Tềnh",
            "occurred_on": "2026-11-17",
            "precision": "day",
            "environment": "family",
            "online": False,
            "description": "Bị đánh bằng roi tối hôm trước",
        },
        "children": [
            {
                "ref": "c1",
                "name": "Nông Minh Khang",
                "sex": "male",
                "birth": {"date": "2017-03-14", "precision": "day"},
                "ethnic_group": "tay",
                "disability": "no",
                "residence_unit_code": "06124",
                "whereabouts": "nhà bà ngoại",
                "condition": "Vết bầm ở cẳng tay",
                "harms": ["violence"],
                "feared_consequences": "Bị đánh tiếp",
            }
        ],
        "suspects": [
            {
                "ref": "s1",
                "name": "Nông Văn Đức",
                "sex": "male",
                "age": 38,
                "is_carer": True,
                "relations": [{"child": "c1", "relation": "father"}],
            }
        ],
        "reporter": {
            "anonymous": False,
            "kind": "neighbour",
            "name": "Lý Thị Giả Định",
            "phone": "0900 000 000",
        },
        "actions_taken": "Đã gọi cho công an xã",
        "secrecy": "Không cho gia đình biết người báo",
    }
    merged = {**told, **changes}
    return {name: value for name, value in merged.items() if value is not None}
