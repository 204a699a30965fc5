"""How long a test is that has no natural end: short each day, in full with TENURE_FAULTS=full.

`make faults` runs in full every file that imports this, with examples that differ from run to run.
Some of what is short is divided between the databases: a whole `make test` has done all of it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")
FULL = os.environ.get("TENURE_FAULTS") == "full"
_IS_POSTGRESQL = os.environ.get("TENURE_TEST_DB") == "postgres"


def length(short: int, full: int) -> int:
    """So many examples, hours or steps."""
    return full if FULL else short


def shared(things: Sequence[_T]) -> Sequence[_T]:
    """What is the same on both databases and long on each: half of it here, the rest there."""
    return things if FULL else things[_IS_POSTGRESQL::2]


def spread(cases: Sequence[_T]) -> Sequence[_T]:
    """Cases that differ in what a provider does, not in what is asked of the database.

    On SQLite all of them; on PostgreSQL every third, and in full all of them there, too.
    """
    return cases[1::3] if _IS_POSTGRESQL and not FULL else cases
