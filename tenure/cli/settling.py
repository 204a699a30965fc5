"""Looking on while an offboarding is worked on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import UUID

from tenure.cli.working import working

if TYPE_CHECKING:
    from tenure.lib.actor import Actor

_LOOK_EVERY_S = 0.25


def settled(ref: UUID, *, seconds: float, actor: Actor) -> bool:
    """Work on it, and look until nothing goes on by itself; False when the time was over first."""
    from tenure.offboarding import queries
    from tenure.offboarding.minding import settle_case

    until = time.monotonic() + seconds
    with working(["act", "rest"]):
        while queries.goes_on(ref, actor=actor):
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_EVERY_S)
        settle_case(ref=ref, actor=actor)
    return True
