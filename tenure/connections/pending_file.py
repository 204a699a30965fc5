"""A file of accounts between its preview and the yes: sealed into the page, stored nowhere."""

from __future__ import annotations

import zlib
from datetime import timedelta

import msgspec

from tenure.connections.pending import open_text, seal_text
from tenure.lib import structs
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid

VALID_FOR = timedelta(hours=1)
# A form may hold 2.5 MB in all; a CSV packs to a quarter or better.
_LARGEST_SEALED = 2_300_000
_AGAIN = "This preview is over an hour old or was opened elsewhere; choose the file again."
_TOO_LARGE = "This file is too large for a page; use the command line: tenure connections upload."


class PendingFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was chosen, with the columns as they were shown. With `connection_ref` it is a
    newer one of that connection; else one called `system` is to be made."""

    name: str
    content: bytes
    columns: dict[str, str]
    system: str = ""
    owner_ref: str | None = None
    connection_ref: str | None = None


class _Sealed(msgspec.Struct, frozen=True):
    until: float
    pending: PendingFile


_sealed = structs.unpacker(_Sealed)


def seal(pending: PendingFile, *, session_key: str) -> str:
    """The text for the hidden field. Invalid when the file is too large for a page."""
    until = (now() + VALID_FOR).timestamp()
    plain = zlib.compress(msgspec.msgpack.encode(_Sealed(until, pending)))
    text = seal_text(plain, what="file", session=session_key)
    if len(text) > _LARGEST_SEALED:
        raise Invalid(_TOO_LARGE, field="file")
    return text


def unseal(text: str, *, session_key: str) -> PendingFile:
    """What was sealed in this session. Conflict when it is old, altered or somebody else's."""
    plain = open_text(text, what="file", session=session_key, again=_AGAIN)
    opened = _sealed.decode(zlib.decompress(plain))
    if opened.until < now().timestamp():
        raise Conflict(_AGAIN)
    return opened.pending
