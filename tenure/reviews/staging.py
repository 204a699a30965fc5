"""From settings to a snapshot: who may review, what the last campaign had, what was found."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.rows import note_growth
from tenure.people.models import Person
from tenure.people.resolving import person_refs_of_user
from tenure.people.states import may_not_hold_access
from tenure.reviews import canonical
from tenure.reviews.flag_rules import FLAGS, covers
from tenure.reviews.models import Campaign, CampaignSnapshot, ReviewItem
from tenure.reviews.queries.readiness import Readiness
from tenure.reviews.snapshot import Taking, take

_COVERS = (
    "Covers the OpenAI API platform organization {organization}; ChatGPT workspaces, Azure OpenAI "
    "and personal accounts are not visible to this key."
)


def freeze(
    campaign: Campaign, ready: Readiness, *, override: str, at: datetime, actor: Actor
) -> CampaignSnapshot:
    """Take the snapshot of a campaign, and seal it with its fingerprint. In a transaction."""
    connections = list(campaign.connections.select_related("owner").order_by("pk"))
    number = campaign.snapshots.aggregate(n=Max("number"))["n"] or 0
    snapshot = CampaignSnapshot.objects.create(
        campaign=campaign,
        number=number + 1,
        taken_at=at,
        taken_by=actor.named[:100],
        covers=_covers(campaign, connections),
        freshness=[one.printed() for one in ready.lists],
        override_reason=override,
    )
    last, earlier = _completed(campaign, connections)
    taken = take(
        Taking(
            campaign_id=campaign.pk,
            snapshot_id=snapshot.pk,
            at=at,
            connections=[one.pk for one in connections],
            last=last,
            earlier=earlier,
            owners=_owners(connections, at),
            kinds=campaign.kinds,
            scope=campaign.scope,
            rule=campaign.rule,
            named_id=_here(campaign.named, at),
            fallback_id=_here(campaign.fallback, at),
            carries_forward=campaign.carries_forward,
        )
    )
    note_growth(ReviewItem, taken)
    snapshot.rows, snapshot.counts = taken, _counts(snapshot, last)
    snapshot.sha256 = canonical.sha256(snapshot)
    snapshot.save(update_fields=["rows", "counts", "sha256"])
    return snapshot


def _covers(campaign: Campaign, connections: list[Connection]) -> dict[str, Any]:
    return {
        "scope": campaign.scope,
        "kinds": campaign.kinds,
        "connections": [
            {
                "ref": str(one.ref),
                "name": one.name,
                "organization": one.organization_id,
                "says": _COVERS.format(organization=one.organization_id),
            }
            for one in connections
        ],
    }


def _completed(
    campaign: Campaign, connections: list[Connection]
) -> tuple[dict[int, int], list[int]]:
    """By connection the snapshot of the last completed campaign that covered all that this one
    does, and every completed snapshot since then, in which a thing may stand again."""
    done = Campaign.connections.through.objects.filter(
        connection__in=connections, campaign__state=Campaign.State.COMPLETED
    ).order_by("campaign__completed_at", "campaign_id")
    last: dict[int, int] = {}
    earlier: dict[int, list[int]] = defaultdict(list)
    for connection, snapshot, scope, kinds in done.values_list(
        "connection", "campaign__snapshot", "campaign__scope", "campaign__kinds"
    ):
        if covers(scope, kinds, asked_scope=campaign.scope, asked_kinds=campaign.kinds):
            last[connection], earlier[connection] = snapshot, []
        earlier[connection].append(snapshot)
    return last, sorted({one for some in earlier.values() for one in some})


def _owners(connections: list[Connection], at: datetime) -> dict[int, int]:
    """By connection the person who answers for it, where they are one and here."""
    found = {}
    for one in connections:
        if one.owner is None:
            continue
        person = Person.objects.filter(ref__in=list(person_refs_of_user(one.owner)[:1])).first()
        if (pk := _here(person, at)) is not None:
            found[one.pk] = pk
    return found


def _here(person: Person | None, at: datetime) -> int | None:
    """A person who may be asked: one who is not gone."""
    if person is None:
        return None
    gone = Person.objects.filter(may_not_hold_access(at=at), pk=person.pk).exists()
    return None if gone else person.pk


def _counts(snapshot: CampaignSnapshot, last: dict[int, int]) -> dict[str, Any]:
    """Rows by kind and by flag, how much each reviewer has, and what is there no more."""
    rows = snapshot.items.order_by()
    numbers = rows.aggregate(
        **{flag: Count("pk", filter=Q(**{f"is_{flag}": True})) for flag in FLAGS},
        flagged=Count("pk", filter=Q(is_flagged=True)),
        nobody=Count("pk", filter=Q(reviewer=None)),
        carried=Count("pk", filter=Q(was_carried=True)),
    )
    kinds = rows.values_list("kind").annotate(n=Count("pk"))
    load = rows.exclude(reviewer=None).values_list("reviewer__ref").annotate(n=Count("pk"))
    there = rows.exclude(before=None).values("before")
    gone = ReviewItem.objects.filter(snapshot__in=set(last.values())).exclude(pk__in=there)
    return {
        "flags": numbers,
        "kinds": dict(kinds),
        "reviewers": {str(ref): n for ref, n in load},
        "gone_since": gone.filter(connection__in=last).count() if last else 0,
    }
