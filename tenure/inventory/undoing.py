"""What was so before a human's word, and making it so again.

Nothing of the history is taken back: what the word had made ends, and what was before begins anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tenure.inventory.linking import AUTOMATIC
from tenure.inventory.models import Account, AccountLink, AccountWord, Ownership
from tenure.lib.actor import Actor

Before = dict[str, Any]
DAYS = ("until", "review_on")
OWNERSHIP = ("owner_id", "backup_owner_id", "sponsor_id", "purpose", "reason", *DAYS)
_State = AccountLink.State
_STANDING = (_State.CONFIRMED, _State.PROPOSED, _State.REJECTED)
_TIE = ("person_id", "state", "method", "confidence", "reason")


def as_they_are(accounts: Sequence[Account]) -> dict[int, Before]:
    """Kind, ownership and ties of accounts that are locked. Two queries, however many."""
    pks = [account.pk for account in accounts]
    owned = Ownership.objects.in_bulk(pks)
    ties = defaultdict(list)
    standing = AccountLink.objects.filter(account__in=pks, state__in=_STANDING).order_by("pk")
    for account_id, *tie in standing.values_list("account_id", *_TIE):
        ties[account_id].append(tie)
    return {
        account.pk: {
            "kind": account.kind,
            "is_break_glass": account.is_break_glass,
            "ownership": _ownership(owned.get(account.pk)),
            "ties": ties[account.pk],
        }
        for account in accounts
    }


def _ownership(owned: Ownership | None) -> dict[str, Any] | None:
    if owned is None:
        return None
    said = {name: getattr(owned, name) for name in OWNERSHIP}
    return said | {name: day.isoformat() for name in DAYS if (day := said[name])}


def keep_words(
    before: Mapping[int, Before],
    *,
    said: AccountWord.Said,
    notes: Mapping[int, str] | None = None,
    at: datetime,
    actor: Actor,
) -> None:
    """Keep that a human said something of these accounts, and what was so before."""
    AccountWord.objects.bulk_create(
        AccountWord(
            account_id=pk,
            said=said,
            note=(notes or {}).get(pk, ""),
            at=at,
            by=actor.label[:100],
            before=state,
        )
        for pk, state in before.items()
    )


def restore(account: Account, before: Before, *, at: datetime, actor: Actor) -> None:
    """Make an account what it was, ties and all."""
    account.kind, account.is_break_glass = before["kind"], before["is_break_glass"]
    account.save(update_fields=["kind", "is_break_glass"])
    said = before["ownership"]
    if said is None:
        Ownership.objects.filter(account=account).delete()
    else:
        signed = {"decided_at": at, "decided_by": actor.label[:100]}
        whole = dict.fromkeys(OWNERSHIP) | said
        Ownership.objects.update_or_create(account=account, defaults=whole | signed)
    wanted = {(tie[0], tie[1]): dict(zip(_TIE, tie, strict=True)) for tie in before["ties"]}
    standing = account.links.filter(state__in=_STANDING).order_by("pk")
    for link in standing:
        if wanted.pop((link.person_id, link.state), None) is None:
            was_tied = link.state == _State.CONFIRMED
            link.state, link.ended_at = _State.ENDED if was_tied else _State.WITHDRAWN, at
            link.save(update_fields=["state", "ended_at"])
    AccountLink.objects.bulk_create(
        AccountLink(
            account=account,
            decided_at=at,
            decided_by=AUTOMATIC if tie["state"] == _State.PROPOSED else actor.label[:100],
            **tie,
        )
        for tie in wanted.values()
    )
