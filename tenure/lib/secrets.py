"""The root key, what is derived from it, and the envelope that credentials are kept in.

An envelope: a fresh data key encrypts the secret (AES-256-GCM), the root key's wrapping key
encrypts the data key. The caller's context (what the secret belongs to) is authenticated in both,
so an envelope moved to another row does not open. Rotating the root key re-wraps data keys only.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
# Anything that looks like a provider's key, or like our own API tokens, however it got into a text:
# also behind an escaped line break, as in a repr, or an escaped character, as in a URL. The end of
# "task-" begins no key.
_KEY_SHAPE = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
    r"(?:(sk-)[A-Za-z0-9_-]{6,}|(tenure_)[A-Za-z0-9_-]{40,})"
)


class CannotDecrypt(Exception):
    """The envelope was sealed under another root key, for another owner, or was altered."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A secret at rest. `key_id` tells which root key opens it."""

    key_id: str
    wrapped_key: bytes
    ciphertext: bytes


class RootKey:
    """256 bits from which every other key of this installation is derived."""

    def __init__(self, material: str) -> None:
        try:
            self._material = base64.urlsafe_b64decode(material + "=" * (-len(material) % 4))
        except ValueError as error:
            raise ValueError("it is not base64") from error
        if len(self._material) < 32:  # noqa: PLR2004 - 256 bits
            raise ValueError("it holds fewer than 32 bytes; make one with: openssl rand -base64 32")
        self.id = hashlib.sha256(b"tenure root key id" + self._material).hexdigest()[:12]

    def __repr__(self) -> str:
        return f"RootKey({self.id})"

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose; knowing it tells nothing of the others."""
        return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(self._material)


class RootKeys:
    """The root key in force, and earlier ones that may still open old envelopes."""

    def __init__(self, current: RootKey, *previous: RootKey) -> None:
        self.current = current
        self._all = {key.id: key for key in (current, *previous)}

    def __repr__(self) -> str:
        return f"RootKeys({', '.join(self._all)})"

    def __iter__(self) -> Iterator[RootKey]:
        return iter(self._all.values())

    @property
    def ids(self) -> list[str]:
        """Which root keys are here."""
        return list(self._all)

    def seal(self, secret: str, *, context: str) -> Envelope:
        """Encrypt for storage; `context` must be given again to open."""
        data_key = AESGCM.generate_key(bit_length=256)
        return Envelope(
            key_id=self.current.id,
            wrapped_key=_encrypt(self._wrapping(self.current), data_key, context),
            ciphertext=_encrypt(data_key, secret.encode(), context),
        )

    def open(self, envelope: Envelope, *, context: str) -> str:
        return _decrypt(self._data_key(envelope, context), envelope.ciphertext, context).decode()

    def rewrap(self, envelope: Envelope, *, context: str) -> Envelope:
        """The same secret under the root key in force."""
        data_key = self._data_key(envelope, context)
        wrapped = _encrypt(self._wrapping(self.current), data_key, context)
        return Envelope(self.current.id, wrapped, envelope.ciphertext)

    def _data_key(self, envelope: Envelope, context: str) -> bytes:
        if (key := self._all.get(envelope.key_id)) is None:
            raise CannotDecrypt(f"sealed under root key {envelope.key_id}, which is not here")
        return _decrypt(self._wrapping(key), envelope.wrapped_key, context)

    @staticmethod
    def _wrapping(key: RootKey) -> bytes:
        return key.derive("credential wrapping")


def new_root_key() -> str:
    """Fresh key material, as text."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def root_key_file(path: Path) -> str:
    """The key material in `path`, made there (0600) when there is none yet.

    Two processes starting at once agree: the file appears whole or not at all, and is on the disk
    before anything is sealed under it.
    """
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Never a name that a process killed here may have left behind.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(new_root_key() + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    _sync_directory(path.parent)
    return path.read_text(encoding="ascii").strip()


def _sync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def redact(text: str) -> str:
    """The text without anything that looks like a key or a token."""
    return _KEY_SHAPE.sub(lambda found: f"{found[1] or found[2]}…{found[0][-4:]}", text)


def _encrypt(key: bytes, plain: bytes, context: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def _decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except InvalidTag as error:
        raise CannotDecrypt("altered, or sealed for something else") from error
