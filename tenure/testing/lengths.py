"""How long a test is that has no natural end: short each day, in full with TENURE_FAULTS=full.

`make faults` runs in full every file that imports this, with examples that differ from run to run.
"""

from __future__ import annotations

import os

FULL = os.environ.get("TENURE_FAULTS") == "full"


def length(short: int, full: int) -> int:
    """So many examples, hours or steps."""
    return full if FULL else short
