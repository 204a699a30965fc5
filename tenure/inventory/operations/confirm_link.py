from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries
from tenure.inventory.deciding import decide
from tenure.inventory.models import AccountLink
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def confirm_link(*, link_ref: UUID | str, actor: Actor) -> AccountLink:
    """A human agrees with a suggestion: the account belongs to this person."""
    link = queries.link_to_change(link_ref, actor=actor)
    actor.require("accounts.link", connection=str(link.account.connection.ref))
    decide([link], is_right=True, at=now(), actor=actor)
    audit.record(
        "account.linked",
        actor=actor,
        subject=link.account,
        connection=link.account.connection,
        before=None,
        after=link.person.ref,
        suggestion=link.ref,
    )
    announce("links.changed")
    return link
