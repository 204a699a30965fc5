"""What staging rests on, before it is done.

readiness(campaign, actor=…)    -> Readiness: each sort of list in scope with how fresh it is
scope_counts(campaign, actor=…) -> how many items of each kind there would be, about
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from tenure.connections.models import Connection
from tenure.inventory.below import readable
from tenure.inventory.lines import name_of
from tenure.inventory.models import Account, Collection, Credential, Grant, Invitation
from tenure.lib.actor import Actor
from tenure.lib.clock import now, rfc3339
from tenure.lib.text import quantity
from tenure.reviews import rules
from tenure.reviews.models import Campaign

_RIGHTS = (
    *("users", "projects", "project_users", "groups", "group_users", "group_roles"),
    *("project_groups", "project_group_roles"),
)
# The lists that tell of each kind of item. Lists of single users' roles are read a few at a time,
# and of those none is ever whole.
LISTS: dict[str, tuple[str, ...]] = {
    "grant": _RIGHTS,
    "service_account": ("users", "projects", "service_accounts"),
    "credential": ("projects", "project_keys", "admin_keys", "federation_rules"),
    "invitation": ("invites",),
}
_VERDICTS = {
    "stale": "last read whole {when}",
    "incomplete": "not read whole since {when}",
    "unavailable": "cannot be read",
    "unread": "never read whole",
}


@dataclass(frozen=True, slots=True)
class Fresh:
    """The lists of one kind of a connection: of so many, those that are not `fresh`, by verdict."""

    connection: Connection
    kind: str
    lists: int
    oldest: datetime | None
    verdicts: dict[str, int]

    @property
    def name(self) -> str:
        return name_of(self.kind)

    @property
    def is_fresh(self) -> bool:
        return not self.verdicts

    @property
    def says(self) -> str:
        """What is wrong, in words; empty when nothing is."""
        when = f"on {self.oldest:%d %B %Y %H:%M} UTC" if self.oldest else "ever"
        told = [
            f"{quantity(number, 'list')} {_VERDICTS[verdict].format(when=when)}"
            for verdict, number in sorted(self.verdicts.items())
        ]
        return f"{self.name} of {self.connection}: {', '.join(told)}" if told else ""

    def printed(self) -> dict[str, Any]:
        """As the snapshot keeps it."""
        return {
            "connection": str(self.connection.ref),
            "kind": self.kind,
            "lists": self.lists,
            "oldest": rfc3339(self.oldest) if self.oldest else None,
            "not_fresh": dict(sorted(self.verdicts.items())),
        }


@dataclass(frozen=True, slots=True)
class Readiness:
    """How fresh all that is in scope is; `doubtful` says what is not."""

    lists: list[Fresh] = field(default_factory=list)

    @property
    def doubtful(self) -> list[str]:
        return [one.says for one in self.lists if not one.is_fresh]


def readiness(campaign: Campaign, *, actor: Actor) -> Readiness:
    """Every sort of list in scope. One query."""
    if not actor.may_somewhere("reviews.manage"):
        return Readiness()
    kinds = campaign.kinds or list(rules.KINDS)
    wanted = {name for kind in kinds for name in LISTS[kind]}
    connections = {one.pk: one for one in campaign.connections.all()}
    at, found = now(), defaultdict[tuple[int, str], list[tuple[str, datetime | None]]](list)
    read = Collection.objects.filter(readable(), connection__in=connections, kind__in=wanted)
    for connection, kind, state, read_at, resource, principal in read.values_list(
        "connection", "kind", "state", "completed_at", "resource", "principal_id"
    ):
        interval = timedelta(minutes=connections[connection].interval_minutes)
        is_below = resource is not None or bool(principal)
        verdict = rules.freshness(
            state=state, read_at=read_at, at=at, interval=interval, is_below=is_below
        )
        found[connection, kind].append((verdict, read_at))
    # A connection that was never read has no lists at all.
    for pk in connections:
        if "users" in wanted and (pk, "users") not in found:
            found[pk, "users"].append(("unread", None))
    return Readiness(
        [_fresh(connections[pk], kind, told) for (pk, kind), told in sorted(found.items())]
    )


def _fresh(connection: Connection, kind: str, told: list[tuple[str, datetime | None]]) -> Fresh:
    verdicts: dict[str, int] = defaultdict(int)
    for verdict, _ in told:
        if verdict != "fresh":
            verdicts[verdict] += 1
    read = [at for _, at in told if at is not None]
    return Fresh(connection, kind, len(told), min(read, default=None), dict(verdicts))


def scope_counts(campaign: Campaign, *, actor: Actor) -> dict[str, int]:
    """How much there is by kind at this moment, before anything is frozen: rights without those
    that come through groups, of which staging says the number."""
    if not actor.may_somewhere("reviews.manage"):
        return {}
    within = list(campaign.connections.values_list("pk", flat=True))
    accounts = Account.objects.filter(connection__in=within).exclude(status="gone")
    counted = accounts.aggregate(
        people=Count("pk", filter=~Q(kind="service")),
        services=Count("pk", filter=Q(kind="service")),
    )
    grants = Grant.objects.filter(
        collection__connection__in=within, ended_at=None, account__isnull=False, via_group_ids=""
    )
    told = {
        "grant": counted["people"] + grants.count(),
        "service_account": counted["services"],
        "credential": Credential.objects.filter(connection__in=within, ended_at=None).count(),
        "invitation": Invitation.objects.filter(
            connection__in=within, ended_at=None, status="pending"
        ).count(),
    }
    return {kind: told[kind] for kind in campaign.kinds or rules.KINDS}
