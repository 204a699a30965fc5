from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries, rules
from tenure.inventory.deciding import check_not_own
from tenure.inventory.models import AccountLink, AccountWord
from tenure.inventory.undoing import as_they_are, keep_words
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def unlink_account(*, account_ref: UUID | str, reason: str, actor: Actor) -> AccountLink:
    """A human says the account is not this person's. The pair is not proposed again."""
    account = queries.account_to_change(account_ref, actor=actor)
    actor.require("accounts.link", connection=str(account.connection.ref))
    link = queries.link_of(account, actor=actor)
    rules.check_unlink(is_linked=link is not None, reason=reason)
    check_not_own([account], actor=actor)
    assert link is not None  # noqa: S101 - the rule has just made sure
    at = now()
    keep_words(as_they_are([account]), said=AccountWord.Said.UNLINKED, at=at, actor=actor)
    link.state, link.ended_at = AccountLink.State.ENDED, at
    link.save(update_fields=["state", "ended_at"])
    # What was suggested or rejected of this pair before is answered by this.
    account.links.filter(person=link.person, state__in=AccountLink.ASKED).update(
        state=AccountLink.State.WITHDRAWN, ended_at=at
    )
    rejected = AccountLink.objects.create(
        account=account,
        person=link.person,
        state=AccountLink.State.REJECTED,
        method=link.method,
        confidence=AccountLink.Confidence.CERTAIN,
        reason=reason,
        decided_at=at,
        decided_by=actor.label[:100],
    )
    audit.record(
        "account.unlinked",
        actor=actor,
        subject=account,
        connection=account.connection,
        text={"reason": reason},
        before=link.person.ref,
        after=None,
    )
    announce("links.changed")
    return rejected
