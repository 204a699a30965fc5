from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.inventory import bulk, queries
from tenure.inventory.marking import mark
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Account
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def mark_accounts(*, account_refs: Sequence[UUID | str], said: Mark, actor: Actor) -> list[Account]:
    """A human says of several accounts what kind they are: all, or none."""
    accounts = queries.accounts_to_change(account_refs, actor=actor)
    for ref in {account.connection.ref for account in accounts}:
        actor.require("accounts.mark", connection=str(ref))
    mark(accounts, said, at=now(), actor=actor)
    audit.record(
        "accounts.marked",
        actor=actor,
        subject=Subject("inventory", "all"),
        text={name: text for name in ("purpose", "reason") if (text := getattr(said, name))},
        kind=said.kind or "as they were",
        is_break_glass=said.is_break_glass,
        **bulk.items(account.ref for account in accounts),
    )
    announce("links.changed")
    return accounts
