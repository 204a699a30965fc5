"""What of the inventory goes from one person to another when two records become one person, and
back when that was a mistake. Registered with `people.merging.on_merge`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.audit import operations as audit
from tenure.inventory.models import (
    AccountLink,
    AccountWord,
    AddressHolder,
    MergeMove,
    Ownership,
)
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.people.models import Person

_BATCH = 2_000
_OWNED = (MergeMove.Field.OWNER, MergeMove.Field.BACKUP_OWNER, MergeMove.Field.SPONSOR)


class Merge(Protocol):
    """Of a merge, what this needs."""

    @property
    def ref(self) -> UUID: ...

    @property
    def merged(self) -> Person: ...


def move_links(*, merge: Merge, from_person: Person, to_person: Person, actor: Actor) -> None:
    """Give every tie, past ones too, and everything they answer for to the other record.

    Merging remembers what it moved, so that unmerging gives back that and nothing else. A pair
    that was suggested or rejected of both stays as it is. Words from before cannot be undone.
    """
    is_merging = from_person.pk == merge.merged.pk
    ties = _movable(from_person, to_person)
    if is_merging:
        _remember(merge.ref, MergeMove.Field.LINK, ties.values_list("pk", flat=True))
        _move_addresses(from_person, to_person)
    links = AccountLink.objects.filter(pk__in=_moved(merge.ref, MergeMove.Field.LINK))
    touched = set(links.values_list("account_id", flat=True))
    count = links.filter(person=from_person).update(person=to_person)
    for field in _OWNED:
        held = Ownership.objects.filter(**{field: from_person})
        if is_merging:
            _remember(merge.ref, field, held.values_list("pk", flat=True))
        given = held.filter(pk__in=_moved(merge.ref, field))
        touched.update(given.values_list("pk", flat=True))
        count += given.update(**{field: to_person})
    if not is_merging:
        MergeMove.objects.filter(merge_ref=merge.ref).delete()
    AccountWord.objects.filter(account__in=touched).update(can_be_undone=False)
    audit.record(
        "account_links.moved",
        actor=actor,
        subject=from_person,
        merge=merge.ref,
        after=to_person.ref,
        count=count,
    )
    announce("links.changed")


def _movable(from_person: Person, to_person: Person) -> QuerySet[AccountLink]:
    """Ties that the other record has no answer of its own to."""
    theirs = AccountLink.objects.filter(
        account=OuterRef("account"), person=to_person, state__in=AccountLink.ASKED
    )
    asked = Q(state__in=AccountLink.ASKED)
    return AccountLink.objects.filter(~asked | ~Exists(theirs), person=from_person)


def _remember(merge_ref: UUID, field: str, rows: Iterable[int]) -> None:
    MergeMove.objects.bulk_create(
        [MergeMove(merge_ref=merge_ref, field=field, row_id=row) for row in rows],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )


def _moved(merge_ref: UUID, field: str) -> QuerySet[MergeMove, Any]:
    return MergeMove.objects.filter(merge_ref=merge_ref, field=field).values("row_id")


def _move_addresses(from_person: Person, to_person: Person) -> None:
    """An address that both had was never another person's."""
    theirs = AddressHolder.objects.filter(person=to_person).values("email_key")
    AddressHolder.objects.filter(person=from_person, email_key__in=theirs).delete()
    AddressHolder.objects.filter(person=from_person).update(person=to_person)
