"""What a bundle holds of a campaign, streamed in canonical order: the bytes of the provider's ids.

    snapshot_lines(campaign, actor=…)     the frozen rows; `snapshot.sha256` is of them
    decision_lines(campaign, actor=…)     who decided what, when and why, in which submission
    remediation_lines(campaign, actor=…)  what became of removals and changes, and when
    submission_lines(…), reassignment_lines(…), event_lines(…)   oldest first

Each line is one row of JSON with its end, of whoever sees all of the campaign; NotFound else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from tenure.audit.models import AuditEvent
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339
from tenure.lib.errors import NotFound
from tenure.reviews import canonical
from tenure.reviews.models import Campaign, Reassignment, Remediation, ReviewItem, ReviewSubmission
from tenure.reviews.queries.campaigns import sees_all_of

_AT_A_TIME = 2_000
# Which item a line is about: the same in every file.
_ITEM = ("organization", "kind", "path", "principal_id", "thing_id")
_DECISION = {
    "decision": "decision",
    "to_role": "to_role",
    "reason": "reason",
    "is_flagged": "is_flagged",
    "decided_at": "decided_at",
    "decided_by": "decided_by",
    "decided_together": "was_bulk",
    "carried_forward": "was_carried",
    "reviewer": "reviewer__name",
    "reviewer_email": "reviewer__email",
    "assigned_by": "assigned_by",
    "submission": "submission__ref",
    "submitted_at": "submission__at",
    "submitted_by": "submission__by",
}
_REMEDIATION = {
    "decision": "decision",
    "state": "remediation__state",
    "reason": "remediation__reason",
    "changed_since_snapshot": "remediation__was_changed",
    "reopened": "remediation__reopened",
    "planned_at": "remediation__planned_at",
    "settled_at": "remediation__settled_at",
    "waived_by": "remediation__waived_by",
    "operation": "remediation__operation__ref",
    "operation_state": "remediation__operation__state",
    "mode": "remediation__operation__mode",
    "sent_at": "remediation__operation__sent_at",
    "done_at": "remediation__operation__done_at",
    "verified_at": "remediation__operation__verified_at",
    "confirmed_at": "remediation__operation__confirmed_at",
    "reappeared_at": "remediation__operation__reappeared_at",
}


def snapshot_lines(campaign: Campaign, *, actor: Actor) -> Iterator[bytes]:
    """The rows as they were frozen."""
    _check(campaign, actor)
    if campaign.snapshot is not None:
        yield from canonical.lines(campaign.snapshot)


def decision_lines(campaign: Campaign, *, actor: Actor) -> Iterator[bytes]:
    """One for each item, decided or not."""
    _check(campaign, actor)
    yield from _lines(ReviewItem.objects.filter(snapshot=campaign.snapshot_id), _DECISION)


def remediation_lines(campaign: Campaign, *, actor: Actor) -> Iterator[bytes]:
    """One for each item that was to go or change, once the campaign was closed."""
    _check(campaign, actor)
    work = Remediation.objects.filter(campaign=campaign).values("item")
    rows = ReviewItem.objects.filter(snapshot=campaign.snapshot_id, pk__in=work)
    yield from _lines(rows, _REMEDIATION)


def submission_lines(campaign: Campaign, *, actor: Actor) -> Iterator[bytes]:
    """What each reviewer attested, and the fingerprint of what they had decided."""
    _check(campaign, actor)
    names = ("ref", "at", "by", "reviewer__name", "reviewer__email", "attestation", "sha256")
    told = ReviewSubmission.objects.filter(campaign=campaign).order_by("at", "ref")
    for *row, counts in told.values_list(*names, "counts"):
        said = dict(zip(names, map(_plain, row), strict=True)) | {"counts": counts}
        yield canonical.line(tuple(said), tuple(said.values()))


def reassignment_lines(campaign: Campaign, *, actor: Actor) -> Iterator[bytes]:
    """Which items went from whom to whom."""
    _check(campaign, actor)
    of_item = ("kind", "path", "principal_id", "thing_id")
    names = (
        *(f"item__{name}" for name in of_item),
        *("at", "by", "from_person__email", "to_person__email", "reason"),
    )
    heads = (*of_item, "at", "by", "from", "to", "reason")
    moved = Reassignment.objects.filter(item__snapshot=campaign.snapshot_id).order_by("at", "id")
    for row in moved.values_list(*names).iterator(chunk_size=_AT_A_TIME):
        yield canonical.line(heads, tuple(map(_plain, row)))


def event_lines(campaign: Campaign, *, actor: Actor) -> Iterator[bytes]:
    """What the audit log says of the campaign itself, with its place in the chain."""
    _check(campaign, actor)
    names = ("ref", "at", "verb", "actor_kind", "actor_id", "seq", "hash", "detail", "digests")
    told = AuditEvent.objects.filter(subject_ref=str(campaign.ref)).annotate(
        seq=F("seal__seq"), hash=F("seal__hash")
    )
    for row in told.order_by("id").values_list(*names):
        yield canonical.line(names, tuple(map(_plain, row)))


def _lines(rows: QuerySet[ReviewItem], said: dict[str, str]) -> Iterator[bytes]:
    names = (*_ITEM, *said)
    ordered = canonical.in_order(rows).values_list(*_ITEM, *said.values())
    for row in ordered.iterator(chunk_size=_AT_A_TIME):
        yield canonical.line(names, tuple(map(_plain, row)))


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, datetime):
        return rfc3339(value)
    is_plain = value is None or isinstance(value, str | int | bool | dict | list)
    return value if is_plain else str(value)


def _check(campaign: Campaign, actor: Actor) -> None:
    if not sees_all_of(campaign, actor=actor):
        raise NotFound("There is no such campaign, or it is not yours to see whole.")
