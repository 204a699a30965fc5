"""Events to look at, made in one line."""

from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.models import AuditEvent

VERB = "audit_log.exported"


def leave(count: int = 1, *, by: str = "ada", **given: object) -> list[AuditEvent]:
    """`count` events in one transaction."""
    from tenure.testing.cast import actor_of

    given.setdefault("subject", audit.Subject("audit_log", "all"))
    with transaction.atomic():
        return [
            audit.record(VERB, actor=actor_of(by), number=number, **given)  # type: ignore[arg-type]
            for number in range(count)
        ]
