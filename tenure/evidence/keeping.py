"""The private half of a signing key, as it is kept; and where bundles stand."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tenure.evidence import signing
from tenure.evidence.models import EvidenceBuild, EvidenceKey
from tenure.lib.clock import now
from tenure.lib.secrets import CannotDecrypt, Envelope

SEALED = ("key_id", "wrapped_key", "ciphertext")


def fresh_key() -> EvidenceKey:
    """A new key in force from now on, not saved yet."""
    private = signing.new_private_pem()
    public = signing.public_pem_of(private)
    key = EvidenceKey(
        algorithm=signing.ALGORITHM,
        fingerprint=signing.fingerprint_of(public),
        public_pem=public,
        valid_from=now(),
    )
    _keep(key, settings.TENURE_ROOT_KEYS.seal(private, context=key.seal_context))
    return key


def sign(key: EvidenceKey, message: bytes) -> bytes:
    """The key's signature. Raises CannotDecrypt where no root key here opens it."""
    private = settings.TENURE_ROOT_KEYS.open(_envelope(key), context=key.seal_context)
    return signing.sign(private, message)


def forget_private(key: EvidenceKey) -> None:
    """It signs nothing any more; save SEALED."""
    key.key_id, key.wrapped_key, key.ciphertext = "", None, None


def reseal(key: EvidenceKey) -> bool:
    """Move it to the root key in force; False where no root key here opens it."""
    try:
        _keep(key, settings.TENURE_ROOT_KEYS.rewrap(_envelope(key), context=key.seal_context))
    except CannotDecrypt:
        return False
    key.save(update_fields=SEALED)
    return True


def place() -> Path:
    """Where bundles stand: for the owner's eyes, like everything under the home."""
    folder: Path = settings.TENURE_HOME / "evidence"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def file_of(build: EvidenceBuild) -> Path:
    """Where the bundle's file stands."""
    return place() / f"{build.ref}.zip"


def _envelope(key: EvidenceKey) -> Envelope:
    return Envelope(key.key_id, bytes(key.wrapped_key or b""), bytes(key.ciphertext or b""))


def _keep(key: EvidenceKey, sealed: Envelope) -> None:
    key.key_id = sealed.key_id
    key.wrapped_key, key.ciphertext = sealed.wrapped_key, sealed.ciphertext
