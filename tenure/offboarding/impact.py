"""What removing somebody touches: what is in use, and what would be left alone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.core import signing
from django.db.models import Sum

from tenure.inventory.models import Collection, Spend
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.offboarding.models import OffboardingCase, OffboardingItem

Kind = OffboardingItem.Kind
_SALT = "tenure.offboarding.preview"
VALID_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Impact:
    """What a reader has to know before they approve. `spend` is by currency, in millionths.

    `read_at` is how old the oldest of what it is made of is; None while something was never read.
    """

    used_last_hour: tuple[str, ...]
    used_last_day: tuple[str, ...]
    sole_owner_of: tuple[str, ...]
    service_accounts: tuple[str, ...]
    invitations: tuple[str, ...]
    spend: tuple[tuple[str, int], ...]
    read_at: datetime | None


def impact_of(items: Sequence[OffboardingItem], *, at: datetime | None = None) -> Impact:
    """From the items of a case, as `planning.items_of` gives them. Two queries."""
    at = at or now()
    keys = [one.credential for one in items if one.credential is not None]

    def used(since: timedelta) -> tuple[str, ...]:
        return tuple(str(key) for key in keys if key.last_used_at and key.last_used_at > at - since)

    def of(kind: OffboardingItem.Kind) -> tuple[str, ...]:
        return tuple(one.label for one in items if one.kind == kind)

    return Impact(
        used_last_hour=used(timedelta(hours=1)),
        used_last_day=used(timedelta(days=1)),
        sole_owner_of=of(Kind.PROJECT),
        service_accounts=of(Kind.SERVICE_ACCOUNT),
        invitations=of(Kind.INVITATION),
        spend=_spend(items),
        read_at=_read_at(items),
    )


def preview_of(case: OffboardingCase, items: Sequence[OffboardingItem], *, actor: Actor) -> str:
    """What proves, for an hour, that this actor was shown this plan."""
    return signing.dumps({"case": str(case.ref), "plan": _plan(items), "who": actor.id}, salt=_SALT)


def check_preview(
    preview: str, case: OffboardingCase, items: Sequence[OffboardingItem], *, actor: Actor
) -> None:
    """Conflict unless this plan, as it is now, was shown to this actor within the hour."""
    try:
        shown = signing.loads(preview, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        raise Conflict(
            "Look at what this touches first: open the case, read the plan, and approve it there."
        ) from None
    if shown != {"case": str(case.ref), "plan": _plan(items), "who": actor.id}:
        raise Conflict("The plan has changed since you looked at it; read it again, then approve.")


def _plan(items: Sequence[OffboardingItem]) -> str:
    written = [
        [one.key, one.action, str(one.new_owner.ref) if one.new_owner else "", one.label]
        for one in items
    ]
    return hashlib.sha256(msgspec.json.encode(written)).hexdigest()


def _spend(items: Sequence[OffboardingItem]) -> tuple[tuple[str, int], ...]:
    accounts = {
        one.account.pk: one.account for one in items if one.kind == Kind.MEMBER and one.account
    }
    total: dict[str, int] = defaultdict(int)
    for account in accounts.values():
        mine = Spend.objects.filter(
            connection=account.connection_id, principal_id=account.external_id
        )
        for currency, amount in mine.values_list("currency").annotate(Sum("amount")):
            total[currency] += amount
    return tuple(sorted(total.items()))


def _read_at(items: Sequence[OffboardingItem]) -> datetime | None:
    connections = {one.connection_id for one in items if one.connection_id}
    users = Collection.objects.filter(connection__in=connections, key="users")
    read = list(users.values_list("completed_at", flat=True))
    return min(read) if read and all(read) else None  # type: ignore[type-var] # none is None
