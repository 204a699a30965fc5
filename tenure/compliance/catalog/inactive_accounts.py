"""Is every account still used?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from tenure.compliance.definition import (
    Coverage,
    Definition,
    Failing,
    Input,
    Limits,
    Threshold,
)
from tenure.compliance.population import working_accounts
from tenure.compliance.standing import day, moment
from tenure.inventory.activity_rules import (
    DORMANT_DAYS,
    NOT_KNOWN,
    dormant_before,
    dormant_from,
    is_dormant,
)
from tenure.inventory.activity_wording import said_in_words
from tenure.lib.clock import rfc3339
from tenure.lib.text import quantity

_DAYS = "Days without activity"


def failing(at: datetime, limits: Limits) -> Iterator[Failing]:
    """Accounts whose last activity is known and long ago."""
    days = limits["days"]
    dormant = (
        working_accounts()
        .filter(last_active_at__gt=NOT_KNOWN, last_active_at__lt=dormant_before(at, days))
        .order_by()
        .annotate(
            source=F("connection__name"),
            connection_kind=F("connection__kind"),
            connected_at=F("connection__connected_at"),
        )
    )
    for account in dormant.iterator(chunk_size=2000):
        is_file = account.connection_kind == "file"
        known_from = "uploaded_file" if is_file else account.last_active_source
        source, active_at = account.source, account.last_active_at
        began = dormant_from(active_at, days), account.began_at, account.connected_at
        yield Failing(
            subject=f"account:{account.ref}",
            since=max(one for one in began if one),
            connection_id=account.connection_id,
            account_id=account.pk,
            inputs=(
                Input("Account", account.external_id, source, account.began_at),
                Input("Kind", account.kind, "Tenure"),
                Input("Role", account.role or None, source),
                Input("Last activity", rfc3339(active_at), source),
                Input("Known from", known_from, source),
                Input(_DAYS, days, "settings"),
            ),
        )


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    accounts = working_accounts()
    of, unknown = accounts.count(), accounts.filter(last_active_at=NOT_KNOWN).count()
    problem = ""
    if unknown * 2 > of:
        problem = (
            f"Of {unknown:,} of {quantity(of, 'account')} nobody knows the last activity; let the "
            "key read usage, and switch on audit logging at the provider."
        )
    aside = {"activity unknown": unknown} if unknown else {}
    return Coverage(of=of, judged=of - unknown, set_aside=aside, problem=problem)


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    return is_dormant(moment(inputs["Last activity"]), at, inputs[_DAYS])


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    seen = f"{day(inputs['Last activity'])} ({said_in_words(inputs['Known from'])})"
    return f"{who} was last active on {seen}; {quantity(inputs[_DAYS], 'day')} are the most."


TEST = Definition(
    slug="inactive-accounts",
    title="OpenAI accounts are used",
    question="Was every account used within the last 90 days, as far as any source tells?",
    why_it_matters=(
        "An account that nobody uses is access that nobody misses when it is stolen, and often one "
        "that nobody needs any more."
    ),
    how_to_fix=(
        "Ask its holder whether they still need it",
        "If not, remove the account at the provider",
        "If it has to stay unused, such as a break-glass account, exempt the finding with a reason",
        "The next sync closes the finding, as it does when the account is used again",
    ),
    rule=(
        "The newest sign-in, change, use of a key or traffic of an account is no older than as "
        "many days as the settings say; where no source says anything it is not judged."
    ),
    sla_days=30,
    sla_unit="calendar",
    controls=("SOC2:CC6.2", "SOC2:CC6.3", "ISO27001:A.5.18", "NIST:AC-2", "PCI:7.2.4"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    thresholds=(Threshold("days", _DAYS, usual=DORMANT_DAYS, least=7, most=730),),
    needs_people=False,
)
