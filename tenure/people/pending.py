"""A people file between its preview and the yes: sealed into the page, stored nowhere.

What is imported is exactly what was previewed, and nobody has to choose the file twice. The text
opens only in the same session and for an hour.
"""

from __future__ import annotations

import base64
import secrets
import zlib
from binascii import Error as NotBase64
from datetime import timedelta

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tenure.lib import structs
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid

VALID_FOR = timedelta(hours=1)
# A form field may hold 2.5 MB in all; a CSV packs to a quarter or better.
LARGEST = 5_000_000
_LARGEST_SEALED = 2_300_000
_NONCE = 12


class PendingImport(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was chosen, and how it is to be read."""

    name: str
    content: bytes
    source: str
    is_full: bool


class _Sealed(msgspec.Struct, frozen=True):
    until: float
    pending: PendingImport


_sealed = structs.unpacker(_Sealed)


def seal(pending: PendingImport, *, session_key: str) -> str:
    """The text for the hidden field. Invalid when the file is too large for a page."""
    if len(pending.content) > LARGEST:
        raise Invalid(_TOO_LARGE, field="file")
    until = (now() + VALID_FOR).timestamp()
    nonce = secrets.token_bytes(_NONCE)
    plain = zlib.compress(msgspec.msgpack.encode(_Sealed(until, pending)))
    text = base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, plain, _for(session_key)))
    if len(text) > _LARGEST_SEALED:
        raise Invalid(_TOO_LARGE, field="file")
    return text.decode()


def unseal(text: str, *, session_key: str) -> PendingImport:
    """What was sealed in this session. Conflict when it is old, altered or somebody else's."""
    try:
        sealed = base64.urlsafe_b64decode(text)
        plain = _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], _for(session_key))
    except (NotBase64, InvalidTag, ValueError):
        raise Conflict(_AGAIN) from None
    opened = _sealed.decode(zlib.decompress(plain))
    if opened.until < now().timestamp():
        raise Conflict(_AGAIN)
    return opened.pending


_AGAIN = "This preview is over an hour old or was opened elsewhere; choose the file again."
_TOO_LARGE = "This file is too large for a page; use the command line: tenure people import."


def _cipher() -> AESGCM:
    return AESGCM(settings.TENURE_ROOT_KEYS.current.derive("people import waiting for a yes"))


def _for(session_key: str) -> bytes:
    return f"session:{session_key}".encode()
