from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries
from tenure.inventory.deciding import tie
from tenure.inventory.models import AccountLink
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries as people


@transaction.atomic
def link_account(
    *, account_ref: UUID | str, email: str, reason: str = "", actor: Actor
) -> AccountLink:
    """A human says whose account this is. An earlier link ends and stays in the history."""
    account = queries.account_to_change(account_ref, actor=actor)
    actor.require("accounts.link", connection=str(account.connection.ref))
    person = people.person_by_email(email, actor=actor)
    ended = tie([account], person, reason=reason, at=now(), actor=actor)
    before = ended.get(account.pk)
    audit.record(
        "account.linked",
        actor=actor,
        subject=account,
        connection=account.connection,
        text={"reason": reason} if reason else {},
        before=before.person.ref if before else None,
        after=person.ref,
    )
    announce("links.changed")
    return account.links.get(state=AccountLink.State.CONFIRMED)
