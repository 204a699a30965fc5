"""Does every account belong to somebody?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.population import judged_accounts
from tenure.connections.models import Connection
from tenure.inventory.models import AccountLink

_LINKED = AccountLink.objects.filter(account=OuterRef("pk"), state=AccountLink.State.CONFIRMED)
_UNLINKED_AT = (
    AccountLink.objects.filter(account=OuterRef("pk"), ended_at__isnull=False)
    .exclude(state=AccountLink.State.WITHDRAWN)
    .order_by("-ended_at")
    .values("ended_at")[:1]
)


def failing(_at: datetime, _limits: Limits) -> Iterator[Failing]:
    """Accounts without a person. The time allowed begins when we could first have known."""
    unlinked = (
        judged_accounts()
        .filter(~Exists(_LINKED))
        .order_by()
        .values_list(
            "ref",
            "pk",
            "external_id",
            "email",
            "role",
            "kind",
            "began_at",
            "connection",
            Subquery(_UNLINKED_AT),
        )
    )
    connections = Connection.objects.in_bulk()
    for ref, pk, external_id, email, role, kind, *rest in unlinked.iterator(chunk_size=2000):
        began_at, connection, unlinked_at = rest
        source = connections[connection].name
        moments = began_at, connections[connection].connected_at, unlinked_at
        yield Failing(
            subject=f"account:{ref}",
            since=max(moment for moment in moments if moment),
            connection_id=connection,
            account_id=pk,
            inputs=(
                Input("Account", external_id, source, began_at),
                Input("Address", email or None, source),
                Input("Kind", kind, "Tenure"),
                Input("Role", role or None, source),
                Input("Linked to a person", value=False, source="Tenure"),
            ),
        )


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    accounts = judged_accounts().count()
    return Coverage(of=accounts, judged=accounts)


def verdict(inputs: Mapping[str, Any], _at: datetime) -> bool:
    return inputs["Linked to a person"] is False


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    address = f" ({inputs['Address']})" if inputs["Address"] else ""
    return f"The account {who}{address} belongs to nobody we know, so nobody's leaving ends it."


TEST = Definition(
    slug="accounts-linked",
    title="OpenAI accounts associated with users",
    question="Does every account belong to a person we know?",
    why_it_matters=(
        "An account that belongs to nobody leaves with nobody: when its holder goes, nothing tells "
        "you that it should go too."
    ),
    how_to_fix=(
        "Open the account and look at its address and history",
        "Link it to a person, or add the address to the person in your people source",
        "If nobody needs it, remove it at the provider",
        "The next sync closes the finding",
    ),
    rule="Every account that people sign in with is linked to a person.",
    sla_days=7,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "SOC2:CC6.2", "ISO27001:A.5.16", "NIST:AC-2", "PCI:7.2.4"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
)
