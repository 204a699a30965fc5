"""How much hangs on an account, as columns of it."""

from __future__ import annotations

from django.db.models import OuterRef
from django.db.models.functions import Coalesce

from tenure.inventory.models import Credential, Grant, Resource
from tenure.lib.counting import row_count


def kept_counts(of: str) -> dict[str, Coalesce]:
    """`key_count`, the keys that act as an account, and `group_count`, the groups it is in; `of` is
    the path to it."""
    inside = Grant.objects.filter(entitlement__resource__kind=Resource.Kind.GROUP, ended_at=None)
    keys = Credential.objects.filter(owner=OuterRef(of), ended_at=None)
    return {
        "key_count": row_count(keys),
        "group_count": row_count(inside.filter(account=OuterRef(of))),
    }
