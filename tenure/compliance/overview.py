"""The first page: the answer, who it is about, and how it came to be."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, Subquery

from tenure.compliance.models import Finding
from tenure.compliance.population import judged_accounts
from tenure.compliance.queries import Counts, TestLine, seen_until, tests
from tenure.compliance.rules import DueState, due_state
from tenure.compliance.waiting import Waiting, waiting
from tenure.compliance.wording import overdue
from tenure.connections.models import Connection
from tenure.connections.queries import connections
from tenure.inventory.models import Account, AccountLink, Collection
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.people.queries import may_not_hold_access

LEAVERS = "leavers-deprovisioned"
SHOWN = 25


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who may not hold access and does."""

    person: Person
    accounts: list[Account]
    access_from: datetime
    due_at: datetime | None
    urgency: DueState | None
    overdue_in_words: str

    @property
    def holds(self) -> str:
        """What they still have, in plain words: `Owner, OpenAI Production`."""
        return "; ".join(
            f"{(account.role or 'unknown role').capitalize()}, {account.connection.name}"
            for account in self.accounts
        )


@dataclass(slots=True)
class Answer:
    """What Overview says first. `problem` is why it cannot be said, if it cannot."""

    waiting: Waiting
    leavers: list[Leaver] = field(default_factory=list)
    former: int = 0
    accounts: int = 0
    invitations: int = 0
    tests: list[TestLine] = field(default_factory=list)
    connections: list[Any] = field(default_factory=list)
    read_at: datetime | None = None
    # An auditor is told by the findings of their window, as of this instant.
    as_of: datetime | None = None

    @property
    def test(self) -> TestLine | None:
        return next((line for line in self.tests if line.slug == LEAVERS), None)

    @property
    def findings(self) -> Counts:
        """Of every test together."""
        return Counts(
            open=sum(line.open for line in self.tests),
            overdue=sum(line.overdue for line in self.tests),
        )

    @property
    def attention(self) -> list[TestLine]:
        return [line for line in self.tests if line.row.state in ("needs_attention", "invalid")]

    @property
    def problem(self) -> str:
        test = self.test
        return test.row.state_reason if test and test.row.state == "invalid" else ""

    @property
    def overdue(self) -> int:
        return sum(leaver.urgency == "overdue" for leaver in self.leavers)

    @property
    def can_sync(self) -> bool:
        return any(connection.state in Connection.SYNCABLE for connection in self.connections)


def answer(*, actor: Actor) -> Answer:
    """Everything the first page says, in four queries; to an auditor what their window knows."""
    if actor.window is not None:
        return Answer(
            waiting=waiting(actor=actor), tests=tests(actor=actor), as_of=seen_until(actor)
        )
    leavers = _leavers(actor=actor)
    seen = list(connections_at_a_glance(actor=actor))
    read = [connection.read_at for connection in seen if connection.read_at]
    lines = tests(actor=actor)
    return Answer(
        waiting=waiting(actor=actor),
        leavers=leavers[:SHOWN],
        former=len(leavers),
        accounts=sum(len(leaver.accounts) for leaver in leavers),
        invitations=sum(line.open_invitations for line in lines if line.slug == LEAVERS),
        tests=lines,
        connections=seen,
        read_at=min(read, default=None),
    )


def _leavers(*, actor: Actor) -> list[Leaver]:
    """The most urgent first."""
    at, scope = now(), actor.connections_where("accounts.view")
    due = Finding.objects.filter(
        account=OuterRef("account"), test__slug=LEAVERS, state=Finding.State.OPEN
    )
    links = (
        AccountLink.objects.filter(state=AccountLink.State.CONFIRMED, account__in=judged_accounts())
        .filter(may_not_hold_access(at=at, person="person__"))
        .select_related("account__connection", "person")
        .annotate(due_at=Subquery(due.values("due_at")[:1]))
        .order_by("person__ends_at", "person__name")
    )
    if scope is not None:
        links = links.filter(account__connection__ref__in=scope)
    held: dict[int, list[Any]] = defaultdict(list)
    for link in links:
        held[link.person_id].append(link)
    leavers = [_leaver(several, at) for several in held.values()]
    return sorted(leavers, key=lambda leaver: (leaver.due_at is None, leaver.due_at or at))


def _leaver(links: list[Any], at: datetime) -> Leaver:
    due_at = min((link.due_at for link in links if link.due_at), default=None)
    return Leaver(
        person=links[0].person,
        accounts=[link.account for link in links],
        access_from=min(link.account.began_at for link in links),
        due_at=due_at,
        urgency=due_state(due_at=due_at, now=at) if due_at else None,
        overdue_in_words=overdue(due_at, at) if due_at and due_at <= at else "",
    )


def connections_at_a_glance(*, actor: Actor) -> Any:  # noqa: ANN401 - rows with annotations
    """Each connection with its accounts and the age of its users. One query."""
    read = Collection.objects.filter(connection=OuterRef("pk"), key="users")
    return (
        connections(actor=actor)
        .prefetch_related(None)
        .exclude(state=Connection.State.DISCONNECTED)
        .annotate(
            account_count=Count("accounts", filter=~Q(accounts__status=Account.Status.GONE)),
            read_at=Subquery(read.values("completed_at")[:1]),
        )
        .order_by("name")
    )


@dataclass(frozen=True, slots=True)
class OwnAccess:
    """What somebody without a wider view may know: their own."""

    accounts: list[Account]
    is_known: bool


def own_access(*, actor: Actor) -> OwnAccess:
    """The accounts tied to the person who is asking."""
    if actor.person_id is None:
        return OwnAccess([], is_known=False)
    mine = AccountLink.objects.filter(
        person__ref=actor.person_id, state=AccountLink.State.CONFIRMED
    )
    accounts = (
        Account.objects.filter(links__in=mine)
        .exclude(status=Account.Status.GONE)
        .select_related("connection")
        .annotate(since=Min(F("began_at")))
        .order_by("connection__name", "id")
    )
    return OwnAccess(list(accounts), is_known=True)
