"""Passkeys (WebAuthn): what a browser is asked, and how its answer is checked. Nothing is stored here.

A challenge is a ticket of ours, so that asking needs no row: whoever answers brings it back inside the signed answer.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from casemgr.accounts import codes
from casemgr.accounts.terms import Site

_LONGEST = 20_000
_MINUTES = 5 * 60 * 1000
_ALWAYS = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Passkey:
    """What is kept, sealed, of one passkey."""

    id: bytes
    key: bytes
    site: str

    def packed(self) -> bytes:
        told = {"id": codes.as_text(self.id), "key": codes.as_text(self.key), "site": self.site}
        return json.dumps(told, sort_keys=True).encode()

    @classmethod
    def unpacked(cls, raw: bytes) -> "Passkey":
        told = json.loads(raw)
        return cls(codes.from_text(told["id"]), codes.from_text(told["key"]), told["site"])


@dataclass(frozen=True)
class Answer:
    """An answer that is not checked yet: which passkey says it is, whose, and to which challenge it answers."""

    text: str
    id: bytes
    challenge: bytes
    account_id: UUID | None


def ask_to_make(
    site: Site, challenge: bytes, *, account_id: UUID, username: str, house_name: str, known: Sequence[bytes]
) -> str:
    """What a browser is told that shall make a passkey: kept on the device, opened by finger, face or PIN."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.name,
            rp_name=house_name,
            user_name=username,
            user_id=account_id.bytes,
            challenge=challenge,
            timeout=_MINUTES,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_ALWAYS
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        )
    )


def ask_to_use(site: Site, challenge: bytes, known: Sequence[bytes] = ()) -> str:
    """What a browser is told that shall use a passkey; without known ones the device offers what it has."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.name,
            challenge=challenge,
            timeout=_MINUTES,
            user_verification=_ALWAYS,
            allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known] or None,
        )
    )


def read(text: str) -> Answer | None:
    """What an answer says of itself; nothing of it is true before it is checked."""
    if not text or len(text) > _LONGEST:
        return None
    try:
        told = json.loads(text)
        inner = told["response"]
        client = json.loads(codes.from_text(inner["clientDataJSON"]))
        whose = codes.from_text(inner.get("userHandle") or "")
        return Answer(
            text,
            codes.from_text(told["id"]),
            codes.from_text(client["challenge"]),
            UUID(bytes=whose) if len(whose) == 16 else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def made(answer: Answer, site: Site) -> tuple[Passkey, int] | None:
    """The passkey that was made, with its count, if the answer holds for this site and the person was verified."""
    try:
        found = verify_registration_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes set off is a refusal
        return None
    return Passkey(found.credential_id, found.credential_public_key, site.name), found.sign_count


def used(answer: Answer, passkey: Passkey, count: int, site: Site) -> int | None:
    """The new count of a passkey, if it answered for this site, its owner was verified, and it is no copy."""
    if passkey.site != site.name or passkey.id != answer.id:
        return None
    try:
        return verify_authentication_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=passkey.key,
            credential_current_sign_count=count,
            require_user_verification=True,
        ).new_sign_count
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes set off is a refusal
        return None
