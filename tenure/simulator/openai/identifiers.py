from __future__ import annotations

import hashlib

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def derive(seed: str, *parts: object, length: int = 24) -> str:
    """Letters and digits that are always the same for the same seed and parts."""
    text = "\x1f".join([seed, *map(str, parts)]).encode()
    digest = hashlib.blake2b(text, digest_size=length).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest)
