"""Access that was given within a window: to whom, what, when, and by whom as the log tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from tenure.inventory.being_in_groups import OWN
from tenure.inventory.models import (
    AccountChange,
    AccountLink,
    Explanation,
    Grant,
    KnownBy,
)
from tenure.inventory.queries.accounts import accounts
from tenure.lib.actor import Actor
from tenure.lib.sorting import ByBytes

_AT_A_TIME = 2_000
_BY = ("actor_email", "by_account__email", "by_account__name", "actor_id", "actor_kind", "key_id")
GIVER = tuple(f"by_{name}" for name in _BY)


def accounts_given(begins_at: datetime, ends_at: datetime, *, actor: Actor) -> Iterator[Any]:
    """Accounts that came or came back, and roles of the organization that became others."""
    steps = AccountChange.objects.filter(
        Q(kind__in=[AccountChange.Kind.APPEARED, AccountChange.Kind.REAPPEARED])
        | Q(kind=AccountChange.Kind.CHANGED, field="role"),
        account__in=accounts(actor=actor).order_by().values("pk"),
        at__gte=begins_at,
        at__lt=ends_at,
    ).exclude(known_by=KnownBy.BETWEEN_READS, not_before=None)
    yield from _told(steps, "account_change", "account__external_id", "at").iterator(_AT_A_TIME)


def grants_given(begins_at: datetime, ends_at: datetime, *, actor: Actor) -> Iterator[Any]:
    """Roles and memberships that somebody came to hold, each by itself."""
    mine = accounts(actor=actor).order_by().values("connection")
    begun = Grant.objects.filter(
        OWN,
        collection__connection__in=mine,
        principal_kind=Grant.Principal.ACCOUNT,
        began_at__gte=begins_at,
        began_at__lt=ends_at,
    ).exclude(began_known_by=KnownBy.BETWEEN_READS, began_not_before=None)
    begun = begun.select_related("entitlement__resource", "collection__connection")
    yield from _told(begun, "grant_began", "principal_id", "began_at").iterator(_AT_A_TIME)


def _told(rows: QuerySet[Any], moment: str, principal: str, at: str) -> QuerySet[Any]:
    """With whom the log names for the moment, and whose account it is, in the order of ids."""
    by = Explanation.objects.filter(moment=moment, row_id=OuterRef("pk"))
    path = "account__connection" if moment == "account_change" else "collection__connection"
    links = AccountLink.objects.filter(
        account=OuterRef("account"), state=AccountLink.State.CONFIRMED
    )
    givers: dict[str, Any] = {
        f"by_{name}": Subquery(by.values(f"event__{name}")[:1]) for name in _BY
    }
    told: QuerySet[Any] = (
        rows.select_related(path, "account")
        .annotate(
            organization=F(f"{path}__organization_id"),
            principal=F(principal),
            given_at=F(at),
            is_explained=Exists(by),
            person=Subquery(links.values("person__email")[:1]),
            **givers,
        )
        .order_by(ByBytes("organization"), ByBytes("principal"), "given_at", "id")
    )
    return told
