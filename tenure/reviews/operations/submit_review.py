from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid
from tenure.reviews import queries, rules
from tenure.reviews.decisions import DECIDED, counts_of, fingerprint, seconds_of
from tenure.reviews.models import Decision, ReviewSubmission
from tenure.reviews.publishing import publish_of
from tenure.users.in_person import check_in_person


@transaction.atomic
def submit_review(
    *, campaign_ref: UUID | str, reviewer: UUID | str | None = None, attests: bool, actor: Actor
) -> ReviewSubmission:
    """Seal what a reviewer decided, with their word that what they kept is needed.

    `reviewer` is the ref of whom one stands in for; oneself without it. Conflict while something of
    theirs is undecided, or nothing is left to submit.
    """
    check_in_person(actor=actor)
    actor.require("reviews.decide")
    campaign = queries.campaign_by_ref(campaign_ref, actor=actor)
    rules.check_verb("submit", campaign.state, title=campaign.title)
    if not attests:
        raise Invalid(f"Confirm it first: {rules.ATTESTATION}", field="attests")
    person = queries.reviewer_to_submit(reviewer, actor=actor)
    rows = queries.own_items(campaign, actor=actor).filter(reviewer=person, submission=None)
    decided = list(rows.order_by("pk").select_for_update().values_list(*DECIDED))
    if pending := sum(one[1] == Decision.PENDING for one in decided):
        raise Conflict(f"{pending:,} items are undecided; decide them, or have them reassigned.")
    if not decided:
        raise Conflict("There is nothing left to submit: it is all sealed already.")
    submission = ReviewSubmission.objects.create(
        campaign=campaign,
        reviewer=person,
        at=now(),
        by=actor.named[:100],
        by_person=actor.person_id or "",
        attestation=rules.ATTESTATION,
        counts=counts_of(one[1] for one in decided),
        seconds=seconds_of(one[4] for one in decided),
        sha256=fingerprint(decided),
    )
    sealed = rows.order_by().exclude(decision=Decision.PENDING).update(submission=submission)
    rules.check_frozen_count(confirmed=len(decided), found=sealed)
    publish_of(campaign, "submitted", reviewer=str(person.ref), **submission.counts)
    audit.record(
        "review.submitted",
        actor=actor,
        subject=submission,
        text={"title": campaign.title, "reviewer": str(person), "attestation": rules.ATTESTATION},
        campaign=str(campaign.ref),
        reviewer=str(person.ref),
        sha256=submission.sha256,
        **submission.counts,
    )
    return submission
