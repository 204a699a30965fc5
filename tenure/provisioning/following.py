"""Who works on what was let go: one job for each batch, at once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tenure.jobs import enqueue
from tenure.provisioning.models import ProvisioningOperation


def work_soon(operations: Iterable[ProvisioningOperation]) -> None:
    """In the caller's transaction. The riskiest batch first, where many wait."""
    by_hand = ProvisioningOperation.Mode.MANUAL
    for batch in dict.fromkeys(one.batch for one in operations if one.mode != by_hand):
        work_on_batch(batch)


def work_on_batch(batch: UUID) -> None:
    from tenure.provisioning.tasks import work_on_operations

    lock = f"operations:{batch}"
    enqueue(work_on_operations, key=lock, lock=lock, max_attempts=1000, batch=str(batch))
