"""Finding the accounts that nobody is tied to yet and whose address somebody has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from tenure.inventory.matching import propose
from tenure.inventory.models import Account, AccountLink
from tenure.people.models import Person, PersonEmail

_State = AccountLink.State


@dataclass(frozen=True, slots=True)
class _Holder:
    """Whose an address is today."""

    person_id: int
    begins_at: datetime | None
    is_work_email: bool


def new_links(*, at: datetime, by: str) -> Iterator[AccountLink]:
    """Links to make, unsaved: four queries, whatever the number of accounts and people.

    A pair that was put to a human is not proposed again, and an account that has a person is left
    alone. Addresses are compared here and not by a join: each is one look into a dictionary.
    """
    holders, (asked, tied) = _holders(), _earlier_links()
    accounts = _unlinked().annotate(seen_at=Coalesce("added_at", "began_at"))
    for account_id, email_key, seen_at in accounts.values_list(
        "pk", "email_key", "seen_at"
    ).iterator():
        holder = holders.get(email_key)
        if holder is None or (account_id, holder.person_id) in asked:
            continue
        proposal = propose(
            is_work_email=holder.is_work_email,
            account_seen_at=seen_at,
            person_begins_at=holder.begins_at,
            address_was_anothers=bool(tied[email_key] - {holder.person_id}),
        )
        yield AccountLink(
            account_id=account_id,
            person_id=holder.person_id,
            state=_State.CONFIRMED if proposal.links_itself else _State.PROPOSED,
            method=proposal.method,
            reason=proposal.reason,
            decided_at=at,
            decided_by=by,
        )


def _unlinked() -> QuerySet[Account]:
    linked = AccountLink.objects.filter(account=OuterRef("pk"), state=_State.CONFIRMED)
    return (
        Account.objects.filter(~Exists(linked), kind__in=AccountLink.KINDS)
        .exclude(status=Account.Status.GONE)
        .exclude(email_key="")
        .order_by()
    )


def _holders() -> dict[str, _Holder]:
    """Every address of everybody; a work e-mail wins over somebody's other one."""
    work = Person.objects.exclude(email_key="").values_list("email_key", "pk", "begins_at")
    other = PersonEmail.objects.values_list("email_key", "person_id", "person__begins_at")
    holders = {key: _Holder(pk, begins_at, is_work_email=False) for key, pk, begins_at in other}
    return holders | {
        key: _Holder(pk, begins_at, is_work_email=True) for key, pk, begins_at in work.order_by()
    }


def _earlier_links() -> tuple[set[tuple[int, int]], defaultdict[str, set[int]]]:
    """What is known of the addresses in question: pairs that were put to a human, and the people
    that an account with the address was ever tied to."""
    asked, tied = set[tuple[int, int]](), defaultdict[str, set[int]](set)
    links = AccountLink.objects.filter(account__email_key__in=_unlinked().values("email_key"))
    for account_id, email_key, person_id, state in links.values_list(
        "account_id", "account__email_key", "person_id", "state"
    ).iterator():
        if state in AccountLink.ASKED:
            asked.add((account_id, person_id))
        if state != _State.PROPOSED:
            tied[email_key].add(person_id)
    return asked, tied
