"""Giving single people the fields that follow from what is said of them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tenure.lib.errors import Conflict
from tenure.people.directory import Directory, changes_since, snapshot
from tenure.people.models import Person, PersonChange
from tenure.people.precedence import other_emails
from tenure.people.writing import give_addresses, write_people


def redescribe(
    heads: Iterable[Person],
    directory: Directory,
    *,
    source: str,
    at: datetime,
    before: Mapping[int, Mapping[str, object]] | None = None,
    addresses: Mapping[int, Mapping[str, str]] | None = None,
    is_new: bool = False,
) -> list[PersonChange]:
    """Store what follows for these people, and return the history of it.

    `before` is what they were, where something was changed of them already; `addresses` are theirs
    beside what sources say. Somebody new has no history yet.
    """
    heads, changes = list(heads), list[PersonChange]()
    wanted = {}
    for head in heads:
        earlier = (before or {}).get(head.pk) or snapshot(head)
        directory.describe(head)
        if (head.email, head.external_id) != (earlier["email"], earlier["external_id"]):
            check_identifiers(head)
        head.changed_at = at
        changes += [] if is_new else changes_since(earlier, head, source=source, at=at)
        theirs = other_emails(directory.statements(head)) | {**(addresses or {}).get(head.pk, {})}
        wanted[head.pk] = {key: email for key, email in theirs.items() if key != head.email_key}
    write_people(heads)
    PersonChange.objects.bulk_create(changes, batch_size=2_000)
    give_addresses(wanted)
    return changes


def check_identifiers(head: Person, *, beside: Iterable[int] = ()) -> None:
    """Nobody else may have this person's work e-mail or external id; those `beside` them give
    theirs up just now."""
    for name, value in (("email_key", head.email_key), ("external_id", head.external_id)):
        others = (
            Person.objects.filter(**{name: value}).exclude(pk__in=[head.pk, *beside])
            if value
            else ()
        )
        for other in others:
            raise Conflict(
                f"{value} is {other}'s already; merge the two when they are one human, or give "
                "one of them another."
            )
