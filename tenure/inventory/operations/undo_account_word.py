from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import marking_rules as rules
from tenure.inventory import queries
from tenure.inventory.deciding import check_not_own
from tenure.inventory.marking import check_stands_again
from tenure.inventory.models import AccountWord
from tenure.inventory.undoing import restore
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def undo_account_word(*, account_ref: UUID | str, actor: Actor) -> AccountWord:
    """Take back the last word about an account: whose it is, or of what kind."""
    account = queries.account_to_change(account_ref, actor=actor)
    word = queries.word_to_undo(account, actor=actor)
    rules.check_undo(has_word=word is not None)
    assert word is not None  # noqa: S101 - the rule has just made sure
    is_mark = word.said == AccountWord.Said.MARKED
    permission = "accounts.mark" if is_mark else "accounts.link"
    actor.require(permission, connection=str(account.connection.ref))
    check_not_own([account], actor=actor)
    at = now()
    check_stands_again(account, word.before, at=at, actor=actor)
    restore(account, word.before, at=at, actor=actor)
    word.undone_at, word.undone_by = at, actor.label[:100]
    word.save(update_fields=["undone_at", "undone_by"])
    audit.record(
        "account_word.undone",
        actor=actor,
        subject=account,
        connection=account.connection,
        said=word.said,
        said_at=word.at,
    )
    announce("links.changed")
    return word
