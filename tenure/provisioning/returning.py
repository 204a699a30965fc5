"""What the inventory says of what was removed: still gone, or back, and as what.

A sync that began after a change was verified is another witness. One that began 40 minutes later
confirms it, because directories bring people back every 30 to 40 minutes.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, CharField, Exists, Model, OuterRef, Q, QuerySet, Value, When

from tenure.connectors import base
from tenure.inventory.models import (
    Account,
    AccountChange,
    Collection,
    Credential,
    Grant,
    Invitation,
    InvitationChange,
)
from tenure.people import states
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.planned import Kind

PENDING = "pending"
# Whose list says whether a target is there.
_LISTS: dict[str, str] = {
    Kind.MEMBER: "users",
    Kind.ADMIN_KEY: "admin_keys",
    Kind.PROJECT_KEY: "project_keys",
    Kind.INVITATION: "invites",
    Kind.PROJECT_MEMBER: "project_users",
    Kind.GROUP_MEMBER: "group_users",
    Kind.SERVICE_ACCOUNT: "service_accounts",
}


def read_completely_from(operation: ProvisioningOperation) -> datetime | None:
    """When the last complete reading of the target's list began."""
    kind = _LISTS.get(operation.target_kind)
    if kind is None:
        return None
    key = base.Collection(kind=kind, parent_id=operation.parent_id).key
    mine = Collection.objects.filter(connection=operation.connection, key=key)
    return mine.values_list("complete_from", flat=True).first()


def is_there(operation: ProvisioningOperation) -> bool:
    """Whether the inventory has the target itself at this moment."""
    return ProvisioningOperation.objects.filter(_itself(), pk=operation.pk).exists()


def returned(*, at: datetime) -> QuerySet[ProvisioningOperation]:
    """Verified removals whose target is there again, itself or under another id.

    A leaver who was employed again may be back: those are no returns.
    """
    verified = ProvisioningOperation.objects.select_related("connection", "account", "person")
    removed = verified.filter(state="verified", action="remove", connection__isnull=False)
    rehired = Q(of_leaver=True) & ~states.may_not_hold_access(at=at, person="person__")
    lists = [When(target_kind=kind, then=Value(name)) for kind, name in _LISTS.items()]
    of_list = removed.exclude(rehired).annotate(
        list_kind=Case(*lists, default=Value(""), output_field=CharField())
    )
    since = _itself() & Q(Exists(_read_since(OuterRef("list_kind"))))
    namesake = Q(Exists(_namesakes())) & Q(Exists(_read_since("users")))
    invited = Q(Exists(_invitations())) & Q(Exists(_read_since("invites")))
    return of_list.filter(since | namesake | invited)


def how(operation: ProvisioningOperation) -> str:
    """As what it came back, in words."""
    if is_there(operation):
        return "under the same id"
    mine = ProvisioningOperation.objects.filter(pk=operation.pk)
    if mine.filter(Exists(_namesakes())).exists():
        return "with the same e-mail address under another id"
    return "as a pending invitation"


def _itself() -> Q:
    """The target is there, by its own id."""
    of_connection = {"connection": OuterRef("connection"), "external_id": OuterRef("target_id")}
    accounts = Account.objects.filter(**of_connection, status=Account.Status.ACTIVE)
    keys = Credential.objects.filter(**of_connection, ended_at=None)
    invitations = Invitation.objects.filter(**of_connection, ended_at=None, status=PENDING)
    there: dict[str, QuerySet[Model]] = {
        Kind.MEMBER: accounts,
        Kind.SERVICE_ACCOUNT: accounts,
        Kind.ADMIN_KEY: keys,
        Kind.PROJECT_KEY: keys,
        Kind.INVITATION: invitations,
        Kind.PROJECT_MEMBER: _places("project_users"),
        Kind.GROUP_MEMBER: _places("group_users"),
    }
    found = Q(pk__in=[])
    for kind, rows in there.items():
        found |= Q(Exists(rows), target_kind=kind)
    return found


def _places(kind: str) -> QuerySet[Grant]:
    return Grant.objects.filter(
        collection__connection=OuterRef("connection"),
        collection__kind=kind,
        collection__resource__external_id=OuterRef("parent_id"),
        principal_id=OuterRef("target_id"),
        ended_at=None,
    )


def _read_since(kind: str | OuterRef) -> QuerySet[Collection]:
    """A list of that kind, read completely since the removal was verified."""
    return Collection.objects.filter(
        Q(resource=None) | Q(resource__external_id=OuterRef("parent_id")),
        connection=OuterRef("connection"),
        kind=kind,
        complete_from__gt=OuterRef("verified_at"),
    )


# By when we saw it come: a provider may say that it is as old as the one that was removed.
_CAME = ("appeared", "reappeared")


def _seen_since() -> Q:
    """A run that began before a removal may read its lists long after."""
    return Q(run__finished_at=None) | Q(run__finished_at__gt=OuterRef("verified_at"))


def _namesakes() -> QuerySet[AccountChange]:
    return AccountChange.objects.filter(
        _seen_since(),
        ~Q(account__email_key=""),
        ~Q(account__external_id=OuterRef("target_id")),
        kind__in=_CAME,
        account__connection=OuterRef("connection"),
        account__email_key=OuterRef("email_key"),
        account__status=Account.Status.ACTIVE,
    )


def _invitations() -> QuerySet[InvitationChange]:
    return InvitationChange.objects.filter(
        _seen_since(),
        ~Q(invitation__email_key=""),
        ~Q(invitation__external_id=OuterRef("target_id")),
        kind__in=_CAME,
        invitation__connection=OuterRef("connection"),
        invitation__email_key=OuterRef("email_key"),
        invitation__ended_at=None,
        invitation__status=PENDING,
    )
