"""Whether the data a test needs is here, complete and fresh."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q

from tenure.compliance import rules
from tenure.compliance.catalog import catalogue
from tenure.compliance.definition import Definition
from tenure.compliance.rules import Lists
from tenure.connections.models import Connection
from tenure.connectors.base import CollectionKind
from tenure.connectors.registry import connectors
from tenure.inventory import below, models
from tenure.inventory.lines import name_of
from tenure.people.models import PeopleSource, Person

_LOCKED = Q(state=models.SyncCollection.State.UNAVAILABLE)


class ReadLists:
    """How the lists of connections stand, by kind. The number of queries is that of the kinds."""

    def __init__(self, connections: Sequence[Connection], kinds: Collection[str]) -> None:
        self._kinds = {
            one.kind: one for made in connectors().values() for one in made.collection_kinds()
        }
        self._read = {
            (connection, kind): Lists(*numbers)
            for connection, kind, *numbers in models.Collection.objects.filter(
                below.readable(), connection__in=connections, kind__in=kinds
            )
            .order_by()
            .values_list("connection", "kind")
            .annotate(
                lists=Count("pk"),
                whole=Count("completed_at"),
                oldest=Min("completed_at"),
                locked=Count("pk", filter=_LOCKED),
                because=Max("reason", filter=_LOCKED, default=""),
            )
        }
        self._lacking: dict[str, Counter[int]] = {}

    def is_below(self, kind: str) -> bool:
        return kind in self._kinds and bool(self._kinds[kind].parent)

    def of(self, connection: Connection, kind: str) -> Lists:
        """The lists of a kind, those counted that nobody has begun to read."""
        read = self._read.get((connection.pk, kind))
        if not self.is_below(kind):
            return read or Lists()
        read = read or Lists(0)
        lacking = self._without_list(self._kinds[kind])[connection.pk]
        return Lists(read.lists + lacking, read.whole, read.oldest, read.locked, read.reason)

    def problem(self, connection: Connection, kind: str, *, now: datetime) -> str:
        """The reason not to trust what the lists of a kind say, in words; empty without one."""
        is_below = self.is_below(kind)
        interval = timedelta(minutes=connection.interval_minutes)
        return rules.lists_problem(
            self.of(connection, kind),
            name=name_of(kind).lower() if is_below else kind.replace("_", " "),
            connection=connection.name,
            allowed=rules.allowed_age(interval=interval, is_below=is_below),
            now=now,
        )

    def _without_list(self, kind: CollectionKind) -> Counter[int]:
        if kind.kind not in self._lacking:
            lacking = below.without_list(kind).order_by().values_list("connection")
            self._lacking[kind.kind] = Counter(dict(lacking.annotate(Count("pk"))))
        return self._lacking[kind.kind]


class Readiness:
    """Judges many tests with a handful of queries."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._connections = list(
            Connection.objects.exclude(
                state__in=(Connection.State.DRAFT, Connection.State.DISCONNECTED)
            ).order_by("name")
        )
        needed = {kind for test in catalogue().values() for kind in test.needs}
        self._read = ReadLists(self._connections, needed)
        self._people = Person.objects.filter(merged_into=None).count()
        self._stale = [
            (source.name, source.last_read_at)
            for source in PeopleSource.objects.filter(~Q(kind=PeopleSource.Kind.MANUAL))
            if source.last_read_at is None
            or at - source.last_read_at > timedelta(days=source.expected_days)
        ]

    def problem(self, test: Definition) -> str:
        """The first reason not to trust an answer, in words; empty when there is none."""
        if test.needs_connections and not self._connections:
            return "Nothing is connected yet; connect an organization."
        if problem := self._of_lists(test.collections):
            return problem
        if test.needs_people:
            return rules.people_problem(
                people=self._people, stale_sources=self._stale, now=self._at
            )
        return ""

    def gap(self, test: Definition) -> str:
        """The first reason why nothing failing would be no answer."""
        return self._of_lists(test.completes)

    def _of_lists(self, kinds: Sequence[str]) -> str:
        problems = (
            self._read.problem(connection, kind, now=self._at)
            for connection in self._connections
            for kind in kinds
        )
        return next(filter(None, problems), "")
