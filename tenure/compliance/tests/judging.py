"""One test asked, and its findings judged again from what they print."""

from __future__ import annotations

from typing import Any

from tenure.compliance.catalog import catalogue
from tenure.compliance.explaining import printed
from tenure.compliance.models import ComplianceTest, Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.cases import MARA
from tenure.inventory.models import Collection
from tenure.lib.clock import now


def ask(slug: str) -> dict[str, Finding]:
    """The live findings of a test by their subject, with everything freshly read."""
    run_tests(slugs=[slug], actor=MARA)
    found = Finding.objects.filter(test__slug=slug).exclude(state="resolved")
    for finding in found:
        assert catalogue()[slug].verdict(printed(finding), now()), finding.why
    return {finding.subject: finding for finding in found}


def freshly_read() -> None:
    """As if everything had been read this instant."""
    Collection.objects.update(completed_at=now())


def row(slug: str) -> ComplianceTest:
    return ComplianceTest.objects.get(slug=slug)


def inputs(finding: Finding) -> dict[str, Any]:
    return printed(finding)
