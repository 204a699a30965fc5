"""What the audit log keeps of a verb about many rows: how many, and which, as one digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any


def items(refs: Iterable[object]) -> dict[str, Any]:
    """Count and SHA-256 of the refs in order, one a line."""
    lines = sorted(str(ref) for ref in refs)
    return {"count": len(lines), "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest()}
