"""The public halves of the keys, as they are published."""

from __future__ import annotations

from tenure.evidence import queries
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339


def published(*, actor: Actor | None) -> list[dict[str, str | None]]:
    """Every key that signs or signed evidence, the one in force first."""
    return [
        {
            "algorithm": key.algorithm,
            "fingerprint": key.fingerprint,
            "public_key": key.public_pem,
            "valid_from": rfc3339(key.valid_from),
            "valid_until": rfc3339(key.valid_until) if key.valid_until else None,
        }
        for key in queries.keys(actor=actor)
    ]
