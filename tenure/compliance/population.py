"""What the tests look at, and how they print it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from tenure.compliance.definition import Input
from tenure.connections.models import Connection
from tenure.inventory.models import Account, Invitation
from tenure.lib.clock import rfc3339
from tenure.people.models import Person, PersonEmail

# The organization's highest role, as the provider writes it.
OWNER = "owner"


def judged_connections() -> QuerySet[Connection]:
    """Connections in use, paused ones included: what was read of them still counts."""
    return Connection.objects.exclude(
        state__in=(Connection.State.DRAFT, Connection.State.DISCONNECTED)
    )


def working_accounts() -> QuerySet[Account]:
    """Accounts of every kind that still exist, of every connection in use."""
    return Account.objects.exclude(status=Account.Status.GONE).exclude(
        connection__state=Connection.State.DISCONNECTED
    )


def judged_accounts() -> QuerySet[Account]:
    """Of these the accounts that people sign in with."""
    return working_accounts().filter(kind__in=(Account.Kind.PERSON, Account.Kind.EXTERNAL))


def judged_invitations() -> QuerySet[Invitation]:
    """Invitations that can still be taken."""
    return (
        Invitation.objects.filter(status="pending", ended_at=None)
        .exclude(connection__state=Connection.State.DISCONNECTED)
        .select_related("connection")
    )


def people_of_addresses(invitations: QuerySet[Invitation]) -> dict[str, int]:
    """Folded address -> id of the person who has it, for those invited."""
    addresses = invitations.exclude(email_key="").order_by().values("email_key")
    found: dict[str, int] = dict(
        PersonEmail.objects.filter(email_key__in=addresses).values_list("email_key", "person")
    )
    found |= dict(Person.objects.filter(email_key__in=addresses).values_list("email_key", "pk"))
    return found


def about_invitation(invitation: Invitation, *, invited_at: datetime) -> tuple[Input, ...]:
    """What every test of invitations prints of one."""
    source, read_at = invitation.connection.name, invitation.began_at
    return (
        Input("Invitation", invitation.external_id, source, read_at),
        Input("Address", invitation.email or None, source, read_at),
        Input("Role", invitation.role or None, source),
        Input("Status", invitation.status, source),
        Input("Invited at", rfc3339(invited_at), source),
    )
