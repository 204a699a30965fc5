"""The first page: the answer, who it is about, and how it came to be."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from tenure.compliance.models import Finding
from tenure.compliance.queries import TestLine, seen_until, tests
from tenure.compliance.rules import DueState, due_state
from tenure.compliance.waiting import Waiting, waiting
from tenure.compliance.wording import overdue
from tenure.connections.models import Connection
from tenure.connections.queries import connections
from tenure.inventory import queries as inventory
from tenure.inventory.models import Account, AccountLink, Collection
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import BoundedCount, in_words
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access

LEAVERS = "leavers-deprovisioned"
# Of the findings that are due first several may be of one person.
SHOWN, MANY = 25, 100


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
    # Counted up to the bound.
    former: int = 0
    accounts: int = 0
    overdue: int = 0
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
    def told(self) -> dict[str, str]:
        """The numbers that stop at a bound, in words."""
        counts = {
            "former": self.former,
            "accounts": self.accounts,
            "overdue": self.overdue,
            "all_overdue": self.waiting.overdue,
            "all_due_soon": self.waiting.due_soon,
        }
        return {name: in_words(count) for name, count in counts.items()}

    @property
    def attention(self) -> list[TestLine]:
        return [line for line in self.tests if line.row.state in ("needs_attention", "invalid")]

    @property
    def problem(self) -> str:
        test = self.test
        return test.row.state_reason if test and test.row.state == "invalid" else ""

    @property
    def can_sync(self) -> bool:
        return any(connection.state in Connection.SYNCABLE for connection in self.connections)


def answer(*, actor: Actor) -> Answer:
    """Everything the first page says, in four queries; in five where tests have not judged all.

    To an auditor what their window knows.
    """
    if actor.window is not None:
        waits, _ = waiting(beside={}, actor=actor)
        return Answer(waiting=waits, tests=tests(actor=actor), as_of=seen_until(actor))
    at, seen = now(), list(connections_at_a_glance(actor=actor))
    for connection in seen:
        connection.holds = in_words(connection.account_count)
    read = [connection.read_at for connection in seen if connection.read_at]
    lines, links, due = tests(actor=actor), _links(at, actor=actor), _due(actor=actor)
    late = due.filter(due_at__lte=at, person__isnull=False)
    late = late.filter(Exists(links.filter(person=OuterRef("person"))))
    waits, counts = waiting(
        actor=actor,
        beside={
            "former": links.values("person").distinct(),
            "accounts": links,
            "overdue": late.values("person").distinct(),
        },
    )
    shown = min(counts["former"], SHOWN)
    leavers = _leavers(due.order_by("due_at", "id").values("person")[:MANY], links, at)
    if len(leavers) < shown:
        # Not judged yet, or exempted: the longest gone come first.
        leavers += _leavers(
            links.order_by("person__ends_at", "id").values("person")[:MANY], links, at
        )
    return Answer(
        waiting=waits,
        leavers=list({leaver.person.pk: leaver for leaver in leavers}.values())[:SHOWN],
        former=counts["former"],
        accounts=counts["accounts"],
        overdue=counts["overdue"],
        invitations=sum(line.open_invitations for line in lines if line.slug == LEAVERS),
        tests=lines,
        connections=seen,
        read_at=min(read, default=None),
    )


def _due(*, actor: Actor) -> QuerySet[Finding]:
    """What tests have found of it."""
    due = Finding.objects.filter(_DUE, account__isnull=False)
    scope = actor.connections_where("accounts.view")
    return due if scope is None else due.filter(connection__ref__in=scope)


_DUE = Q(test__slug=LEAVERS, state=Finding.State.OPEN)


def _links(at: datetime, *, actor: Actor) -> QuerySet[AccountLink]:
    """What ties accounts that work to people who may not hold access."""
    links = AccountLink.objects.filter(
        may_not_hold_access(at=at, person="person__"), state=AccountLink.State.CONFIRMED
    )
    # Few are no person's, and no account has to be looked at for being one's.
    others = Account.objects.filter(~Q(kind=Account.Kind.PERSON)).exclude(
        kind__in=AccountLink.KINDS
    )
    links = inventory.lasting(of=inventory.seen_ties(links, actor=actor))
    return links.exclude(account__in=others.order_by().values("pk"))


def _leavers(people: QuerySet[Any], links: QuerySet[AccountLink], at: datetime) -> list[Leaver]:
    """Those of these people who hold something, the most urgent first. One query."""
    due = Finding.objects.filter(_DUE, account=OuterRef("account"))
    held: dict[int, list[Any]] = defaultdict(list)
    for link in (
        links.filter(person__in=people)
        .select_related("account__connection", "person")
        .annotate(due_at=Subquery(due.values("due_at")[:1]))
        .order_by("person__ends_at", "person__name")
    ):
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
    """Each connection with its accounts, up to the bound, and the age of its users. One query."""
    read = Collection.objects.filter(connection=OuterRef("pk"), key="users")
    there = Account.objects.filter(connection=OuterRef("pk")).exclude(status=Account.Status.GONE)
    return (
        connections(actor=actor)
        .prefetch_related(None)
        .exclude(state=Connection.State.DISCONNECTED)
        .annotate(
            account_count=BoundedCount(there),
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
