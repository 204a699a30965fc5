"""Keys as the tests look at them, and how they print them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from tenure.compliance.definition import Coverage, Failing, Input
from tenure.compliance.standing import moment
from tenure.connections.models import Connection
from tenure.inventory.models import AccountLink, Credential

_OUT_OF_SCOPE = Q(resource__is_out_of_scope=True)
_PERSON = AccountLink.objects.filter(
    account=OuterRef("owner"), state=AccountLink.State.CONFIRMED
).values("person")


def listed_keys(kind: str) -> QuerySet[Credential]:
    """Keys of a kind that are still there, of every connection in use."""
    return Credential.objects.filter(kind=kind, ended_at=None).exclude(
        connection__state=Connection.State.DISCONNECTED
    )


def judged_keys(kind: str, at: datetime) -> QuerySet[Credential]:
    """Those that open something at an instant, of projects that count; each with its `person`."""
    usable = Q(expires_at=None) | Q(expires_at__gt=at)
    keys = listed_keys(kind).filter(usable).exclude(_OUT_OF_SCOPE).order_by("id")
    keys = keys.select_related("connection", "resource", "owner").defer("raw")
    return keys.annotate(person=Subquery(_PERSON[:1]))


def failing_key(
    key: Credential, *inputs: Input, since: datetime, is_at_the_latest: bool = False
) -> Failing:
    """A key that fails a test, with what every test of keys prints of one."""
    source = key.connection.name
    owner = str(key.owner) if key.owner else key.owner_name
    return Failing(
        subject=f"credential:{key.ref}",
        since=since,
        connection_id=key.connection_id,
        account_id=key.owner_id,
        credential_id=key.pk,
        person_id=key.person,  # type: ignore[attr-defined] # an annotation
        is_at_the_latest=is_at_the_latest,
        inputs=(
            Input("Key", key.external_id, source, key.began_at),
            Input("Project", str(key.resource) if key.resource else None, source),
            Input("Account", key.principal_id or None, source),
            Input("Owned by", owner or None, source),
            Input("Made at", _text(key.created_at), source),
            Input("There since", _text(key.began_at), "Tenure"),
            Input("Expires at", _text(key.expires_at), source),
            *inputs,
        ),
    )


def is_usable(inputs: Mapping[str, Any], at: datetime) -> bool:
    """Whether a key has not expired, asked again of what is printed."""
    expires_at = moment(inputs["Expires at"])
    return expires_at is None or at < expires_at


def key_coverage(kind: str, at: datetime, *, unknown: Q | None = None, why: str = "") -> Coverage:
    """All keys of a kind that are there; `unknown` are those that cannot be judged, and why."""
    expired = Q(expires_at__lte=at)
    rest = ~_OUT_OF_SCOPE & ~(expired & Q(expires_at__isnull=False))
    counted = listed_keys(kind).aggregate(
        of=Count("pk"),
        scope=Count("pk", filter=_OUT_OF_SCOPE),
        expired=Count("pk", filter=expired & ~_OUT_OF_SCOPE),
        unknown=Count("pk", filter=rest & (unknown if unknown is not None else Q(pk=None))),
    )
    aside = {"expired": counted["expired"], "in projects out of scope": counted["scope"]}
    aside |= {why: counted["unknown"]} if why else {}
    return Coverage(
        of=counted["of"],
        judged=counted["of"] - sum(aside.values()),
        what=Credential.Kind(kind).label.lower() + "s",
        set_aside=aside,
        may_be_none=True,
        cure="look at the keys at the provider",
    )


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
