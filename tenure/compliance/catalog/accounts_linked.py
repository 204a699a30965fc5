"""Does every account belong to somebody?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef

from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.population import judged_accounts
from tenure.inventory.models import AccountLink

_LINKED = AccountLink.objects.filter(account=OuterRef("pk"), state=AccountLink.State.CONFIRMED)


def failing(_at: datetime, _limits: Limits) -> Iterator[Failing]:
    """Accounts without a person. The time allowed begins when we could first have known."""
    unlinked = (
        judged_accounts()
        .filter(~Exists(_LINKED))
        .select_related("connection")
        .annotate(unlinked_at=Max("links__ended_at"))
    )
    for account in unlinked.iterator(chunk_size=2000):
        moments = (account.began_at, account.connection.connected_at, account.unlinked_at)
        yield Failing(
            subject=f"account:{account.ref}",
            since=max(moment for moment in moments if moment),
            connection_id=account.connection_id,
            account_id=account.pk,
            inputs=(
                Input("Account", account.external_id, account.connection.name, account.began_at),
                Input("Address", account.email or None, account.connection.name),
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
