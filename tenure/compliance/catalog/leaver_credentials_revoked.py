"""Are the keys of those who left revoked, and do others answer for their service accounts?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.keys import failing_key, is_usable
from tenure.compliance.standing import (
    about,
    has_ended,
    may_hold_access,
    may_not_since,
    stopped_at,
    why_not,
)
from tenure.connections.models import Connection
from tenure.inventory.models import Account, AccountLink, Credential, Ownership
from tenure.people.states import may_not_hold_access

_LINKED = AccountLink.objects.filter(account=OuterRef("owner"), state=AccountLink.State.CONFIRMED)
_OF_KEYS = ("connection", "resource", "owner")
_KEYS = ("admin_keys", "projects", "project_keys", "service_accounts")


def failing(at: datetime, _limits: Limits) -> Iterator[Failing]:
    """What still acts, or is still answered for, in the name of people who may not hold access."""
    stopped = stopped_at(at)
    return chain(_keys_of_leavers(at, stopped), _services_of_leavers(at, stopped))


def _keys_of_leavers(at: datetime, stopped: Mapping[int, datetime]) -> Iterator[Failing]:
    links = (
        AccountLink.objects.filter(state=AccountLink.State.CONFIRMED)
        .filter(may_not_hold_access(at=at, person="person__"))
        .filter(Exists(_usable(at).filter(owner=OuterRef("account"))))
    )
    people = {link.account_id: link.person for link in links.select_related("person")}
    keys = _usable(at).filter(owner__in=list(people)).select_related(*_OF_KEYS).defer("raw")
    for key in keys.order_by("id"):
        assert key.owner_id is not None  # noqa: S101 - it is one of these accounts
        person = people[key.owner_id]
        key.person = person.pk  # type: ignore[attr-defined] # what a key's finding names
        yield failing_key(
            key,
            Input("Still there", value=True, source=key.connection.name),
            *about(person),
            since=max(may_not_since(person, at, stopped), key.created_at or key.began_at),
            is_at_the_latest=not has_ended(person, at),
        )


def _services_of_leavers(at: datetime, stopped: Mapping[int, datetime]) -> Iterator[Failing]:
    owned = Ownership.objects.filter(
        may_not_hold_access(at=at, person="owner__"), account__in=_services()
    ).select_related("account__connection", "owner")
    for said in owned.order_by("account"):
        account, person = said.account, said.owner
        assert person is not None  # noqa: S101 - who may not is somebody
        yield Failing(
            subject=f"account:{account.ref}",
            since=max(may_not_since(person, at, stopped), said.decided_at),
            connection_id=account.connection_id,
            account_id=account.pk,
            person_id=person.pk,
            is_at_the_latest=not has_ended(person, at),
            inputs=(
                Input("Account", account.external_id, account.connection.name, account.began_at),
                Input("Kind", account.kind, "Tenure"),
                Input("Still there", value=True, source=account.connection.name),
                Input("Answers for it", str(person), said.decided_by, said.decided_at),
                *about(person),
            ),
        )


def _usable(at: datetime) -> QuerySet[Credential]:
    """Keys that open something, also in projects out of scope: they act. A federation rule acts as
    a service account, and is judged with whoever answers for that."""
    keys = Credential.objects.filter(ended_at=None)
    keys = keys.exclude(kind=Credential.Kind.FEDERATION_RULE)
    keys = keys.exclude(connection__state=Connection.State.DISCONNECTED)
    return keys.filter(Q(expires_at=None) | Q(expires_at__gt=at))


def _services() -> QuerySet[Account]:
    there = Account.objects.filter(kind=Account.Kind.SERVICE).exclude(status=Account.Status.GONE)
    return there.exclude(connection__state=Connection.State.DISCONNECTED)


def coverage(at: datetime, _limits: Limits) -> Coverage:
    """Keys of service accounts are judged by who answers for these."""
    keys, services = _usable(at), _services()
    of = keys.count() + services.count()
    known = keys.filter(Exists(_LINKED) | Q(owner__kind=Account.Kind.SERVICE)).count()
    owned = services.filter(ownership__owner__isnull=False).count()
    return Coverage(
        of=of,
        judged=known + owned,
        what="keys and service accounts",
        set_aside={"of nobody who is known": of - known - owned},
        may_be_none=True,
        cure="link accounts to people, and say who answers for service accounts",
    )


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    """Failing while it is there, works, and the person may not hold access at that instant."""
    works = "Expires at" not in inputs or is_usable(inputs, at)
    return bool(inputs["Still there"]) and works and not may_hold_access(inputs, at)


def sentence(inputs: Mapping[str, Any], who: str, at: datetime) -> str:
    because = why_not(inputs, at)
    if "Key" in inputs:
        owner = inputs["Owned by"] or "its owner"
        return f"The key {who} still works, and {owner} {because}."
    name = inputs["Answers for it"]
    return f"{name} {because} and still answers for the service account {inputs['Account']}."


TEST = Definition(
    slug="leaver-credentials-revoked",
    title="OpenAI keys and service accounts of leavers revoked or reassigned",
    question="Does a key of somebody who left still work, or do they answer for a service account?",
    why_it_matters=(
        "A key works for whoever has a copy of it, on whatever machine, long after its owner has "
        "left and signed out. A service account that a leaver answers for is answered for by "
        "nobody."
    ),
    how_to_fix=(
        "Offboard the person: their keys are revoked, and their service accounts given to somebody",
        "If something still needs a key, let it use one of a service account first",
        "If the person has not left, correct the end date in your people source",
        "The next sync closes the finding",
    ),
    rule=(
        "From the end of a person's last day plus the time allowed, no key of theirs works and "
        "they answer for no service account."
    ),
    sla_days=1,
    sla_unit="business",
    controls=(
        *("SOC2:CC6.1", "SOC2:CC6.2", "SOC2:CC6.3"),
        *("ISO27001:A.5.17", "ISO27001:A.5.18", "NIST:AC-2"),
    ),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    collections=("users",),
    completes=_KEYS,
)
