"""Where a campaign in remediation stands, from its operations; and its completion."""

from __future__ import annotations

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.provisioning.models import ProvisioningOperation
from tenure.reviews.models import Campaign, Remediation
from tenure.reviews.publishing import publish_state
from tenure.reviews.remedy_rules import state_after
from tenure.reviews.telling import tell_managers

State = Remediation.State


def settle(campaign: Campaign, *, actor: Actor) -> bool:
    """Bring every remediation in line with its operation, and the campaign with them; True when it
    is complete now. In a transaction, with the campaign locked.
    """
    work = campaign.remediations.select_related("operation").select_for_update(of=("self",))
    for one in work.exclude(operation=None).order_by("pk"):
        assert one.operation is not None  # noqa: S101 - filtered
        _follow(one, one.operation)
    if campaign.remediations.exclude(state__in=Remediation.SETTLED).exists():
        return False
    complete(campaign, actor=actor)
    return True


def _follow(one: Remediation, operation: ProvisioningOperation) -> None:
    back = operation.reappeared_at is not None
    state = state_after(operation.state, came_back=back)
    if one.state in (State.WAIVED, state):
        return
    fields = ["state", "reason", "settled_at"]
    if one.state == State.VERIFIED:
        one.reopened += 1
        fields.append("reopened")
    one.state = State(state)
    one.reason = operation.reason if state in (State.FAILED, State.WAIVED) else ""
    if state == State.WAIVED:
        one.waived_by = operation.approved_by or "by an override"
        fields.append("waived_by")
    one.settled_at = now() if one.is_settled else None
    one.save(update_fields=fields)


def complete(campaign: Campaign, *, actor: Actor) -> None:
    """Everything is decided, done and read back: from here on nothing of it changes."""
    campaign.remediations.filter(is_sealed=False).update(is_sealed=True)
    campaign.state, campaign.completed_at = Campaign.State.COMPLETED, now()
    campaign.save(update_fields=["state", "completed_at"])
    publish_state(campaign)
    states = campaign.remediations.order_by().values_list("state", flat=True)
    told = {state: sum(one == state for one in states) for state in Remediation.SETTLED}
    audit.record(
        "campaign.completed",
        actor=actor,
        subject=campaign,
        text={"title": campaign.title},
        sha256=campaign.snapshot.sha256 if campaign.snapshot else "",
        remediation=told,
    )
    tell_managers(
        campaign, topic="review_moved", occasion="complete", what="it is complete.", actor=actor
    )
    announce("reviews.completed", campaign_ref=str(campaign.ref))
