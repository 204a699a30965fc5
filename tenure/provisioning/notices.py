"""What is told of changes at providers, and to whom.

Of what needs a second person, of a brake and of what came back hear those who may approve, and of
the last the connection's owner; of work by hand whoever is to do it, and the owner when it is late.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from tenure.connections.models import Connection
from tenure.lib.clock import rfc3339
from tenure.lib.text import quantity
from tenure.notifications.topics import Event
from tenure.provisioning import wording, words
from tenure.provisioning.models import ProvisioningOperation
from tenure.users.reading import Holder

LIST = f"{settings.TENURE_PUBLIC_URL}/operations"


def approvers(holders: Iterable[Holder], connection: Connection | None) -> list[str]:
    """Addresses of those who may approve there."""
    refs = {"", str(connection.ref)} if connection else {""}
    return [one.email for one in holders if one.connection_ref in refs]


def owner_of(connection: Connection | None) -> list[str]:
    return [connection.owner.email] if connection and connection.owner else []


def waiting(operation: ProvisioningOperation, *, to: list[str]) -> Event:
    return Event(
        to=to,
        fields={
            "doing": f"{words.doing(operation)}{_where(operation)}",
            "asked_by": operation.planned_by,
            "why": operation.why or "no reason was given",
        },
        url=_page(operation),
        subject=_subject(operation),
        list_url=f"{LIST}?show=attention",
        about=operation.ref,
        occasion=_since(operation.reappeared_at),
    )


def braked(first: ProvisioningOperation, *, count: int, to: list[str]) -> Event:
    """Once for each batch that a brake keeps."""
    return Event(
        to=to,
        fields={
            "name": str(first.connection),
            "number": quantity(count, "removal"),
            "reason": first.reason,
        },
        url=f"{LIST}?state=blocked",
        subject=_subject(first),
        about=first.batch,
    )


def by_hand(operation: ProvisioningOperation, *, to: list[str], is_late: bool) -> Event:
    """Whoever gets it later is told of it too."""
    return Event(
        to=to,
        fields={
            "what": f"{wording.deed(operation)}{_where(operation)}",
            "why": operation.why or "somebody asked for it",
            "due": moment(operation.due_at) if operation.due_at else "no day in particular",
        },
        url=_page(operation),
        list_url=f"{LIST}?show=mine",
        about=operation.ref,
        occasion="" if is_late else f"user:{operation.assignee_id}",
    )


def came_back(operation: ProvisioningOperation, *, to: list[str]) -> Event:
    return Event(
        to=to,
        fields={"what": _what(operation), "reason": operation.reason},
        url=_page(operation),
        subject=_subject(operation),
        list_url=f"{LIST}?show=attention",
        about=operation.ref,
        occasion=_since(operation.reappeared_at),
    )


def moment(instant: datetime) -> str:
    """An instant as mails write it."""
    return f"{instant.day} {instant:%B %Y %H:%M} UTC"


def _what(operation: ProvisioningOperation) -> str:
    kind = operation.get_target_kind_display().lower()
    return f"{kind} {operation.label}{_where(operation)}"


def _where(operation: ProvisioningOperation) -> str:
    return f" in {operation.connection}" if operation.connection else ""


def _subject(operation: ProvisioningOperation) -> str:
    return str(operation.connection.ref) if operation.connection else ""


def _since(instant: datetime | None) -> str:
    return rfc3339(instant) if instant else ""


def _page(operation: ProvisioningOperation) -> str:
    return f"{LIST}/{operation.ref}"
