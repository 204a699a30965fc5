"""The people as linking looks them up: by address, id and name, today and ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.inventory.matching import (
    MOST_ALIKE,
    Ignored,
    Method,
    names_of_account,
    names_of_person,
    plain_email,
)
from tenure.inventory.models import Account, AddressHolder, LinkingDomain
from tenure.people.models import Person, PersonEmail

_BATCH = 2_000
Many = defaultdict[str, set[int]]


def _many() -> Many:
    return defaultdict(set)


@dataclass
class Directory:
    """Everybody, ready to be looked up."""

    work: dict[str, int] = field(default_factory=dict)
    other: dict[str, int] = field(default_factory=dict)
    external: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    begins_at: dict[int, datetime | None] = field(default_factory=dict)
    domains: Mapping[str, Ignored] = field(default_factory=dict)
    plain: Many = field(default_factory=_many)
    ever: Many = field(default_factory=_many)

    @classmethod
    def read(cls, addresses: QuerySet[Account, Any]) -> Directory:
        """Everybody, and who ever had one of these addresses. Four queries."""
        found = cls(domains=linking_domains())
        people = (
            Person.objects.filter(merged_into=None)
            .order_by()
            .values_list("pk", "email_key", "external_id", "name", "begins_at")
        )
        for pk, email_key, external_id, name, begins_at in people.iterator():
            found.names[pk], found.begins_at[pk] = name, begins_at
            if email_key:
                found.work[email_key] = pk
            if external_id:
                found.external[external_id] = pk
        found.other = dict(PersonEmail.objects.values_list("email_key", "person_id"))
        for key, pk in (*found.work.items(), *found.other.items()) if found.domains else ():
            found.plain[plain_email(key, found.domains)].add(pk)
        found.plain.pop("", None)
        asked = Q(email_key__in=addresses)
        for domain in found.domains:
            asked |= Q(email_key__endswith=f"@{domain}")
        for key, pk in AddressHolder.objects.filter(asked).values_list("email_key", "person_id"):
            found.ever[key].add(pk)
            if plain := plain_email(key, found.domains):
                found.ever[f"plain {plain}"].add(pk)
        return found

    def matches(self, *, email_key: str, external_id: str, name: str) -> dict[int, Method]:
        """Whose an account may be, each with the strongest method that says so."""
        found: dict[int, Method] = {}
        if (pk := self.work.get(email_key)) is not None:
            found[pk] = "exact_email"
        elif (pk := self.other.get(email_key)) is not None:
            found[pk] = "other_email"
        else:
            plain = plain_email(email_key, self.domains)
            alike = self.plain.get(plain, set()) if plain else set()
            found |= dict.fromkeys(_few(alike), "plain_email")
        if (pk := self.external.get(external_id)) is not None:
            found.setdefault(pk, "external_id")
        if not found:
            keys = names_of_account(name, email_key)
            alike = {pk for key in keys for pk in self._by_name.get(key, ())}
            found = dict.fromkeys(_few(alike), "similar_name")
        return found

    def holders(self, email_key: str, *, is_plain: bool) -> set[int]:
        """Who has or ever had an address; with `is_plain` also one that is delivered alike."""
        had = self.ever.get(email_key, set())
        plain = plain_email(email_key, self.domains) if is_plain else ""
        return had | self.ever.get(f"plain {plain}", set()) if plain else had

    @cached_property
    def _by_name(self) -> Many:
        found = _many()
        for pk, name in self.names.items():
            for key in names_of_person(name):
                found[key].add(pk)
        return found


def _few(alike: set[int]) -> Iterable[int]:
    return sorted(alike) if len(alike) <= MOST_ALIKE else ()


def linking_domains() -> dict[str, Ignored]:
    rows = LinkingDomain.objects.values_list("name", "ignores_tags", "ignores_dots")
    return {name: Ignored(tags, dots) for name, tags, dots in rows}


def remember_holders() -> None:
    """Keep who has which address now: whoever has it later is not its first holder."""
    work = Person.objects.filter(~Exists(_known("pk"))).values_list("email_key", "pk")
    other = PersonEmail.objects.filter(~Exists(_known("person")))
    rows = (*work.exclude(email_key=""), *other.values_list("email_key", "person_id"))
    AddressHolder.objects.bulk_create(
        [AddressHolder(email_key=key, person_id=pk) for key, pk in rows],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )


def _known(person: str) -> QuerySet[AddressHolder]:
    return AddressHolder.objects.filter(
        email_key=OuterRef("email_key"), person=OuterRef(person)
    ).order_by()
