"""The rows of a snapshot as bytes that do not depend on the database, and their fingerprint.

Rows stand in the order of the bytes of the provider's ids; their keys in the order of `Row`; texts
as UTF-8 as received; instants as RFC 3339 in UTC with milliseconds. One row is one line of JSON.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection as database
from django.db.models import F, QuerySet
from django.db.models.functions import Collate

from tenure.lib.clock import rfc3339
from tenure.reviews.models import CampaignSnapshot, ReviewItem

_AT_A_TIME = 2_000
# What a row says, in this order. Ids of ours are no part: another database has others.
ROW = (
    *("kind", "path", "principal_id", "thing_id", "account_name", "account_email"),
    *("account_kind", "account_status", "organization_role", "person_name", "person_email"),
    *("person_state", "manager_name", "department", "role", "role_name", "resource_kind"),
    *("resource_id_there", "resource_name", "via_id", "via_name", "is_scim_managed", "thing_kind"),
    *("thing_name", "hint", "status", "created_at", "expires_at", "last_used_at", "began_at"),
    *("began_not_before", "began_known_by", "given_by", "login_at", "active_at", "active_source"),
    *("acted_at", "log_from", "spent", "currency", "delta", "is_leaver", "is_unlinked"),
    *("is_on_leave", "is_new", "is_role_raised", "is_privileged", "is_dormant", "is_unused"),
    *("is_external", "is_flagged", "is_redundant"),
)
_ORDER = ("organization", "kind", "path", "principal_id", "thing_id", "key")
_encode = msgspec.json.Encoder().encode


def in_order(of: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
    """Items in canonical order, each with the id of its `organization`."""
    named = of.annotate(organization=F("connection__organization_id"))
    if database.vendor == "postgresql":
        return named.order_by(*(Collate(name, "C") for name in _ORDER))
    return named.order_by(*_ORDER)


def lines(snapshot: CampaignSnapshot) -> Iterator[bytes]:
    """Each row of a snapshot as one line, without holding them all."""
    rows = in_order(ReviewItem.objects.filter(snapshot=snapshot)).values_list("organization", *ROW)
    for row in rows.iterator(chunk_size=_AT_A_TIME):
        yield line(("organization", *ROW), row)


def line(names: tuple[str, ...], values: tuple[Any, ...]) -> bytes:
    """One row: what it says by name, and the end of the line."""
    said = dict(zip(names, map(_plain, values), strict=True))
    return _encode(said) + b"\n"


def sha256(snapshot: CampaignSnapshot) -> str:
    """The fingerprint of all rows."""
    digest = hashlib.sha256()
    for one in lines(snapshot):
        digest.update(one)
    return digest.hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return rfc3339(value) if isinstance(value, datetime) else value
