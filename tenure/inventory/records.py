"""The provider's records, as they may be shown."""

from __future__ import annotations

import json

from tenure.lib.secrets import redact


def pretty(raw: str) -> str:
    """A record, indented and without anything that looks like a key."""
    try:
        return redact(json.dumps(json.loads(raw), indent=2, ensure_ascii=False))
    except ValueError:
        return redact(raw)


def as_json(raw: str) -> object:
    """A record as it came, where it is JSON, without anything that looks like a key."""
    shown = pretty(raw)
    try:
        return json.loads(shown)
    except ValueError:
        return shown or None
