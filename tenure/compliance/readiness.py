"""Whether the data a test needs is here, complete and fresh."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from tenure.compliance import rules
from tenure.compliance.definition import Definition
from tenure.connections.models import Connection
from tenure.inventory.models import Collection
from tenure.people.models import PeopleSource, Person


class Readiness:
    """Judges many tests with a handful of queries."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._connections = list(
            Connection.objects.exclude(
                state__in=(Connection.State.DRAFT, Connection.State.DISCONNECTED)
            ).order_by("name")
        )
        self._completed = {
            (row.connection_id, row.key): row.completed_at
            for row in Collection.objects.filter(connection__in=self._connections)
        }
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
        for connection in self._connections:
            for collection in test.collections:
                problem = rules.collection_problem(
                    name=collection,
                    connection=connection.name,
                    completed_at=self._completed.get((connection.pk, collection)),
                    interval=timedelta(minutes=connection.interval_minutes),
                    now=self._at,
                )
                if problem:
                    return problem
        if test.needs_people:
            return rules.people_problem(
                people=self._people, stale_sources=self._stale, now=self._at
            )
        return ""
