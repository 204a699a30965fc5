"""Why something is a finding: in a sentence, and the verdict given again from what is printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from tenure.compliance.catalog import catalogue
from tenure.compliance.models import Finding
from tenure.lib.clock import now

Verdict = Literal["failing", "passing"]


def printed(finding: Finding) -> dict[str, Any]:
    """The inputs of a finding by their names, as everybody reads them."""
    return {given["name"]: given["value"] for given in finding.why.get("inputs", [])}


def recomputed(finding: Finding, *, at: datetime | None = None) -> Verdict:
    """The verdict at an instant or now, from the printed inputs and nothing else."""
    fails = catalogue()[finding.test.slug].verdict(printed(finding), at or now())
    return "failing" if fails else "passing"


def who(finding: Finding) -> str:
    """Whom or what it is about, by the name that people know."""
    kind = finding.subject.partition(":")[0]
    if kind == "connection" and finding.connection:
        return str(finding.connection)
    if finding.credential:
        return str(finding.credential)
    if named := finding.person or finding.account:
        return str(named)
    inputs = printed(finding)
    return str(inputs.get("Address") or inputs.get("People source") or finding.subject)


def sentence(finding: Finding, *, at: datetime | None = None) -> str:
    """What is wrong, at an instant or now, for somebody who knows neither test nor product."""
    return catalogue()[finding.test.slug].sentence(printed(finding), who(finding), at or now())
