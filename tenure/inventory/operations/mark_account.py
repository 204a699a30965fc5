from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries
from tenure.inventory.marking import mark
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Account
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def mark_account(*, account_ref: UUID | str, said: Mark, actor: Actor) -> Account:
    """A human says what kind an account is and who answers for it; every sync leaves it so.

    What is nobody's own by its kind loses its person; that stays in the history.
    """
    account = queries.account_to_change(account_ref, actor=actor)
    actor.require("accounts.mark", connection=str(account.connection.ref))
    before = account.kind, account.is_break_glass
    mark([account], said, at=now(), actor=actor)
    audit.record(
        "account.marked",
        actor=actor,
        subject=account,
        connection=account.connection,
        text={name: text for name in ("purpose", "reason") if (text := getattr(said, name))},
        before=before[0],
        after=account.kind,
        was_break_glass=before[1],
        is_break_glass=account.is_break_glass,
    )
    announce("links.changed")
    return account
