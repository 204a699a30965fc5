"""Why something is a finding, and the verdict given again from what is printed."""

from __future__ import annotations

from typing import Any, Literal

from tenure.compliance.catalog import catalogue
from tenure.compliance.models import Finding
from tenure.lib.clock import now

Verdict = Literal["failing", "passing"]


def printed(finding: Finding) -> dict[str, Any]:
    """The inputs of a finding by their names, as everybody reads them."""
    return {given["name"]: given["value"] for given in finding.why.get("inputs", [])}


def recomputed(finding: Finding) -> Verdict:
    """The verdict at this moment, from the printed inputs and nothing else."""
    fails = catalogue()[finding.test.slug].verdict(printed(finding), now())
    return "failing" if fails else "passing"
