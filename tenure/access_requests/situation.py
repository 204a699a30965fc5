"""What somebody has of a thing at this moment, as the inventory knows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tenure.access_requests import granting_rules as rules
from tenure.access_requests.models import AccessRequest
from tenure.connections.models import Connection
from tenure.inventory.models import Account, AccountLink, Collection, Grant, Invitation, Resource
from tenure.people.models import Person

PENDING = "pending"
# The list that says who has a thing, by its kind.
LISTS = {"organization": "users", "project": "project_users", "group": "group_users"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """`read_from` is when the last complete reading of the list began that would show it."""

    thing: rules.Thing
    account: Account | None
    invitation: Invitation | None
    read_from: datetime | None


def situation_of(request: AccessRequest) -> Situation:
    person, resource = now_known_as(request.person), request.resource
    account = _kept(request.account) or account_of(person, request.connection)
    invitation = open_invitation(person, request.connection)
    return Situation(
        thing=rules.Thing(
            kind=resource.kind,
            role=request.role,
            there=role_there(account, resource) if account else "",
            has_account=account is not None,
            is_invited=invitation is not None,
        ),
        account=account,
        invitation=invitation,
        read_from=read_completely_from(resource),
    )


def now_known_as(person: Person) -> Person:
    """Whom an entry of the directory was merged into, or the same."""
    while person.merged_into is not None:
        person = person.merged_into
    return person


def account_of(person: Person, connection: Connection) -> Account | None:
    """Their account there: one that is linked, else one of an address of theirs that is nobody's
    yet. Links are made after a sync, and this must not wait for that."""
    there = Account.objects.filter(connection=connection, kind__in=AccountLink.KINDS)
    there = there.exclude(status=Account.Status.GONE).select_related("connection").order_by("pk")
    confirmed = AccountLink.State.CONFIRMED
    linked = there.filter(links__person=person, links__state=confirmed).first()
    if linked is not None:
        return linked
    free = there.exclude(links__state=confirmed)
    return free.filter(email_key__in=addresses_of(person)).first()


def open_invitation(person: Person, connection: Connection) -> Invitation | None:
    """One that waits for them, whoever sent it."""
    sent = Invitation.objects.filter(connection=connection, ended_at=None, status=PENDING)
    return sent.filter(email_key__in=addresses_of(person)).order_by("pk").first()


def addresses_of(person: Person) -> list[str]:
    """Every address that is theirs, folded."""
    others = person.other_emails.values_list("email_key", flat=True)
    return [key for key in dict.fromkeys([person.email_key, *others]) if key]


def role_there(account: Account, resource: Resource) -> str:
    """The role they hold there themselves; "member" of a group; empty for nothing."""
    if resource.kind == Resource.Kind.ORGANIZATION:
        return account.role
    held = held_by(account).filter(entitlement__resource=resource)
    role = held.values_list("entitlement__external_id", flat=True).first()
    if role is None:
        return ""
    return "member" if resource.kind == Resource.Kind.GROUP else role


def held_by(account: Account) -> QuerySet[Grant]:
    """Their own places in projects and groups."""
    kinds = (LISTS["project"], LISTS["group"])
    return Grant.objects.filter(account=account, collection__kind__in=kinds, ended_at=None)


def read_completely_from(resource: Resource) -> datetime | None:
    """When the last complete reading of the list of who has it began."""
    return _read_from(resource.connection, LISTS[resource.kind], resource)


def members_read_from(connection: Connection) -> datetime | None:
    return _read_from(connection, "users")


def invitations_read_from(connection: Connection) -> datetime | None:
    return _read_from(connection, "invites")


def _read_from(
    connection: Connection, kind: str, resource: Resource | None = None
) -> datetime | None:
    lists = Collection.objects.filter(connection=connection, kind=kind)
    if resource is not None and resource.kind != Resource.Kind.ORGANIZATION:
        lists = lists.filter(resource=resource)
    return lists.values_list("complete_from", flat=True).first()


def came_with_it(request: AccessRequest, account: Account) -> Iterable[str]:
    """Projects that an account is in which neither this request nor another one gave them."""
    asked = AccessRequest.objects.filter(person=request.person, connection=request.connection)
    known = asked.filter(approved_at__isnull=False).values("resource")
    more = held_by(account).filter(entitlement__resource__kind=Resource.Kind.PROJECT)
    more = more.exclude(entitlement__resource__in=known)
    return more.values_list("entitlement__resource__name", flat=True)


def _kept(account: Account | None) -> Account | None:
    """The account it was given to, as long as it is there."""
    return None if account is None or account.status == Account.Status.GONE else account
