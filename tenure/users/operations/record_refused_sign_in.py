from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.models import AuditEvent
from tenure.lib.actor import Actor


@transaction.atomic
def record_refused_sign_in(*, typed: str, address: str, actor: Actor) -> AuditEvent:
    """Note an attempt that failed. Whom it meant is not looked up: what was typed says enough."""
    return audit.record(
        "sign_in.refused",
        actor=actor,
        subject=audit.Subject("sign_in", "refused"),
        text={"typed": typed[:254], "address": address},
    )
