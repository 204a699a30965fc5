"""What findings said before they came to say something else, for whoever asks later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tenure.compliance.models import Finding, FindingBefore
from tenure.lib.rows import insert_rows

# What of a finding may become different while it lives.
MOVING = ("why", "since", "due_at", "person")


def keep_as_they_were(findings: Sequence[Finding], *, until: datetime) -> None:
    """Keep what these say, which holds up to this instant, before they are changed."""
    insert_rows(
        FindingBefore,
        ("finding", "until", *MOVING),
        ((one.pk, until, one.why, one.since, one.due_at, one.person_id) for one in findings),
    )
