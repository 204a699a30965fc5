"""What somebody holds already, as far as asking for more goes.

held_by(of=…)              accounts, roles, groups, and what the groups give: three questions
have_it(resource, role, of=…)    of these people those who hold a thing: one question
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.access_requests import wording
from tenure.inventory.access_rules import OWNER
from tenure.inventory.models import Account, AccountLink, Grant, Resource
from tenure.people.models import Person

_ACTIVE = (Account.Status.ACTIVE, Account.Status.SUSPENDED)
_MOST = 500


@dataclass(frozen=True, slots=True)
class Held:
    """Something that one account of somebody has: `via` names the group, if it comes by one."""

    resource_id: int
    role: str
    title: str
    account: Account
    via: str = ""


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that somebody has. `accounts` are theirs, of whichever connection."""

    accounts: list[Account]
    held: list[Held]

    def of(self, resource: Resource, role: str) -> Held | None:
        """What they have that is the thing or more: as owner one has whatever a role gives."""
        mine = [one for one in self.held if one.resource_id == resource.pk]
        same = (one for one in mine if one.role in (role, OWNER))
        return next(same, None)

    def account_in(self, connection_id: int) -> Account | None:
        return next((one for one in self.accounts if one.connection_id == connection_id), None)


def held_by(*, of: Person) -> Holdings:
    """What somebody has now."""
    accounts = list(_accounts_of(of).select_related("connection").order_by("pk"))
    direct = _grants(account__in=accounts)
    held = [_held(one, accounts) for one in direct]
    held += _of_organizations(accounts)
    groups = {
        one.entitlement.resource_id: one
        for one in direct
        if one.entitlement.resource.kind == Resource.Kind.GROUP
    }
    for one in _grants(group__in=list(groups)) if groups else ():
        inside = groups[one.group_id or 0]
        held.append(_held(one, accounts, through=inside))
    return Holdings(accounts, held)


def have_it(resource: Resource, role: str, *, of: QuerySet[Person]) -> QuerySet[Person]:
    """Of these people those who have a thing themselves, not by a group."""
    accounts = Account.objects.filter(connection=resource.connection_id, status__in=_ACTIVE)
    if resource.kind == Resource.Kind.ORGANIZATION:
        having = accounts.filter(role=role)
    else:
        grants = Grant.objects.filter(
            account=OuterRef("pk"), ended_at=None, entitlement__resource=resource
        )
        if role:
            grants = grants.filter(entitlement__external_id=role)
        having = accounts.filter(Exists(grants))
    links = AccountLink.objects.filter(
        state=AccountLink.State.CONFIRMED, account__in=having.order_by().values("pk")
    )
    return of.filter(pk__in=links.order_by().values("person"))


def _accounts_of(person: Person) -> QuerySet[Account]:
    mine = Q(person=person) | Q(person__merged_into=person)
    links = AccountLink.objects.filter(mine, state=AccountLink.State.CONFIRMED)
    return Account.objects.filter(pk__in=links.order_by().values("account"), status__in=_ACTIVE)


def _grants(**which: object) -> list[Grant]:
    active = Grant.objects.filter(ended_at=None, **which)
    return list(active.select_related("entitlement__resource__connection").order_by("pk")[:_MOST])


def _held(grant: Grant, accounts: list[Account], through: Grant | None = None) -> Held:
    resource = grant.entitlement.resource
    role = "" if resource.kind == Resource.Kind.GROUP else grant.entitlement.external_id
    whose = (through or grant).account_id
    return Held(
        resource.pk,
        role,
        wording.title(resource, role, role_label=grant.entitlement.name),
        next(one for one in accounts if one.pk == whose),
        via=str(through.entitlement.resource) if through else "",
    )


def _of_organizations(accounts: list[Account]) -> list[Held]:
    ids = {one.connection_id for one in accounts}
    organizations = Resource.objects.filter(
        kind=Resource.Kind.ORGANIZATION, connection__in=ids
    ).select_related("connection")
    by_connection = {one.connection_id: one for one in organizations} if ids else {}
    return [
        Held(
            by_connection[one.connection_id].pk,
            one.role,
            wording.title(by_connection[one.connection_id], one.role),
            one,
        )
        for one in accounts
        if one.connection_id in by_connection and one.role
    ]
