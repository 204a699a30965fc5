"""Everything a leaver can act with or answers for, as the inventory knows it now.

What is found: their accounts; keys that are theirs; invitations to any of their addresses; service
accounts they own; projects that would be left without an owner. What they hold through projects and
groups goes with the account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from tenure.connections.models import Connection
from tenure.inventory import queries
from tenure.inventory.models import Account, Credential, Grant, Invitation, Resource
from tenure.inventory.queries.credentials import credentials
from tenure.lib.actor import Actor
from tenure.offboarding.models import OffboardingItem
from tenure.people.models import Person

Kind = OffboardingItem.Kind
Action = OffboardingItem.Action
OWNER = "owner"


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing, and what is done with it unless somebody decides otherwise."""

    key: str
    kind: OffboardingItem.Kind
    label: str
    action: OffboardingItem.Action
    connection: Connection
    place: str = ""
    account: Account | None = None
    credential: Credential | None = None
    invitation: Invitation | None = None
    resource: Resource | None = None


def everything_of(person: Person, *, actor: Actor) -> list[Found]:
    """What there is, of what the actor may see; the connections' rows come with it."""
    accounts = queries.accounts_of_person(person.ref, actor=actor)
    return [
        *_accounts(accounts),
        *_keys(accounts, actor),
        *_invitations(person, actor),
        *_services(person, actor),
        *_projects(accounts, actor),
    ]


def addresses_of(person: Person) -> list[str]:
    """Every address that is theirs, folded."""
    others = person.other_emails.values_list("email_key", flat=True)
    return [key for key in dict.fromkeys([person.email_key, *others]) if key]


def _accounts(accounts: list[Account]) -> Iterator[Found]:
    for account in accounts:
        yield Found(
            key=f"account:{account.ref}",
            kind=Kind.MEMBER,
            label=account.email or str(account),
            action=Action.REMOVE,
            connection=account.connection,
            account=account,
        )


def _keys(accounts: list[Account], actor: Actor) -> Iterator[Found]:
    mine = credentials(actor=actor).filter(ended_at=None, owner__in=accounts)
    mine = mine.exclude(kind=Credential.Kind.FEDERATION_RULE)
    for key in mine.select_related("connection", "resource", "owner").order_by("name", "id"):
        is_admin = key.kind == Credential.Kind.ADMIN_KEY
        yield Found(
            key=f"credential:{key.ref}",
            kind=Kind.ADMIN_KEY if is_admin else Kind.PROJECT_KEY,
            label=str(key),
            action=Action.REVOKE,
            connection=key.connection,
            place=str(key.resource) if key.resource else "",
            account=key.owner,
            credential=key,
            resource=key.resource,
        )


def _invitations(person: Person, actor: Actor) -> Iterator[Found]:
    offered = queries.invitations_of(addresses_of(person), actor=actor)
    for invitation in sorted(offered, key=lambda one: (one.email_key, one.pk)):
        if invitation.ended_at is None and invitation.status == "pending":
            yield Found(
                key=f"invitation:{invitation.ref}",
                kind=Kind.INVITATION,
                label=invitation.email,
                action=Action.CANCEL,
                connection=invitation.connection,
                invitation=invitation,
            )


def _services(person: Person, actor: Actor) -> Iterator[Found]:
    owned = queries.present_accounts(actor=actor).filter(
        kind=Account.Kind.SERVICE, ownership__owner=person
    )
    for account in owned.order_by("name", "id"):
        home = _home_of(account)
        yield Found(
            key=f"service:{account.ref}",
            kind=Kind.SERVICE_ACCOUNT,
            label=str(account),
            action=Action.REASSIGN,
            connection=account.connection,
            place=str(home) if home else "",
            account=account,
            resource=home,
        )


def _home_of(account: Account) -> Resource | None:
    """The project a service account lives in."""
    return Resource.objects.filter(
        kind=Resource.Kind.PROJECT, entitlements__grants__in=account.grants.filter(ended_at=None)
    ).first()


def _projects(accounts: list[Account], actor: Actor) -> Iterator[Found]:
    """Open projects that nobody else owns who is there; owners of the organization do not count,
    because a project wants somebody of its own.
    """
    of_role = Grant.objects.filter(
        entitlement__resource=OuterRef("pk"),
        entitlement__external_id=OWNER,
        account__status=Account.Status.ACTIVE,
        ended_at=None,
    )
    projects = queries.resources(actor=actor).filter(
        Exists(of_role.filter(account__in=accounts)),
        ~Exists(of_role.exclude(account__in=accounts).exclude(account__kind="service")),
        kind=Resource.Kind.PROJECT,
        archived_at=None,
        ended_at=None,
    )
    for project in projects.select_related("connection").order_by("name", "id"):
        theirs = next(a for a in accounts if a.connection_id == project.connection_id)
        yield Found(
            key=f"project:{project.ref}",
            kind=Kind.PROJECT,
            label=str(project),
            action=Action.ADD_OWNER,
            connection=project.connection,
            account=theirs,
            resource=project,
        )


def account_in(person: Person, connection: Connection) -> Account | None:
    """Whom a person is in a connection, for making them an owner there."""
    return (
        Account.objects.filter(
            connection=connection,
            links__person=person,
            links__state="confirmed",
            status=Account.Status.ACTIVE,
        )
        .exclude(kind=Account.Kind.SERVICE)
        .first()
    )
