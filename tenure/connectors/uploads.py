"""What stands in the place of a key where a connection reads files. Pure, as `base` is."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file of accounts in the place of a key. `columns` says of each field its column."""

    content: bytes
    columns: dict[str, str]
    uploaded_at: datetime
