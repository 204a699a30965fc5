"""What ties an account to somebody and is no column of theirs: names however they are written, and
addresses but for what their domain ignores.

It is worked out here and put into a temporary table: of a million people it would be a gigabyte.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db import connection
from django.db.models import Q

from tenure.inventory.matching import MOST_ALIKE, Ignored, names_of_person, plain_email
from tenure.inventory.models import AddressHolder
from tenure.lib.rows import in_batches
from tenure.lib.staging import StagingTable
from tenure.people.models import Person, PersonEmail

_BATCH = 2_000
_FIND = (
    "SELECT key, person_id FROM (SELECT key, person_id, "
    "dense_rank() OVER (PARTITION BY key ORDER BY person_id) AS nth "
    "FROM people_alike WHERE key IN ({places})) AS ranked "
    "WHERE nth <= %s"
)
Many = defaultdict[str, set[int]]


class Alike:
    """Everybody by such a key, looked through once, and only when somebody asks."""

    def __init__(self, domains: Mapping[str, Ignored]) -> None:
        self._domains = domains
        self._table = StagingTable(
            connection, "people_alike", {"key": "text", "person_id": "number"}
        )
        self._is_filled = False

    def find(self, keys: Collection[str]) -> Many:
        """Who is found by each key. Of a key that many share only so many that it says nothing."""
        found = Many(set)
        if keys and not self._is_filled:
            self._fill()
        for some in in_batches(keys, _BATCH):
            places = ", ".join(["%s"] * len(some))
            with connection.cursor() as cursor:
                cursor.execute(_FIND.format(places=places), [*some, MOST_ALIKE + 1])
                for key, person in cursor.fetchall():
                    found[key].add(person)
        return found

    def forget(self) -> None:
        if self._is_filled:
            self._table.drop()

    def _fill(self) -> None:
        self._table.create()
        for some in in_batches(self._keys(), _BATCH):
            self._table.add([[key, person] for key, person in some])
        self._table.execute("CREATE INDEX people_alike_key ON people_alike (key)")
        self._table.analyze()
        self._is_filled = True

    def _keys(self) -> Iterator[tuple[str, int]]:
        people = Person.objects.filter(merged_into=None).order_by()
        for pk, name in people.exclude(name="").values_list("pk", "name").iterator():
            yield from ((by_name(key), pk) for key in names_of_person(name))
        if not self._domains:
            return
        ends = Q()
        for domain in self._domains:
            ends |= Q(email_key__endswith=f"@{domain}")
        other = PersonEmail.objects.filter(ends).values_list("person_id", "email_key")
        ever = AddressHolder.objects.filter(ends).values_list("person_id", "email_key")
        yield from self._plain(people.filter(ends).values_list("pk", "email_key").iterator(), "")
        yield from self._plain(other.iterator(), "")
        yield from self._plain(ever.iterator(), "ever ")

    def _plain(self, had: Iterable[tuple[int, str]], when: str) -> Iterator[tuple[str, int]]:
        for pk, email_key in had:
            if plain := plain_email(email_key, self._domains):
                yield f"{when}{by_address(plain)}", pk


def by_name(key: str) -> str:
    return f"name {key}"


def by_address(plain: str) -> str:
    return f"plain {plain}"
