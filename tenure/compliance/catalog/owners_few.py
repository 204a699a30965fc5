"""Are there enough owners to go on, and few enough to know?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from tenure.compliance.definition import (
    Coverage,
    Definition,
    Failing,
    Input,
    Limits,
    Threshold,
)
from tenure.compliance.population import OWNER, judged_accounts, judged_connections
from tenure.compliance.standing import (
    about,
    has_ended,
    may_hold_access,
    may_not_since,
    stopped_at,
    why_not,
)
from tenure.inventory.models import Account, AccountLink, Entitlement, Grant, Resource
from tenure.lib.text import quantity
from tenure.people.states import may_not_hold_access

# Below this many people everybody must be able to step in.
FEWEST_PEOPLE = 3
_ORGANIZATION = Resource.Kind.ORGANIZATION
_OWNING = Grant.objects.filter(
    ended_at=None,
    via_group_ids="",
    entitlement__kind=Entitlement.Kind.ROLE,
    entitlement__external_id=OWNER,
    entitlement__resource__kind=_ORGANIZATION,
)
_IN_OWNING_GROUPS = Grant.objects.filter(
    ended_at=None,
    account__isnull=False,
    entitlement__resource__in=_OWNING.filter(group__isnull=False).values("group"),
)
# Not asked of each account: of those who own, few are in a list of a million.
_OWNS = (
    Q(role=OWNER)
    | Q(pk__in=_OWNING.filter(account__isnull=False).values("account"))
    | Q(pk__in=_IN_OWNING_GROUPS.values("account"))
)
_GROUP = _IN_OWNING_GROUPS.filter(account=OuterRef("account")).values("entitlement__resource__name")
_LINKED = AccountLink.objects.filter(account=OuterRef("pk"), state=AccountLink.State.CONFIRMED)


def failing(at: datetime, limits: Limits) -> Iterator[Failing]:
    """Organizations with too few or too many owners, and owners who may not hold access."""
    return chain(_numbers(at, limits), _owners(at))


def _people() -> QuerySet[Account]:
    return judged_accounts().filter(kind=Account.Kind.PERSON)


def _organizations() -> QuerySet[Account, Any]:
    """Those with enough people, each with its numbers. What a file calls an owner nobody knows."""
    organizations = judged_connections().exclude(kind="file")
    counted = _people().filter(connection__in=organizations).order_by()
    return (
        counted.values("connection", "connection__ref", "connection__name")
        .annotate(people=Count("id"), owners=Count("id", filter=_OWNS))
        .filter(people__gte=FEWEST_PEOPLE)
    )


def _numbers(at: datetime, limits: Limits) -> Iterator[Failing]:
    for row in _organizations():
        source = row["connection__name"]
        inputs = (
            Input("Connection", source, "Tenure"),
            Input("People with an account", row["people"], source),
            Input("Owners", row["owners"], source),
            Input("Owners at least", limits["least"], "settings"),
            Input("Owners at most", limits["most"], "settings"),
            Input("Or percent of the people", limits["percent"], "settings"),
        )
        if not verdict({one.name: one.value for one in inputs}, at):
            continue
        yield Failing(
            subject=f"connection:{row['connection__ref']}:owners",
            # Nobody tells when the last of them became one too many.
            since=at,
            is_at_the_latest=True,
            connection_id=row["connection"],
            inputs=inputs,
        )


def _owners(at: datetime) -> Iterator[Failing]:
    large, stopped = [row["connection"] for row in _organizations()], stopped_at(at)
    links = (
        AccountLink.objects.filter(state=AccountLink.State.CONFIRMED)
        .filter(account__in=_people().filter(_OWNS, connection__in=large))
        .annotate(group=Subquery(_GROUP[:1]))
        .filter(may_not_hold_access(at=at, person="person__"))
        .select_related("account__connection", "person")
    )
    for link in links.iterator(chunk_size=2000):
        account, person = link.account, link.person
        is_through = account.role != OWNER and link.group is not None
        yield Failing(
            subject=f"account:{account.ref}",
            since=max(may_not_since(person, at, stopped), account.began_at),
            connection_id=account.connection_id,
            account_id=account.pk,
            person_id=person.pk,
            is_at_the_latest=not has_ended(person, at),
            inputs=(
                *about(person),
                Input("Link", link.get_method_display(), link.decided_by, link.decided_at),
                Input("Account", account.external_id, account.connection.name, account.began_at),
                Input("Role", account.role or None, account.connection.name),
                Input("Owns the organization", value=True, source=account.connection.name),
                *([Input("Through the group", link.group, account.connection.name)] * is_through),
            ),
        )


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    people = _people().filter(connection__in=judged_connections())
    large = people.filter(connection__in=[row["connection"] for row in _organizations()])
    of, in_large = people.count(), large.count()
    unlinked = large.filter(_OWNS).filter(~Exists(_LINKED)).count()
    return Coverage(
        of=of,
        judged=in_large - unlinked,
        what="accounts of people",
        set_aside={"owners unlinked": unlinked, "in too small an organization": of - in_large},
    )


def not_applicable(_at: datetime, _limits: Limits) -> str:
    if _people().exists() and not _organizations():
        return f"No organization has {FEWEST_PEOPLE} people or more: everybody may have to step in."
    return ""


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    """Of an organization by its numbers, of an owner by what is known of the person."""
    if "Owners" not in inputs:
        # What was printed before groups were read says it by the role.
        owns = inputs.get("Owns the organization", inputs["Role"] == OWNER)
        return bool(owns) and not may_hold_access(inputs, at)
    people, owners = inputs["People with an account"], inputs["Owners"]
    most = max(inputs["Owners at most"], people * inputs["Or percent of the people"] // 100)
    return people >= FEWEST_PEOPLE and not inputs["Owners at least"] <= owners <= most


def sentence(inputs: Mapping[str, Any], who: str, at: datetime) -> str:
    if "Owners" not in inputs:
        group = inputs.get("Through the group")
        through = f" through the group {group}" if group else ""
        return f"{who} owns the organization{through} and {why_not(inputs, at)}."
    people, owners = inputs["People with an account"], inputs["Owners"]
    kind = "few" if owners < inputs["Owners at least"] else "many"
    of = quantity(people, "person", "people")
    return f"{who} has {quantity(owners, 'owner')} for {of} with an account: too {kind}."


TEST = Definition(
    slug="owners-few",
    title="OpenAI organizations have few owners, and more than one",
    question="Has each organization at least two owners, not too many, and all of them current?",
    why_it_matters=(
        "An owner can do everything. One owner is a holiday away from nobody; many are more than "
        "anybody keeps an eye on."
    ),
    how_to_fix=(
        "Open the accounts and sort them by role, and see which groups own the organization",
        "Make owners who do not administer the organization readers, at the provider",
        "Where there is only one owner, make a second person an owner",
        "The next sync closes the finding",
    ),
    rule=(
        "An organization of three people or more has at least two owners, at most three or 5 % of "
        "its people, those through groups included, and all of them may hold access."
    ),
    sla_days=7,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "SOC2:CC6.3", "ISO27001:A.5.15", "ISO27001:A.8.2", "NIST:AC-6"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    not_applicable=not_applicable,
    completes=("groups", "group_users", "group_roles"),
    thresholds=(
        Threshold("least", "Owners at least", usual=2, least=1, most=20),
        Threshold("most", "Owners at most", usual=3, least=1, most=1000),
        Threshold("percent", "Or percent of the people", usual=5, least=0, most=100),
    ),
)
