"""What reads structs, made so that several threads may begin at once.

msgspec builds what it knows of a struct when it is first read, and other threads meet it half
built: two that read the same struct for the first time in the same moment end the process (0.22,
a segmentation fault). So readers are made here, one after the other, before anybody uses them; a
test sees to it that nothing else makes one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec

_Kind = TypeVar("_Kind")
# A type that is read may make a reader of its own while it is built.
_ONE_AT_A_TIME = threading.RLock()


def decoder(kind: type[_Kind]) -> msgspec.json.Decoder[_Kind]:
    """Reads JSON. Raises msgspec.MsgspecError for anything else, and UnicodeDecodeError."""
    with _ONE_AT_A_TIME:
        return msgspec.json.Decoder(kind)


def unpacker(kind: type[_Kind]) -> msgspec.msgpack.Decoder[_Kind]:
    """Reads MessagePack. Raises msgspec.MsgspecError."""
    with _ONE_AT_A_TIME:
        return msgspec.msgpack.Decoder(kind)


def converter(kind: type[_Kind]) -> Callable[[object], _Kind]:
    """Reads what JSON was decoded to. Raises msgspec.ValidationError."""
    decoder(kind)
    return partial(msgspec.convert, type=kind)
