"""What waits for whoever is reading: what they own, and what they are among the few to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from tenure.compliance import queries
from tenure.compliance.models import Exemption
from tenure.connections.models import Connection
from tenure.inventory import queries as inventory
from tenure.inventory.models import Account, AccountLink
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import bounded_counts, in_words

ENDING_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, and the list in which it is done."""

    label: str
    url: str
    count: str
    says: str = ""
    late: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """The reader's tasks, and how urgent the findings of all tests are."""

    tasks: list[Task]
    overdue: int
    due_soon: int


def waiting(*, beside: Mapping[str, QuerySet[Any]], actor: Actor) -> tuple[Waiting, dict[str, int]]:
    """Also counts what the page tells beside it, in the same query. An auditor decides nothing, so
    that nothing waits for them."""
    shown = {
        f"all_{show}": queries.work_rows(show, actor=actor) for show in ("overdue", "due_soon")
    }
    if actor.window is not None:
        count = bounded_counts(**shown, **beside)
        return Waiting([], count["all_overdue"], count["all_due_soon"]), _of(beside, count)
    mine = queries.work_rows("mine", actor=actor)
    count = bounded_counts(
        **shown,
        **beside,
        mine=mine,
        late=mine.filter(due_at__lte=now()),
        suggested=_suggested(actor),
        ending=_ending(actor),
        unlinked=_unlinked(actor),
    )
    waits = Waiting(_tasks(count), count["all_overdue"], count["all_due_soon"])
    return waits, _of(beside, count)


def _of(names: Iterable[str], counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in names}


def _tasks(count: dict[str, int]) -> list[Task]:
    findings, accounts = reverse("compliance:findings"), reverse("inventory:accounts")
    every = {
        "mine": ("Findings you own", f"{findings}?show=mine", ""),
        "suggested": ("Suggested links to decide", reverse("inventory:suggestions"), ""),
        "ending": ("Exemptions about to end", f"{findings}?show=exempted", "Within 7 days"),
        "unlinked": ("Unlinked accounts", f"{accounts}?show=unlinked", "Of connections you own"),
    }
    return [
        Task(label, url, in_words(count[name]), says, late=count["late"] if name == "mine" else 0)
        for name, (label, url, says) in every.items()
        if count[name]
    ]


def _suggested(actor: Actor) -> QuerySet[AccountLink]:
    found = inventory.suggestions(actor=actor)
    return found if actor.may_somewhere("accounts.link") else found.none()


def _ending(actor: Actor) -> QuerySet[Exemption]:
    soon = queries.exemptions(actor=actor).filter(
        state=Exemption.State.ACTIVE, ends_at__lte=now() + ENDING_WITHIN
    )
    return soon if actor.may_somewhere("findings.exempt") else soon.none()


def _unlinked(actor: Actor) -> QuerySet[Account]:
    """Of the connections that the reader answers for."""
    found = inventory.unlinked(actor=actor)
    mine = Connection.objects.filter(owner__ref=actor.id).order_by().values("pk")
    return found.filter(connection__in=mine) if actor.kind == "user" else found.none()
