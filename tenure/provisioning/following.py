"""Who works on what was let go: one job for each batch, at once."""

from __future__ import annotations

from collections.abc import Iterable

from tenure.jobs.follow_ups import announce
from tenure.provisioning.models import ProvisioningOperation


def work_soon(operations: Iterable[ProvisioningOperation]) -> None:
    """In the caller's transaction; what is done by hand is nobody's job."""
    by_hand = ProvisioningOperation.Mode.MANUAL
    for batch in dict.fromkeys(one.batch for one in operations if one.mode != by_hand):
        announce("operations.let_go", batch=str(batch))
