from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries
from tenure.inventory.marking_rules import check_stands_for_it
from tenure.inventory.models import Account, Ownership
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries as people_queries
from tenure.people import states
from tenure.people.models import Person


@transaction.atomic
def hand_over_account(*, account_ref: UUID | str, to: UUID | str, actor: Actor) -> Account:
    """Another person answers for an account from now on; what it is for stays.

    Whoever stood in for the old owner still does, unless that is the new one.
    """
    account = queries.account_to_change(account_ref, actor=actor)
    actor.require("accounts.mark", connection=str(account.connection.ref))
    person = people_queries.person_by_ref(to, actor=actor)
    at = now()
    is_out = Person.objects.filter(states.may_not_hold_access(at=at), pk=person.pk).exists()
    check_stands_for_it(name=str(person), field="new_owner", may_hold_access=not is_out)
    said = Ownership.objects.select_for_update(of=("self",)).filter(account=account).first()
    said = said or Ownership(account=account)
    before, said.owner = said.owner, person
    if said.backup_owner_id == person.pk:
        said.backup_owner = None
    said.decided_at, said.decided_by = at, actor.label[:100]
    said.save()
    audit.record(
        "account.handed_over",
        actor=actor,
        subject=account,
        connection=account.connection,
        text={"label": str(account), "new_owner": str(person)},
        before=str(before.ref) if before else None,
        after=str(person.ref),
    )
    announce("links.changed")
    return account
