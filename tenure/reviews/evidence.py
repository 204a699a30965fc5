"""What a review can prove: what was asked of whom, what each decided, and what became of it."""

from __future__ import annotations

from tenure.evidence.kinds import Asked, EvidenceKind, Part, Proof, Takes
from tenure.inventory.proving import scope_statements, sources_until
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339
from tenure.lib.errors import Invalid, NotFound
from tenure.reviews import proving, queries
from tenure.reviews.models import Campaign, CampaignSnapshot, Decision


def _review(asked: Asked, *, actor: Actor) -> Proof:
    campaign = queries.campaign_by_ref(asked.ref, actor=actor)
    if not queries.sees_all_of(campaign, actor=actor):
        raise NotFound("There is no such campaign, or it is not yours to see whole.")
    snapshot = campaign.snapshot
    if snapshot is None:
        raise Invalid(
            f"{campaign} has no snapshot yet, so there is nothing to prove; stage it first.",
            field="ref",
        )
    return Proof(
        title=f"Access review: {campaign}",
        facts=_facts(campaign),
        scope=[_covered(campaign), *scope_statements(actor=actor)],
        sources=sources_until(snapshot.taken_at, actor=actor),
        parts=_parts(campaign, snapshot),
    )


def _parts(campaign: Campaign, snapshot: CampaignSnapshot) -> tuple[Part, ...]:
    return (
        Part(
            name="decisions",
            label="Decisions",
            says="Each item with what its reviewer decided, and why.",
            row=proving.Item,
            rows=lambda: proving.decided(snapshot),
            shown={"account": 4, "right": 3, "place": 3, "decision": 2, "reviewer": 3},
            counts={
                "items": lambda _: True,
                "kept": lambda row: row.decision == Decision.KEEP,
                "to be removed": lambda row: row.decision == Decision.REMOVE,
                "to be changed": lambda row: row.decision == Decision.CHANGE,
                "undecided": lambda row: row.decision == Decision.PENDING,
            },
        ),
        Part(
            name="remediation",
            label="What became of it",
            says="Each removal and change, as read back from the provider.",
            row=proving.Work,
            rows=lambda: proving.remedied(campaign),
            shown={"account": 4, "right": 3, "decision": 2, "state": 2, "verified_at": 3},
            counts={
                "removals and changes": lambda _: True,
                "verified, or gone before": lambda row: row.state in proving.DONE,
            },
        ),
        Part(
            name="submissions",
            label="Attestations",
            row=proving.Submission,
            rows=lambda: proving.submitted(campaign),
            shown={"reviewer": 3, "at": 3, "attestation": 6},
        ),
        Part(
            name="reassignments",
            label="Items given to another reviewer",
            row=proving.Moved,
            rows=lambda: proving.moved(snapshot),
            shown={"thing_id": 4, "from_email": 3, "to_email": 3, "reason": 4},
        ),
        Part(
            name="snapshot",
            label="Snapshot",
            says=f"The rows as they were frozen; the SHA-256 of the file is {snapshot.sha256}.",
            row=proving.Frozen,
            rows=lambda: proving.frozen(snapshot),
            shown={"account_email": 4, "role": 2, "resource_name": 3, "person_state": 2},
        ),
        Part(
            name="events",
            label="Audit log",
            row=proving.Event,
            rows=lambda: proving.told(campaign),
            shown={"at": 3, "verb": 3, "by": 3, "said": 5},
        ),
    )


def _facts(campaign: Campaign) -> dict[str, str]:
    snapshot = campaign.snapshot
    assert snapshot is not None  # noqa: S101 - the caller looked
    facts = {
        "State": campaign.get_state_display(),
        "Scope": campaign.get_scope_display(),
        "Reviewed by": campaign.get_rule_display(),
        "Due": rfc3339(campaign.due_at),
        "Snapshot": f"{rfc3339(snapshot.taken_at)} by {snapshot.taken_by}, {snapshot.rows:,} items",
        "Snapshot SHA-256": snapshot.sha256,
        "Taken although not fresh": snapshot.override_reason,
    }
    for word, at, by in (
        ("Opened", campaign.opened_at, campaign.opened_by),
        ("Closed", campaign.closed_at, campaign.closed_by),
        ("Completed", campaign.completed_at, ""),
        ("Cancelled", campaign.cancelled_at, campaign.cancelled_by),
    ):
        facts[word] = f"{rfc3339(at)} by {by}" if at and by else rfc3339(at) if at else ""
    if campaign.carries_forward:
        facts["Carried forward"] = "Unchanged rows of low risk were kept as in the last review."
    if campaign.needs_sign_off:
        sign_off = getattr(campaign, "sign_off", None)
        facts["Signed off"] = f"{rfc3339(sign_off.at)} by {sign_off.by}" if sign_off else "not yet"
    return {word: said for word, said in facts.items() if said}


def _covered(campaign: Campaign) -> str:
    names = ", ".join(sorted(one.name for one in campaign.connections.all()))
    kinds = ", ".join(campaign.kinds) or "all kinds of items"
    return f"{names}: {campaign.get_scope_display().lower()}, {kinds}."


KINDS = (
    EvidenceKind(
        name="review",
        label="Access review",
        says="Every item with its decision, who attested it, and what became of what had to go.",
        takes=Takes.REF,
        of="the campaign",
        prove=_review,
        position=20,
    ),
)
