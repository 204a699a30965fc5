from __future__ import annotations

import hashlib

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LETTERS = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))


def derive(seed: str, *parts: object, length: int = 24) -> str:
    """Letters and digits that are always the same for the same seed and parts."""
    text = "\x1f".join([seed, *map(str, parts)]).encode()
    return hashlib.blake2b(text, digest_size=length).digest().translate(_LETTERS).decode()
