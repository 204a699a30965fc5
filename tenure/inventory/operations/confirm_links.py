from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.inventory import bulk, queries
from tenure.inventory.deciding import decide
from tenure.inventory.models import AccountLink
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def confirm_links(*, link_refs: Sequence[UUID | str], actor: Actor) -> list[AccountLink]:
    """A human agrees with several suggestions: all, or none."""
    links = queries.links_to_change(link_refs, actor=actor)
    for ref in {link.account.connection.ref for link in links}:
        actor.require("accounts.link", connection=str(ref))
    decide(links, is_right=True, at=now(), actor=actor)
    audit.record(
        "account_links.confirmed",
        actor=actor,
        subject=Subject("inventory", "all"),
        **bulk.items(link.ref for link in links),
    )
    announce("links.changed")
    return links
