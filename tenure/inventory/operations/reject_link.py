from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries
from tenure.inventory.deciding import decide
from tenure.inventory.models import AccountLink
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def reject_link(*, link_ref: UUID | str, actor: Actor) -> AccountLink:
    """A human disagrees with a suggestion. The pair is not proposed again."""
    link = queries.link_to_change(link_ref, actor=actor)
    actor.require("accounts.link", connection=str(link.account.connection.ref))
    decide([link], is_right=False, at=now(), actor=actor)
    audit.record(
        "account_link.rejected",
        actor=actor,
        subject=link,
        connection=link.account.connection,
        account=link.account.ref,
        person=link.person.ref,
    )
    return link
