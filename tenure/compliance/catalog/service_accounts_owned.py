"""Do two people who are here answer for every service account?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.compliance.calendar import WorkingDays
from tenure.compliance.deadlines import working_days
from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
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
from tenure.connections.models import Connection
from tenure.inventory.models import Account, Grant, Ownership
from tenure.people.models import Person

_OWNER, _BACKUP = "Owner", "Backup owner"
_IN_SCOPE = Grant.objects.filter(
    account=OuterRef("pk"), ended_at=None, entitlement__resource__is_out_of_scope=False
)


def failing(at: datetime, _limits: Limits) -> Iterator[Failing]:
    """Service accounts without two such people, or due to be looked at again."""
    days, stopped = working_days(), stopped_at(at)
    of = ("connection", "ownership__owner", "ownership__backup_owner")
    for account in _judged().select_related(*of).iterator(chunk_size=2000):
        said: Ownership | None = getattr(account, "ownership", None)
        inputs = _inputs(account, said, days)
        if not verdict({one.name: one.value for one in inputs}, at):
            continue
        people = [said.owner, said.backup_owner] if said else []
        gone = [one for one in people if one and not _may(one, at)]
        since = [*_since(account, said, [may_not_since(one, at, stopped) for one in gone])]
        if said and said.review_on and days.ends(said.review_on) <= at:
            since.append(days.ends(said.review_on))
        yield Failing(
            subject=f"account:{account.ref}",
            since=min(since),
            is_at_the_latest=any(not has_ended(one, at) for one in gone),
            connection_id=account.connection_id,
            account_id=account.pk,
            inputs=inputs,
        )


def _services() -> QuerySet[Account]:
    return (
        Account.objects.filter(kind=Account.Kind.SERVICE)
        .exclude(status=Account.Status.GONE)
        .exclude(connection__state=Connection.State.DISCONNECTED)
    )


def _judged() -> QuerySet[Account]:
    """All but those that only projects out of scope have."""
    return _services().filter(Q(is_listed=True) | Exists(_IN_SCOPE))


def _inputs(account: Account, said: Ownership | None, days: WorkingDays) -> tuple[Input, ...]:
    by = (said.decided_by, said.decided_at) if said else ("Tenure", None)
    owner, backup = (said.owner, said.backup_owner) if said else (None, None)
    review_on = said.review_on if said else None
    return (
        Input("Account", account.external_id, account.connection.name, account.began_at),
        Input("Kind", account.kind, "Tenure"),
        Input("Role", account.role or None, account.connection.name),
        Input(_OWNER, str(owner) if owner else None, *by),
        Input(_BACKUP, str(backup) if backup else None, *by),
        Input("Review by", review_on.isoformat() if review_on else None, *by),
        Input("Review over at", days.ends(review_on).isoformat() if review_on else None, "Tenure"),
        *(about(owner, f"{_OWNER}: ") if owner else ()),
        *(about(backup, f"{_BACKUP}: ") if backup else ()),
    )


def _since(account: Account, said: Ownership | None, left: list[datetime]) -> Iterator[datetime]:
    """Since when each thing is wrong; `left` is since when people may not."""
    people = {said.owner_id, said.backup_owner_id} - {None} if said else set()
    if len(people) < 2:  # noqa: PLR2004 - an owner, and somebody else
        known = (account.began_at, account.connection.connected_at, said and said.decided_at)
        yield max(one for one in known if one)
    yield from left


def _may(person: Person, at: datetime) -> bool:
    return may_hold_access({one.name: one.value for one in about(person)}, at)


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    of, judged = _services().count(), _judged().count()
    return Coverage(
        of=of,
        judged=judged,
        what="service accounts",
        set_aside={"in projects out of scope": of - judged},
        may_be_none=True,
        cure="bring a project into scope",
    )


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    return inputs["Kind"] == Account.Kind.SERVICE and bool(list(_wrong(inputs, at)))


def _wrong(inputs: Mapping[str, Any], at: datetime) -> Iterator[str]:
    """What is wrong with it, as it stands in a sentence."""
    lacking = [name.lower() for name in (_OWNER, _BACKUP) if inputs[name] is None]
    if lacking:
        yield f"has no {' and no '.join(lacking)}"
    elif inputs[f"{_OWNER}: Person"] == inputs[f"{_BACKUP}: Person"]:
        yield f"has nobody but {inputs[_OWNER]} to answer for it"
    for name in (_OWNER, _BACKUP):
        if inputs[name] is not None and not may_hold_access(inputs, at, f"{name}: "):
            because = why_not(inputs, at, f"{name}: ")
            yield f"has {inputs[name]} as {name.lower()}, who {because}"
    over_at = moment(inputs["Review over at"])
    if over_at is not None and over_at <= at:
        yield f"was to be looked at again by {day(inputs['Review by'])}"


def sentence(inputs: Mapping[str, Any], who: str, at: datetime) -> str:
    return f"The service account {who} {' and '.join(_wrong(inputs, at))}."


TEST = Definition(
    slug="service-accounts-owned",
    title="OpenAI service accounts have an owner and a backup owner",
    question="Do two people who are here answer for every service account?",
    why_it_matters=(
        "A service account never leaves, and its keys go on working when those who made it are "
        "gone. Whoever owns it knows what stops when it is taken away."
    ),
    how_to_fix=(
        "Open the account and see in which project it acts, and who made it",
        "Mark it as a service with an owner, a backup owner and what it is for",
        "If nobody needs it, delete it at the provider",
        "The next sync closes the finding",
    ),
    rule=(
        "Every service account has an owner and another backup owner who may both hold access, and "
        "the day by which somebody promised to look at it again is not over."
    ),
    sla_days=7,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "ISO27001:A.5.15", "ISO27001:A.5.16", "NIST:AC-2", "PCI:7.2.4"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    collections=("users", "projects", "service_accounts"),
)
