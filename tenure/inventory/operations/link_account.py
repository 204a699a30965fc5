from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries, rules
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
    before = queries.link_of(account, actor=actor)
    rules.check_link(
        kind=account.kind, is_already_theirs=before is not None and before.person_id == person.pk
    )
    at = now()
    if before is not None:
        before.state, before.ended_at = AccountLink.State.ENDED, at
        before.save(update_fields=["state", "ended_at"])
    # What was suggested or rejected of this pair before is answered by this.
    account.links.filter(person=person, state__in=AccountLink.ASKED).update(
        state=AccountLink.State.ENDED, ended_at=at
    )
    link = AccountLink.objects.create(
        account=account,
        person=person,
        state=AccountLink.State.CONFIRMED,
        method=AccountLink.Method.MANUAL,
        reason=reason,
        decided_at=at,
        decided_by=actor.label[:100],
    )
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
    return link
