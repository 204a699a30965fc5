"""What webhooks tell of the findings of one run of one test."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from tenure.compliance.models import ComplianceTest
from tenure.webhooks.publishing import publish
from tenure.webhooks.rules import MOST_AT_ONCE


def publish_findings(row: ComplianceTest, *, opened: int, resolved: int, at: datetime) -> None:
    """Those that the run of this instant opened and resolved: each, or how many where they are
    more than a program wants to hear of one by one. In the transaction of the run.
    """
    for what, count in (("opened", opened), ("resolved", resolved)):
        data = {"test": row.slug}
        if count > MOST_AT_ONCE:
            publish(f"finding.many_{what}", "test", [_ref(row)], data={**data, "findings": count})
        elif count:
            findings = row.findings.filter(**{f"{what}_at": at})
            publish(f"finding.{what}", "finding", findings.values("ref"), data=data)


def _ref(row: ComplianceTest) -> UUID:
    """Tests are known by their slug; this only keeps their events in sequence."""
    return uuid5(NAMESPACE_URL, f"tenure:test:{row.slug}")
