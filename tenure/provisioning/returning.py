"""What the inventory says of what was changed: still so, or gone or back, and as what.

A sync that began after a change was verified is another witness. One that began 40 minutes later
confirms it, because directories bring people back every 30 to 40 minutes.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, CharField, Exists, Model, OuterRef, Q, QuerySet, Value, When

from tenure.connectors import base
from tenure.connectors.changing import Places
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
from tenure.provisioning import words
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.planned import Kind

PENDING = "pending"
# What was taken stays listed.
_GIVEN = (PENDING, "accepted")
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


def is_as_intended(operation: ProvisioningOperation) -> bool:
    """Whether the inventory has it as the operation left it, at this moment."""
    if operation.is_removal:
        return not is_there(operation)
    return ProvisioningOperation.objects.filter(_as_given(), pk=operation.pk).exists()


def invitation_of(operation: ProvisioningOperation) -> Invitation | None:
    """The invitation that somebody made by hand as it was asked for; only a sync knows its id."""
    waiting = Invitation.objects.filter(
        connection=operation.connection,
        email_key=operation.target_id,
        role=operation.role,
        status__in=_GIVEN,
        ended_at=None,
    )
    asked = words.places_of(operation)
    made = (one for one in waiting.order_by("-id") if _places_of(one) == asked)
    return next(made, None)


def gone() -> QuerySet[ProvisioningOperation]:
    """Verified additions and changes that a later complete reading no longer has as they were."""
    verified = ProvisioningOperation.objects.select_related("connection")
    given = verified.filter(state="verified", gone_at=None, connection__isnull=False)
    # Of an invitation that somebody else vouched for, nobody knows the id.
    given = given.exclude(action="remove").exclude(target_kind=Kind.INVITATION, made_id="")
    given = given.annotate(list_kind=_list_kind())
    return given.filter(~_as_given() & Q(Exists(_read_since(OuterRef("list_kind")))))


def returned(*, at: datetime) -> QuerySet[ProvisioningOperation]:
    """Verified removals whose target is there again, itself or under another id.

    A leaver who was employed again may be back: those are no returns.
    """
    verified = ProvisioningOperation.objects.select_related("connection", "account", "person")
    removed = verified.filter(state="verified", action="remove", connection__isnull=False)
    rehired = Q(of_leaver=True) & ~states.may_not_hold_access(at=at, person="person__")
    of_list = removed.exclude(rehired).annotate(list_kind=_list_kind())
    since = _itself() & Q(Exists(_read_since(OuterRef("list_kind"))))
    namesake = Q(Exists(_namesakes())) & Q(Exists(_read_since("users")))
    invited = Q(Exists(_invitations())) & Q(Exists(_read_since("invites")))
    given = Q(Exists(_given_again()))
    return of_list.filter(since | namesake | invited).exclude(given)


def _given_again() -> QuerySet[ProvisioningOperation]:
    """Whoever was given the same through Tenure since is back rightly: in the same place, or in the
    organization by an invitation to the same address."""
    given = ProvisioningOperation.objects.exclude(action=ProvisioningOperation.Action.REMOVE)
    since = given.filter(connection=OuterRef("connection"), done_at__gt=OuterRef("verified_at"))
    same = Q(
        target_kind=OuterRef("target_kind"),
        target_id=OuterRef("target_id"),
        parent_id=OuterRef("parent_id"),
    )
    anew = ~Q(email_key="") & Q(target_kind=Kind.INVITATION, email_key=OuterRef("email_key"))
    return since.filter(same | anew)


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


def _as_given() -> Q:
    """What was added is there, with the role that was given where it has one.

    Whoever took an invitation has an account, whatever became of the invitation since.
    """
    accounts = Account.objects.filter(
        connection=OuterRef("connection"), status=Account.Status.ACTIVE
    )
    invitations = Invitation.objects.filter(
        connection=OuterRef("connection"),
        external_id=OuterRef("made_id"),
        status__in=_GIVEN,
        ended_at=None,
    )
    in_project = _places("project_users").filter(entitlement__external_id=OuterRef("role"))
    member = accounts.filter(external_id=OuterRef("target_id"), role=OuterRef("role"))
    invited = Exists(invitations) | Exists(accounts.filter(email_key=OuterRef("target_id")))
    return (
        Q(Exists(member), target_kind=Kind.MEMBER)
        | Q(invited, target_kind=Kind.INVITATION)
        | Q(Exists(in_project), target_kind=Kind.PROJECT_MEMBER)
        | Q(Exists(_places("group_users")), target_kind=Kind.GROUP_MEMBER)
    )


def _places_of(invitation: Invitation) -> Places:
    return tuple(sorted((project, role) for project, role in invitation.grants))


def _list_kind() -> Case:
    lists = [When(target_kind=kind, then=Value(name)) for kind, name in _LISTS.items()]
    return Case(*lists, default=Value(""), output_field=CharField())


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
