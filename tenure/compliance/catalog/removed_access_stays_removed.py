"""Is everything that was removed still gone?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.standing import moment
from tenure.connections.models import Connection
from tenure.inventory.models import Collection
from tenure.provisioning.models import ProvisioningOperation

State = ProvisioningOperation.State
# Their accounts are read in every sync, so whatever was removed was looked for since.
_READ_SINCE = Collection.objects.filter(
    connection=OuterRef("connection"), kind="users", complete_from__gt=OuterRef("verified_at")
)


def failing(_at: datetime, _limits: Limits) -> Iterator[Failing]:
    """Removals whose target came back, until it is removed again or left for a reason."""
    back = (
        _removals()
        .filter(Q(verified_at__lte=F("reappeared_at")), reappeared_at__isnull=False)
        .exclude(state=State.OVERRIDDEN)
    )
    for one in back.select_related("connection", "person").order_by("id"):
        assert one.connection is not None  # noqa: S101 - what is not connected is not read
        assert one.reappeared_at is not None  # noqa: S101 - filtered
        source = one.connection.name
        yield Failing(
            subject=f"operation:{one.ref}",
            since=one.reappeared_at,
            connection_id=one.connection_id,
            account_id=one.account_id,
            person_id=one.person_id,
            inputs=(
                Input("Operation", str(one.ref), "Tenure", one.planned_at),
                Input("Removed", f"{one.get_target_kind_display().lower()} {one.label}", "Tenure"),
                Input("Place", one.place or None, source),
                Input("Id at the provider", one.target_id, source),
                Input("Removed because", one.why or None, one.planned_by),
                Input("Gone at", _text(one.verified_at), source, one.verified_at),
                Input("Seen again at", _text(one.reappeared_at), source, one.reappeared_at),
                Input("State", one.state, "Tenure"),
                Input("How", one.reason or None, "Tenure"),
            ),
        )


def _removals() -> QuerySet[ProvisioningOperation]:
    """Removals that a read has shown to be so, at every connection in use."""
    removals = ProvisioningOperation.objects.filter(
        action=ProvisioningOperation.Action.REMOVE, verified_at__isnull=False
    )
    return removals.exclude(connection=None).exclude(
        connection__state=Connection.State.DISCONNECTED
    )


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    removed = _removals()
    of, read = removed.count(), removed.filter(Exists(_READ_SINCE)).count()
    return Coverage(
        of=of,
        judged=read,
        what="removals",
        set_aside={"not read again since": of - read},
        may_be_none=True,
        cure="wait for the next sync",
    )


def not_applicable(_at: datetime, _limits: Limits) -> str:
    return "" if _removals().exists() else "Nothing has been removed through Tenure yet."


def verdict(inputs: Mapping[str, Any], _at: datetime) -> bool:
    """Failing when it was seen again after it was gone, and nobody left it so for a reason."""
    gone, seen = moment(inputs["Gone at"]), moment(inputs["Seen again at"])
    is_back = gone is not None and seen is not None and seen >= gone
    return is_back and inputs["State"] != State.OVERRIDDEN


def sentence(inputs: Mapping[str, Any], _who: str, _at: datetime) -> str:
    where = f" of {inputs['Place']}" if inputs["Place"] else ""
    return f"The {inputs['Removed']}{where} was removed, and is there again."


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


TEST = Definition(
    slug="removed-access-stays-removed",
    title="Access we removed has not come back",
    question="Is anything there again that was removed and seen to be gone?",
    why_it_matters=(
        "A directory or a colleague may bring back what was taken away, often within the hour. "
        "Then somebody has access whom everybody believes to have none."
    ),
    how_to_fix=(
        "Open the operation and see as what it came back, and who brought it",
        "If a directory did, end the person's membership there first, or it brings them back again",
        "Try the removal again; or override it with a reason if it may stay",
        "When it is read to be gone, the finding is closed",
    ),
    rule="What was removed through Tenure and read to be gone stays gone.",
    sla_days=1,
    sla_unit="calendar",
    controls=("SOC2:CC6.2", "SOC2:CC6.3", "ISO27001:A.5.18", "NIST:AC-2", "PCI:7.2.4"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    not_applicable=not_applicable,
    collections=("users",),
    needs_people=False,
)
