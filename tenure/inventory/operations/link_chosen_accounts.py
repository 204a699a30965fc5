from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.inventory import bulk, queries
from tenure.inventory.deciding import tie
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries as people
from tenure.people.models import Person


@transaction.atomic
def link_chosen_accounts(
    *, account_refs: Sequence[UUID | str], email: str, reason: str = "", actor: Actor
) -> Person:
    """A human says of several accounts whose they are: all, or none."""
    accounts = queries.accounts_to_change(account_refs, actor=actor)
    for ref in {account.connection.ref for account in accounts}:
        actor.require("accounts.link", connection=str(ref))
    person = people.person_by_email(email, actor=actor)
    tie(accounts, person, reason=reason, at=now(), actor=actor)
    audit.record(
        "accounts.linked_to_person",
        actor=actor,
        subject=Subject("inventory", "all"),
        text={"reason": reason} if reason else {},
        after=person.ref,
        **bulk.items(account.ref for account in accounts),
    )
    announce("links.changed")
    return person
