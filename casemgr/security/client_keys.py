"""Keys of API clients: fresh shared keys, and the reading of public keys that clients hand in."""

import secrets

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

SHARED_KEY_BYTES = 32


def fresh_shared_key() -> bytes:
    """A new random key for HMAC-SHA-256."""
    return secrets.token_bytes(SHARED_KEY_BYTES)


def read_public_key(pem: bytes) -> bytes | None:
    """An Ed25519 public key in its plain form (PEM, SubjectPublicKeyInfo), or nothing if it is something else."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, Ed25519PublicKey):
        return None
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
