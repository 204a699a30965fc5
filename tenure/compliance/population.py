"""The accounts that tests about people look at."""

from __future__ import annotations

from django.db.models import QuerySet

from tenure.connections.models import Connection
from tenure.inventory.models import Account


def judged_accounts() -> QuerySet[Account]:
    """Accounts that people sign in with and that still exist, of every connection in use."""
    return (
        Account.objects.filter(kind__in=(Account.Kind.PERSON, Account.Kind.EXTERNAL))
        .exclude(status=Account.Status.GONE)
        .exclude(connection__state=Connection.State.DISCONNECTED)
    )
