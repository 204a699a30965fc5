"""Everybody whose tenure ended within a window, and what became of what they could act with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from tenure.compliance.models import Exemption, Finding
from tenure.inventory.models import Account, AccountLink, Credential, Invitation
from tenure.inventory.queries import accounts as accounts_seen
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid
from tenure.lib.sorting import ByBytes
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.sla import LEAVERS
from tenure.people import rules as people_rules
from tenure.people.models import Person, PersonChange, PersonEmail
from tenure.provisioning.models import ProvisioningOperation

_AT_A_TIME = 500
Thing = Account | Credential | Invitation


@dataclass(frozen=True, slots=True)
class Ended:
    """When a tenure ended by the people source, and when somebody came back, if they did."""

    at: datetime
    back_at: datetime | None = None


@dataclass(slots=True)
class Leaver:
    """Somebody whose tenure ended, and what they could act with at that instant or since."""

    person: Person
    ended: Ended
    said_by: str
    case: OffboardingCase | None
    things: list[Thing] = field(default_factory=list)
    operations: dict[str, ProvisioningOperation] = field(default_factory=dict)
    accepted: dict[int, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    # What a test allowed, where it found them; an SLA that was changed later moves no finding.
    found_due_at: datetime | None = None


def leavers_between(begins_at: datetime, ends_at: datetime, *, actor: Actor) -> Iterator[Leaver]:
    """Whose tenure ended then, in order of their addresses, those without any access too.

    A rehire keeps the person: that their tenure had ended before is told by the history.
    """
    came_back = _came_back(begins_at, ends_at)
    ended = Q(ends_at__gte=begins_at, ends_at__lt=ends_at)
    people = (
        Person.objects.filter(ended | Q(pk__in=list(came_back)), merged_into=None)
        .order_by(ByBytes("email_key"), ByBytes("external_id"), "pk")
        .iterator(_AT_A_TIME)
    )
    while some := list(islice(people, _AT_A_TIME)):
        told = _Told(some, begins_at=begins_at, actor=actor)
        for person in some:
            is_over = person.ends_at is not None and begins_at <= person.ends_at < ends_at
            over = Ended(person.ends_at) if is_over and person.ends_at else came_back[person.pk]
            yield told.of(person, over)


def _came_back(begins_at: datetime, ends_at: datetime) -> dict[int, Ended]:
    """Whose end lay in the window, had come, and was taken back later."""
    found: dict[int, Ended] = {}
    changes = PersonChange.objects.filter(
        field__in=["ends_on", "end_at", "left_at"], at__gte=begins_at, person__merged_into=None
    ).exclude(before="")
    for change in changes.select_related("person").order_by("id"):
        over = _end_in(change)
        if over is not None and begins_at <= over < ends_at and over <= change.at:
            found.setdefault(change.person_id, Ended(over, change.at))
    return found


def _end_in(change: PersonChange) -> datetime | None:
    try:
        if change.field == "ends_on":
            zone = people_rules.zone(change.person.time_zone, default=settings.TENURE_TIME_ZONE)
            return people_rules.end(date.fromisoformat(change.before), None, in_zone=zone)
        return datetime.fromisoformat(change.before)
    except (ValueError, Invalid):
        return None


class _Told:
    """What is known of some leavers, each kind of thing by one question."""

    def __init__(self, people: Sequence[Person], *, begins_at: datetime, actor: Actor) -> None:
        keys = [person.pk for person in people]
        there = Q(ended_at=None) | Q(ended_at__gte=begins_at)
        self.things: dict[int, list[Thing]] = defaultdict(list)
        seen = accounts_seen(actor=actor)
        links = AccountLink.objects.filter(state=AccountLink.State.CONFIRMED, person__in=keys)
        holders = dict(links.values_list("account", "person"))
        mine = seen.filter(there, pk__in=list(holders)).order_by("connection", "external_id")
        for account in mine:
            self.things[holders[account.pk]].append(account)
        credentials = Credential.objects.filter(there, owner__in=list(holders))
        credentials = credentials.filter(owner__in=seen.order_by().values("pk"))
        for key in credentials.select_related("connection", "resource").order_by("external_id"):
            self.things[holders[key.owner_id or 0]].append(key)
        for invitation in self._invitations(people, actor).filter(there):
            self.things[self._addresses[invitation.email_key]].append(invitation)
        self.operations = self._operations(keys)
        self.accepted = self._accepted(list(holders))
        self.cases = {
            case.person_id: case
            for case in OffboardingCase.objects.filter(person__in=keys)
            .exclude(state=OffboardingCase.State.CANCELLED)
            .order_by("id")
        }
        self.kept = self._kept(keys)
        self.due = self._due(keys)
        self.sources: dict[int, list[str]] = defaultdict(list)
        records = Person.objects.filter(pk__in=keys, records__isnull=False)
        named = records.order_by("records__source__name").values_list("pk", "records__source__name")
        for pk, name in named:
            self.sources[pk].append(name)

    def of(self, person: Person, ended: Ended) -> Leaver:
        """One of them, with what is theirs."""
        said_by = person.left_by if person.left_at else ", ".join(self.sources[person.pk])
        return Leaver(
            person=person,
            ended=ended,
            said_by=said_by,
            case=self.cases.get(person.pk),
            things=self.things[person.pk],
            operations=self.operations[person.pk],
            accepted=self.accepted,
            kept=self.kept,
            found_due_at=self.due.get((person.pk, ended.at)),
        )

    def _invitations(self, people: Sequence[Person], actor: Actor) -> QuerySet[Any]:
        self._addresses = {one.email_key: one.pk for one in people if one.email_key}
        others = PersonEmail.objects.filter(person__in=[one.pk for one in people])
        self._addresses |= dict(others.values_list("email_key", "person"))
        found = Invitation.objects.filter(email_key__in=list(self._addresses), accepted_at=None)
        if (refs := actor.connections_where("accounts.view")) is not None:
            found = found.filter(connection__ref__in=refs)
        return found.select_related("connection").order_by("external_id")

    def _operations(self, keys: Iterable[int]) -> dict[int, dict[str, ProvisioningOperation]]:
        found: dict[int, dict[str, ProvisioningOperation]] = defaultdict(dict)
        removals = ProvisioningOperation.objects.filter(
            person__in=list(keys), action=ProvisioningOperation.Action.REMOVE
        ).order_by("id")
        for operation in removals:
            found[operation.person_id or 0][operation.target_id] = operation
        return found

    def _accepted(self, accounts: Iterable[int]) -> dict[int, str]:
        """Of accounts the reason for which somebody accepted that a leaver has them."""
        active = Exemption.objects.filter(
            finding__account__in=list(accounts),
            finding__test__slug=LEAVERS,
            state=Exemption.State.ACTIVE,
        )
        return dict(active.order_by("id").values_list("finding__account", "reason"))

    def _due(self, keys: Iterable[int]) -> dict[tuple[int | None, datetime], datetime]:
        """By person and the instant that counts from, when a finding of them is due."""
        found = Finding.objects.filter(person__in=list(keys), test__slug=LEAVERS)
        rows = found.order_by("-due_at").values_list("person", "since", "due_at")
        return {(person, since): due_at for person, since, due_at in rows}

    def _kept(self, keys: Iterable[int]) -> dict[str, str]:
        """Of things the reason for which an offboarding kept them."""
        kept = OffboardingItem.objects.filter(
            case__person__in=list(keys), action=OffboardingItem.Action.KEEP
        )
        return {key.partition(":")[2]: why for key, why in kept.values_list("key", "reason")}
