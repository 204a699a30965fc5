"""Ed25519 signatures and the fingerprints of the keys that make them. Pure: no framework."""

from __future__ import annotations

import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from tenure.lib.errors import Invalid

ALGORITHM = "Ed25519"
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def new_private_pem() -> str:
    """A fresh private key, as PKCS #8 in PEM."""
    made = Ed25519PrivateKey.generate()
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem_of(private_pem: str) -> str:
    """The public half, as a SubjectPublicKeyInfo in PEM: what OpenSSL reads."""
    public = _private(private_pem).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(private_pem: str, message: bytes) -> bytes:
    """64 bytes; of the same message always the same."""
    return _private(private_pem).sign(message)


def is_signed(public_pem: str, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the private key signed exactly this."""
    try:
        _public(public_pem).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def fingerprint_of(public_pem: str) -> str:
    """SHA-256 of the key in DER, in hexadecimal.

    By hand: openssl pkey -pubin -in KEY.pem -outform DER | sha256sum
    """
    der = _public(public_pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def fingerprint_as_typed(written: str) -> str:
    """A fingerprint as people copy it: with blanks, colons, capitals."""
    plain = re.sub(r"[\s:]", "", written).lower().removeprefix("sha256")
    if not _FINGERPRINT.fullmatch(plain):
        raise Invalid(
            "A fingerprint has 64 hexadecimal digits; copy it whole.", field="fingerprint"
        )
    return plain


def in_groups(fingerprint: str) -> str:
    """The fingerprint as it is read aloud: 16 groups of four."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


def _private(pem: str) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Invalid("This is no Ed25519 key.")
    return key


def _public(pem: str) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, TypeError) as error:
        raise Invalid("This is no public key in PEM; it begins with BEGIN PUBLIC KEY.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Invalid("This is no Ed25519 key; give the one that signs evidence.")
    return key
