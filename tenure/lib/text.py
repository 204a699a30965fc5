"""Comparing what people typed."""

from __future__ import annotations

import unicodedata


def fold_email(address: str | None) -> str:
    """The key under which two spellings of one address meet; empty for none.

    Case and Unicode form are ignored, nothing else: plus-addresses and dots mean different
    mailboxes unless a domain says otherwise. Folded here and never in SQL, because databases
    disagree about lower().
    """
    if address and address.isascii():
        return address.strip().lower()
    return unicodedata.normalize("NFKC", address or "").strip().casefold()


def last_four(secret: str) -> str:
    """The only part of a key that may ever be shown again."""
    return secret[-4:] if len(secret) >= 12 else ""  # noqa: PLR2004 - shorter is a guessable key


def quantity(count: int, singular: str, plural: str | None = None) -> str:
    """`1 account`, `2 accounts`, `1,204 accounts`."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
