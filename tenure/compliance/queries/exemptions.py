"""Exemptions, as far as the actor may see their findings."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tenure.compliance.models import Exemption, Finding
from tenure.compliance.queries.found import seen_findings
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict


def exemptions(*, actor: Actor) -> QuerySet[Exemption]:
    """With their findings, the newest first; an auditor's were in force in their window."""
    seen = Exemption.objects.filter(seen_findings(actor, of="finding__"))
    if actor.window is not None:
        begins, ends = actor.window
        seen = seen.filter(Q(ended_at=None) | Q(ended_at__gte=begins), exempted_at__lt=ends)
    about = ("test", "connection", "account", "credential", "person", "owner")
    return seen.select_related(*(f"finding__{name}" for name in about)).order_by("-id")


def exemption_to_withdraw(finding: Finding, *, actor: Actor) -> Exemption:
    """The exemption in force of a locked finding, locked."""
    actor.require("findings.exempt", connection=_connection(finding))
    active = finding.exemptions.filter(state=Exemption.State.ACTIVE)
    if found := active.select_for_update(of=("self",)).first():
        found.finding = finding
        return found
    raise Conflict("This finding has no exemption in force; reload the page.")


def exemptions_to_expire(*, actor: Actor) -> list[Exemption]:
    """Those in force whose last day is over, locked with their findings."""
    actor.require("tests.run")
    active = Exemption.objects.filter(state=Exemption.State.ACTIVE, ends_at__lte=now())
    over = active.select_related("finding").select_for_update(of=("self", "finding"))
    return list(over.order_by("id"))


def _connection(finding: Finding) -> str | None:
    return str(finding.connection.ref) if finding.connection else None
