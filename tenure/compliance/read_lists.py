"""How the lists that tests rest on were read: complete, fresh, or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q

from tenure.compliance import rules
from tenure.compliance.rules import Lists
from tenure.connections.models import Connection
from tenure.inventory import below, models, planning
from tenure.inventory.lines import name_of

_LOCKED = Q(state=models.SyncCollection.State.UNAVAILABLE)


def _lacks(connection: Connection, kind: str) -> bool:
    """Whether its connector knows no list of this kind: what is in none is not to be waited for."""
    known = planning.kinds_of(connection)
    return bool(known) and all(one.kind != kind for one in known)


class ReadLists:
    """How the lists of connections stand, by kind. The number of queries is that of the kinds."""

    def __init__(
        self, connections: Sequence[Connection], kinds: Collection[str] | None = None
    ) -> None:
        """Of these kinds, or of all that every organization is to have."""
        self._kinds = below.kinds()
        if kinds is None:
            kinds = {kind for one in connections for kind in self.kinds_of(one)}
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
                waiting=Min("resource__began_at", filter=Q(completed_at=None)),
            )
        }
        self._lacking: dict[str, Counter[int]] = {}

    def kinds_of(self, connection: Connection) -> list[str]:
        """The kinds of lists that each organization and each of its resources is to have; what was
        done and spent, read once a day, is not among them: there are other sources of it."""
        kinds = [one for one in planning.kinds_of(connection) if not one.every_s]
        return [one.kind for one in kinds if not one.parent or one.parent in below.RESOURCES]

    def is_below(self, kind: str) -> bool:
        return kind in self._kinds and bool(self._kinds[kind].parent)

    def of(self, connection: Connection, kind: str) -> Lists:
        """The lists of a kind, those counted that nobody has begun to read."""
        read = self.known(connection, kind)
        if not self.is_below(kind):
            return read
        lacking = self._without_list(kind)[connection.pk]
        return replace(read, lists=read.lists + lacking)

    def known(self, connection: Connection, kind: str) -> Lists:
        """The lists of a kind that were ever to be read; of the organization's own there is one."""
        has_one = not self.is_below(kind) and not _lacks(connection, kind)
        return self._read.get((connection.pk, kind), Lists(1 if has_one else 0))

    def problem(self, connection: Connection, kind: str, *, now: datetime) -> str:
        """The reason not to trust what the lists of a kind say, in words; empty without one."""
        interval = timedelta(minutes=connection.interval_minutes)
        if kind in self._kinds:
            interval = max(interval, timedelta(seconds=self._kinds[kind].every_s))
        return rules.lists_problem(
            self.of(connection, kind),
            name=self.name(kind),
            connection=connection.name,
            allowed=rules.allowed_age(interval=interval, is_below=self.is_below(kind)),
            now=now,
        )

    def name(self, kind: str) -> str:
        """What people call the lists of a kind, within a sentence."""
        return name_of(kind).lower() if self.is_below(kind) else kind.replace("_", " ")

    def _without_list(self, kind: str) -> Counter[int]:
        if kind not in self._lacking:
            lacking = below.without_list(self._kinds[kind]).order_by().values_list("connection")
            self._lacking[kind] = Counter(dict(lacking.annotate(Count("pk"))))
        return self._lacking[kind]
