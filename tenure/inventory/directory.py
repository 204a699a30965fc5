"""The people as linking looks them up: by address, id and name, today and ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tenure.inventory.alike import Alike, Many, by_address, by_name
from tenure.inventory.matching import (
    MOST_ALIKE,
    Ignored,
    Method,
    names_of_account,
    plain_email,
)
from tenure.inventory.models import AddressHolder, LinkingDomain
from tenure.lib.rows import in_batches, note_growth, store_found
from tenure.people.models import Person, PersonEmail


@dataclass(frozen=True, slots=True)
class Unlinked:
    """What is known of an account that is nobody's."""

    pk: int
    email_key: str
    external_id: str
    name: str
    seen_at: datetime


def _many() -> Many:
    return Many(set)


@dataclass
class Directory:
    """Everybody whose some accounts may be, ready to be looked up."""

    work: dict[str, int] = field(default_factory=dict)
    other: dict[str, int] = field(default_factory=dict)
    external: dict[str, int] = field(default_factory=dict)
    begins_at: dict[int, datetime | None] = field(default_factory=dict)
    domains: Mapping[str, Ignored] = field(default_factory=dict)
    alike: Many = field(default_factory=_many)
    ever: Many = field(default_factory=_many)

    @classmethod
    def read(
        cls, accounts: Sequence[Unlinked], *, domains: Mapping[str, Ignored], alike: Alike
    ) -> Directory:
        """Whoever has, or ever had, the address, the id or the name of one of them."""
        found = cls(domains=domains)
        addresses = {one.email_key for one in accounts} - {""}
        people = Person.objects.filter(merged_into=None).order_by()
        # Neither is empty, which is said again: the indexes are of what is not empty, and of more
        # than a hundred values PostgreSQL does not see for itself that they can be used.
        known = people.exclude(email_key="").filter(email_key__in=addresses)
        for pk, email_key, begins_at in known.values_list("pk", "email_key", "begins_at"):
            found.work[email_key], found.begins_at[pk] = pk, begins_at
        ids = {one.external_id for one in accounts} - {""}
        known = people.exclude(external_id="").filter(external_id__in=ids)
        for pk, external_id, begins_at in known.values_list("pk", "external_id", "begins_at"):
            found.external[external_id], found.begins_at[pk] = pk, begins_at
        other = PersonEmail.objects.filter(email_key__in=addresses)
        for pk, email_key, begins_at in other.values_list(
            "person_id", "email_key", "person__begins_at"
        ):
            found.other[email_key], found.begins_at[pk] = pk, begins_at
        ever = AddressHolder.objects.filter(email_key__in=addresses)
        for email_key, pk in ever.values_list("email_key", "person_id"):
            found.ever[email_key].add(pk)
        found.alike = alike.find({key for one in accounts for key in found._keys(one)})
        unknown = {pk for alike in found.alike.values() for pk in alike} - found.begins_at.keys()
        for some in in_batches(unknown, len(accounts)):
            found.begins_at |= people.filter(pk__in=some).values_list("pk", "begins_at")
        return found

    def matches(self, *, email_key: str, external_id: str, name: str) -> dict[int, Method]:
        """Whose an account may be, each with the strongest method that says so."""
        found: dict[int, Method] = {}
        if (pk := self.work.get(email_key)) is not None:
            found[pk] = "exact_email"
        elif (pk := self.other.get(email_key)) is not None:
            found[pk] = "other_email"
        elif plain := plain_email(email_key, self.domains):
            alike = self.alike.get(by_address(plain), set())
            found |= dict.fromkeys(_few(alike), "plain_email")
        if (pk := self.external.get(external_id)) is not None:
            found.setdefault(pk, "external_id")
        if not found:
            keys = names_of_account(name, email_key)
            alike = {pk for key in keys for pk in self.alike.get(by_name(key), ())}
            found = dict.fromkeys(_few(alike), "similar_name")
        return found

    def holders(self, email_key: str, *, is_plain: bool) -> set[int]:
        """Who has or ever had an address; with `is_plain` also one that is delivered alike."""
        had = self.ever.get(email_key, set())
        plain = plain_email(email_key, self.domains) if is_plain else ""
        return had | self.alike.get(f"ever {by_address(plain)}", set()) if plain else had

    def _keys(self, account: Unlinked) -> Iterable[str]:
        """By what else an account is looked for whose address and id are nobody's."""
        if account.email_key in self.work or account.email_key in self.other:
            return
        if plain := plain_email(account.email_key, self.domains):
            yield from (by_address(plain), f"ever {by_address(plain)}")
        if account.external_id not in self.external:
            yield from map(by_name, names_of_account(account.name, account.email_key))


def _few(alike: set[int]) -> Iterable[int]:
    return sorted(alike) if len(alike) <= MOST_ALIKE else ()


def linking_domains() -> dict[str, Ignored]:
    rows = LinkingDomain.objects.values_list("name", "ignores_tags", "ignores_dots")
    return {name: Ignored(tags, dots) for name, tags, dots in rows}


def remember_holders() -> None:
    """Keep who has which address now: whoever has it later is not its first holder."""
    # Not by asking of each whether it is kept: PostgreSQL, which believes that few are, would look
    # through all that it has just stored.
    kept = AddressHolder.objects.order_by().values_list("email_key", "person_id")
    work = Person.objects.exclude(email_key="").order_by().values_list("email_key", "pk")
    other = PersonEmail.objects.order_by().values_list("email_key", "person_id")
    new = sum(
        store_found(AddressHolder, ("email_key", "person"), had.difference(kept))
        for had in (work, other)
    )
    note_growth(AddressHolder, new)
