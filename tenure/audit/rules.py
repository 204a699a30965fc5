"""What an audit event may hold, and the bytes its seal covers. Pure.

A value in `detail`                                          -> outcome
None, bool, int, str, enum of them                              kept
UUID, date, aware datetime                                      kept as text
mapping with text keys, list, tuple of the above                kept, each part judged
int beyond 64 bits, float (databases differ), anything else     TypeError
text with an e-mail address in it (belongs in `text`)           ValueError
text with a provider's key in it, here or in `text`             Invalid
text a database cannot hold (NUL, lone surrogate)               Invalid

docs/audit-chain.md tells how to recompute digests and hashes by hand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec

from tenure.lib.clock import rfc3339
from tenure.lib.errors import Invalid
from tenure.lib.secrets import redact

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]

GENESIS = "0" * 64
_INT_BITS = 64

_EMAIL = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_encoder = msgspec.json.Encoder(order="deterministic")


def plain(value: object) -> Plain:
    """The value as JSON knows it; refuses what must not, or cannot, be kept for ever."""
    if isinstance(value, Mapping):
        return {_key(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return _scalar(value.value if isinstance(value, Enum) else value)


def _scalar(value: object) -> Plain:
    match value:
        case None | bool():
            return value
        case int() if value.bit_length() < _INT_BITS:
            return value
        case str():
            return _impersonal(value)
        case UUID():
            return str(value)
        case datetime() if value.tzinfo is not None:
            return rfc3339(value)
        case date() if not isinstance(value, datetime):
            return value.isoformat()
    kind = type(value).__name__
    raise TypeError(f"An audit event cannot hold this {kind}: name the plain fields you mean.")


def personal(text: str) -> str:
    """A name or free text fit for the side table."""
    if not isinstance(text, str):
        raise TypeError(f"An audit text is text, not {type(text).__name__}.")
    _check_text(text)
    return str(text)


def bulk(refs: Iterable[object], **chosen_by: object) -> dict[str, object]:
    """Detail of one event for many items: how many, chosen how, and a digest of which.

    The digest is SHA-256 over the sorted refs, one to a line: `sort refs | sha256sum` in C locale.
    """
    lines = sorted(f"{ref}\n".encode() for ref in refs)
    which = hashlib.sha256(b"".join(lines)).hexdigest()
    return {"count": len(lines), "filter": chosen_by, "sha256": which}


def digest(salt: str, text: str) -> str:
    """What the event keeps of a personal text: SHA-256 over the salt's hex digits and the text."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def canonical(document: Mapping[str, Any]) -> bytes:
    """The one byte form of a document: JSON, keys sorted, no spaces, UTF-8 as it is."""
    return _encoder.encode(document)


def chain(prev: str, document: Mapping[str, Any]) -> str:
    """The hash that seals a document behind the one sealed before it."""
    return hashlib.sha256(prev.encode() + canonical(document)).hexdigest()


def instant(moment: datetime | None) -> str | None:
    """Milliseconds, as written; a finer time was not written by us and must not look the same."""
    if moment is None:
        return None
    return rfc3339(moment) if moment.microsecond % 1000 == 0 else moment.isoformat()


def _impersonal(text: str) -> str:
    _check_text(text)
    if _EMAIL.search(text):
        raise ValueError("An e-mail address is personal: pass it in text={…}, not in detail.")
    return str(text)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("Keys in an audit event are text.")
    _check_text(key)
    return str(key)


def _check_text(text: str) -> None:
    if redact(text) != text:
        raise Invalid("This text contains a provider's key: take the key out and try again.")
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
        raise Invalid("This text holds an unusable character: type it again.")
