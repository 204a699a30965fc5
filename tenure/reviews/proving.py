"""The rows by which a review is proven: by the bytes of the provider's ids, or oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import msgspec
from django.db.models import F, QuerySet

from tenure.audit.models import AuditEvent
from tenure.evidence.canonical import Row
from tenure.lib.clock import rfc3339
from tenure.reviews import canonical
from tenure.reviews.models import (
    Campaign,
    CampaignSnapshot,
    Decision,
    Reassignment,
    Remediation,
    ReviewItem,
)

_AT_A_TIME = 2_000
_NO_FLAGS = ("is_flagged", "is_scim_managed")
_FLAGS = tuple(one for one in canonical.ROW if one.startswith("is_") and one not in _NO_FLAGS)
_INSTANTS = (
    *("created_at", "expires_at", "last_used_at", "began_at", "began_not_before"),
    *("login_at", "active_at", "acted_at", "log_from"),
)
DONE = (Remediation.State.VERIFIED, Remediation.State.ALREADY_GONE)


def _kind_of(name: str) -> Any:  # noqa: ANN401 - a type
    some = {"spent": int | None, **dict.fromkeys(_INSTANTS, str | None)}
    return some.get(name, bool if name.startswith("is_") else str)


# The very lines over which a snapshot's fingerprint was taken.
Frozen = cast(
    type[Row],
    msgspec.defstruct(
        "Frozen",
        [(name, _kind_of(name)) for name in ("organization", *canonical.ROW)],
        bases=(Row,),
        frozen=True,
    ),
)


class Item(Row, frozen=True):
    """One item with what was decided of it."""

    organization: str
    kind: str
    path: str
    principal_id: str
    thing_id: str
    person: str
    account: str
    right: str
    place: str
    flags: list[str]
    delta: str
    decision: str
    to_role: str
    reason: str
    decided_at: str | None
    decided_by: str
    decided_together: bool
    carried_forward: bool
    reviewer: str
    reviewer_email: str
    assigned_by: str
    submission: str
    submitted_at: str | None
    submitted_by: str
    exception: str


class Work(Row, frozen=True):
    """What became of something that was to go or to change."""

    organization: str
    kind: str
    principal_id: str
    thing_id: str
    account: str
    right: str
    decision: str
    state: str
    changed_since_snapshot: str
    reopened: int
    planned_at: str
    settled_at: str | None
    waived_by: str
    operation: str
    operation_state: str
    sent_at: str | None
    verified_at: str | None
    confirmed_at: str | None
    reappeared_at: str | None
    exception: str


class Submission(Row, frozen=True):
    """What a reviewer attested, and the fingerprint of what they had decided."""

    ref: str
    at: str
    by: str
    reviewer: str
    reviewer_email: str
    attestation: str
    counts: list[str]
    sha256: str


class Moved(Row, frozen=True):
    """An item that went from one reviewer to another."""

    kind: str
    principal_id: str
    thing_id: str
    at: str
    by: str
    from_email: str
    to_email: str
    reason: str


class Event(Row, frozen=True):
    """What the audit log says of the campaign, with its place in the chain."""

    ref: str
    at: str
    verb: str
    by: str
    said: list[str]
    seq: int | None
    hash: str


_THING = ("organization", "kind", "path", "principal_id", "thing_id")
_SHOWN = ("account_name", "account_email", "role_name", "role", "thing_name", "resource_name")
_ITEM = (
    *(*_THING, *_SHOWN, *_FLAGS, "person_email", "person_name", "via_name", "is_flagged", "delta"),
    *("decision", "to_role", "reason", "decided_at", "decided_by", "was_bulk", "was_carried"),
    *("reviewer__name", "reviewer__email", "assigned_by"),
    *("submission__ref", "submission__at", "submission__by"),
)
_WORK = (
    *(*_THING, *_SHOWN, "decision", "remediation__state", "remediation__reason"),
    *("remediation__was_changed", "remediation__reopened", "remediation__planned_at"),
    *("remediation__settled_at", "remediation__waived_by", "remediation__operation__ref"),
    *("remediation__operation__state", "remediation__operation__sent_at"),
    *("remediation__operation__verified_at", "remediation__operation__confirmed_at"),
    *("remediation__operation__reappeared_at",),
)


def _rows(items: QuerySet[ReviewItem], names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for values in canonical.in_order(items).values_list(*names).iterator(chunk_size=_AT_A_TIME):
        yield {name: _plain(value) for name, value in zip(names, values, strict=True)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, datetime):
        return rfc3339(value)
    return value if value is None or isinstance(value, str | int) else str(value)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _THING if name in Work.__struct_fields__},
        "account": row["account_email"] or row["account_name"] or row["principal_id"],
        "right": row["role_name"] or row["role"] or row["thing_name"],
        "decision": row["decision"],
    }


def _item(row: dict[str, Any]) -> Item:
    flags = [name.removeprefix("is_") for name in _FLAGS if row[name]]
    exception = "Nobody decided it." if row["decision"] == Decision.PENDING else ""
    if row["decision"] == Decision.KEEP and row["is_flagged"]:
        exception = f"Kept although flagged ({', '.join(flags)}): {row['reason']}"
    return Item(
        **_named(row),
        path=row["path"],
        person=row["person_email"] or row["person_name"],
        place=row["resource_name"] + (f" through {row['via_name']}" if row["via_name"] else ""),
        flags=flags,
        delta=row["delta"],
        to_role=row["to_role"],
        reason=row["reason"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
        decided_together=row["was_bulk"],
        carried_forward=row["was_carried"],
        reviewer=row["reviewer__name"] or "",
        reviewer_email=row["reviewer__email"] or "",
        assigned_by=row["assigned_by"],
        submission=row["submission__ref"] or "",
        submitted_at=row["submission__at"],
        submitted_by=row["submission__by"] or "",
        exception=exception,
    )


def _work(row: dict[str, Any]) -> Work:
    said = {name.removeprefix("remediation__"): value for name, value in row.items()}
    state, reason = said["state"], said["reason"]
    exception = "" if state in DONE else f"Not settled. {reason}".strip()
    if state == Remediation.State.WAIVED:
        exception = f"Waived by {said['waived_by']}: {reason}"
    elif said["operation__reappeared_at"]:
        exception = "It came back after it was removed."
    return Work(
        **_named(row),
        state=state,
        changed_since_snapshot=said["was_changed"],
        reopened=said["reopened"],
        planned_at=said["planned_at"],
        settled_at=said["settled_at"],
        waived_by=said["waived_by"],
        operation=said["operation__ref"] or "",
        operation_state=said["operation__state"] or "",
        sent_at=said["operation__sent_at"],
        verified_at=said["operation__verified_at"],
        confirmed_at=said["operation__confirmed_at"],
        reappeared_at=said["operation__reappeared_at"],
        exception=exception,
    )


def decided(snapshot: CampaignSnapshot) -> Iterator[Item]:
    """Each item with what its reviewer decided."""
    return map(_item, _rows(ReviewItem.objects.filter(snapshot=snapshot), _ITEM))


def remedied(campaign: Campaign) -> Iterator[Work]:
    """What was to go or to change."""
    work = Remediation.objects.filter(campaign=campaign).values("item")
    mine = ReviewItem.objects.filter(snapshot=campaign.snapshot_id, pk__in=work)
    return map(_work, _rows(mine, _WORK))


def frozen(snapshot: CampaignSnapshot) -> Iterator[Row]:
    """The rows of the snapshot."""
    rows = ReviewItem.objects.filter(snapshot=snapshot)
    for row in _rows(rows, ("organization", *canonical.ROW)):
        yield Frozen(**row)


def submitted(campaign: Campaign) -> Iterator[Submission]:
    """What each reviewer attested, oldest first."""
    for one in campaign.submissions.select_related("reviewer").order_by("at", "ref"):
        yield Submission(
            ref=str(one.ref),
            at=rfc3339(one.at),
            by=one.by,
            reviewer=one.reviewer.name,
            reviewer_email=one.reviewer.email,
            attestation=one.attestation,
            counts=[f"{word}: {number}" for word, number in sorted(one.counts.items())],
            sha256=one.sha256,
        )


def moved(snapshot: CampaignSnapshot) -> Iterator[Moved]:
    """Items that went from one reviewer to another, oldest first."""
    given = Reassignment.objects.filter(item__snapshot=snapshot).order_by("at", "id")
    for one in given.select_related("item", "from_person", "to_person").iterator(_AT_A_TIME):
        yield Moved(
            kind=one.item.kind,
            principal_id=one.item.principal_id,
            thing_id=one.item.thing_id,
            at=rfc3339(one.at),
            by=one.by,
            from_email=one.from_person.email if one.from_person else "",
            to_email=one.to_person.email if one.to_person else "",
            reason=one.reason,
        )


def told(campaign: Campaign) -> Iterator[Event]:
    """What the audit log says of the campaign."""
    events = AuditEvent.objects.filter(subject_ref=str(campaign.ref))
    for one in events.annotate(seq=F("seal__seq"), sealed=F("seal__hash")).order_by("id"):
        yield Event(
            ref=str(one.ref),
            at=rfc3339(one.at),
            verb=one.verb,
            by=f"{one.actor_kind} {one.actor_id}".strip(),
            said=[f"{name}: {value}" for name, value in sorted(one.detail.items())],
            seq=one.seq,
            hash=one.sealed or "",
        )
