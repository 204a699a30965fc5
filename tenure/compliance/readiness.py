"""Whether the data a test needs is here, complete and fresh."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from tenure.compliance import rules
from tenure.compliance.catalog import catalogue
from tenure.compliance.definition import Definition
from tenure.compliance.read_lists import ReadLists
from tenure.connections.models import Connection
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
