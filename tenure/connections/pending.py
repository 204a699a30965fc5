"""What waits for a yes: judged credentials between "Validate" and "Store the key".

Nothing of it is stored. It travels through the page as one sealed text, opened again only in the
same session and for fifteen minutes. What was judged is sealed with it, so that what is stored is
exactly what was shown, and the provider is not asked the same seven questions twice.
"""

from __future__ import annotations

import base64
import secrets
from binascii import Error as NotBase64
from datetime import timedelta

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tenure.connections.connecting import Judged
from tenure.lib import structs
from tenure.lib.clock import now
from tenure.lib.errors import Conflict

VALID_FOR = timedelta(minutes=15)
_NONCE = 12


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the wizard. `connection_ref` is set when a key is to be replaced."""

    judged: Judged
    name: str = ""
    owner_ref: str | None = None
    connection_ref: str | None = None


class _Sealed(msgspec.Struct, frozen=True):
    until: float
    pending: Pending


_sealed = structs.decoder(_Sealed)


def seal(pending: Pending, *, session_key: str) -> str:
    """The text for the hidden field."""
    until = (now() + VALID_FOR).timestamp()
    return seal_text(msgspec.json.encode(_Sealed(until, pending)), what="key", session=session_key)


def unseal(text: str, *, session_key: str) -> Pending:
    """What was sealed in this session. Conflict when it is old, altered or somebody else's."""
    opened = _sealed.decode(open_text(text, what="key", session=session_key, again=_AGAIN))
    if opened.until < now().timestamp():
        raise Conflict(_AGAIN)
    return opened.pending


def seal_text(plain: bytes, *, what: str, session: str) -> str:
    """Anything that waits for a yes; it opens only as `what` it is and in the same session."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = _cipher().encrypt(nonce, plain, _for(what, session))
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_text(text: str, *, what: str, session: str, again: str) -> bytes:
    """What was sealed; Conflict, saying `again`, when it does not open."""
    try:
        sealed = base64.urlsafe_b64decode(text)
        return _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], _for(what, session))
    except (NotBase64, InvalidTag, ValueError):
        raise Conflict(again) from None


_AGAIN = "This page has waited too long or was opened elsewhere; enter the key again."


def _cipher() -> AESGCM:
    return AESGCM(settings.TENURE_ROOT_KEYS.current.derive("connection waiting for a yes"))


def _for(what: str, session_key: str) -> bytes:
    return f"{what}:session:{session_key}".encode()
