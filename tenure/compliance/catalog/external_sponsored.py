"""Does somebody answer for every outsider, and until when?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tenure.compliance.calendar import WorkingDays
from tenure.compliance.deadlines import working_days
from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.population import judged_accounts
from tenure.compliance.standing import (
    about,
    day,
    has_ended,
    may_hold_access,
    may_not_since,
    moment,
    stopped_at,
    why_not,
)
from tenure.inventory.models import Account, Ownership
from tenure.people import rules as people_rules
from tenure.people.models import Person

_SPONSOR = "Sponsor: "


def failing(at: datetime, _limits: Limits) -> Iterator[Failing]:
    """External accounts without a sponsor who may hold access, or past their last day."""
    days, stopped = working_days(), stopped_at(at)
    accounts = _external().select_related("connection", "ownership__sponsor")
    for account in accounts.iterator(chunk_size=2000):
        said: Ownership | None = getattr(account, "ownership", None)
        if not (reasons := _reasons(account, said, days, at, stopped)):
            continue
        sponsor, until = (said.sponsor, said.until) if said else (None, None)
        yield Failing(
            subject=f"account:{account.ref}",
            since=min(reasons),
            is_at_the_latest=sponsor is not None and not has_ended(sponsor, at),
            connection_id=account.connection_id,
            account_id=account.pk,
            inputs=(
                Input("Account", account.external_id, account.connection.name, account.began_at),
                Input("Kind", account.kind, "Tenure"),
                Input("Role", account.role or None, account.connection.name),
                Input("Sponsor", str(sponsor) if sponsor else None, *_by(said)),
                Input("Last day", until.isoformat() if until else None, *_by(said)),
                Input("Over at", days.ends(until).isoformat() if until else None, "Tenure"),
                *(about(sponsor, _SPONSOR) if sponsor else ()),
            ),
        )


def _external() -> QuerySet[Account]:
    return judged_accounts().filter(kind=Account.Kind.EXTERNAL)


def _reasons(
    account: Account,
    said: Ownership | None,
    days: WorkingDays,
    at: datetime,
    stopped: Mapping[int, datetime],
) -> list[datetime]:
    """Since when each thing is wrong."""
    sponsor, until = (said.sponsor, said.until) if said else (None, None)
    reasons = []
    if sponsor is None or until is None:
        known = (account.began_at, account.connection.connected_at, said and said.decided_at)
        reasons.append(max(one for one in known if one))
    if until is not None and days.ends(until) <= at:
        reasons.append(days.ends(until))
    if sponsor is not None and not _may(sponsor, at):
        reasons.append(may_not_since(sponsor, at, stopped))
    return reasons


def _may(person: Person, at: datetime) -> bool:
    state = people_rules.state(
        begins_at=person.begins_at,
        ends_at=person.ends_at,
        is_disabled=person.is_disabled,
        is_listed=person.is_listed,
        is_on_leave=person.is_on_leave,
        now=at,
    )
    return people_rules.may_hold_access(state, begins_at=person.begins_at, now=at)


def _by(said: Ownership | None) -> tuple[str, datetime | None]:
    return (said.decided_by, said.decided_at) if said else ("Tenure", None)


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    count = _external().count()
    return Coverage(of=count, judged=count, what="external accounts", may_be_none=True)


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    over_at = moment(inputs["Over at"])
    is_answered_for = inputs["Sponsor"] is not None and may_hold_access(inputs, at, _SPONSOR)
    is_within = over_at is not None and at < over_at
    return inputs["Kind"] == Account.Kind.EXTERNAL and not (is_answered_for and is_within)


def sentence(inputs: Mapping[str, Any], who: str, at: datetime) -> str:
    if inputs["Sponsor"] is None:
        return f"Nobody here answers for the external account {who}."
    if inputs["Last day"] is None:
        return f"Nobody said until when {who} works with us."
    if not may_hold_access(inputs, at, _SPONSOR):
        gone = why_not(inputs, at, _SPONSOR)
        return f"{inputs['Sponsor']}, who answers for the external account {who}, {gone}."
    return f"The last day of {who}, {day(inputs['Last day'])}, is over."


TEST = Definition(
    slug="external-sponsored",
    title="External OpenAI accounts have a sponsor and an end",
    question="Does somebody here answer for every outsider, until a day that is to come?",
    why_it_matters=(
        "No directory says when an outsider's work ends. Unless somebody here answers for them "
        "until a certain day, their access lasts for ever."
    ),
    how_to_fix=(
        "Ask who works with them, and until when",
        "Open the account and name the sponsor and the last day",
        "If nobody works with them any more, remove the account at the provider",
        "The next run closes the finding",
    ),
    rule="An external account has a sponsor who may hold access, and a last day not yet over.",
    sla_days=3,
    sla_unit="calendar",
    controls=("SOC2:CC6.2", "SOC2:CC6.3", "ISO27001:A.5.18", "NIST:AC-2", "PCI:7.2.4"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
)
