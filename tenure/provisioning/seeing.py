"""What is looked up at a provider, and how a step keeps what was seen."""

from __future__ import annotations

import msgspec

from tenure.connectors.changing import Sight, Target
from tenure.provisioning.models import ProvisioningOperation


def receiver(operation: ProvisioningOperation) -> Target:
    """Whom something is given to, as a member of the organization."""
    return Target(kind="member", id=operation.target_id)


def told(sight: Sight) -> dict[str, object]:
    """What one read said, as a step keeps it."""
    there: dict[str, object] = msgspec.to_builtins(sight.identity) if sight.identity else {}
    kept = {name: value for name, value in there.items() if value}
    return {
        "there": sight.is_there,
        **kept,
        **({"status": sight.status} if sight.status else {}),
        **({"organization": sight.organization} if sight.organization else {}),
    }
