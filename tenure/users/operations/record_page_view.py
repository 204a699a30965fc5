from __future__ import annotations

from tenure.audit import operations as audit
from tenure.audit.models import AuditEvent
from tenure.lib.actor import Actor


def record_page_view(*, page: str, ref: str | None, actor: Actor) -> AuditEvent:
    """Note that an auditor looked at a page: its route, and which thing it was about, if any."""
    return audit.record(
        "page.viewed", actor=actor, subject=audit.Subject("page", page[:64]), page=page, ref=ref
    )
