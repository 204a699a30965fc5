"""What is told of leavings, and to whom: those who manage them, and the owners of the connections
where the leaver has something; when one is complete, the leaver's manager too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings

from tenure.lib.text import quantity
from tenure.notifications.topics import Event
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.provisioning.notices import moment
from tenure.users.reading import Holder

LIST = f"{settings.TENURE_PUBLIC_URL}/offboarding"
_LATE = "It was to be done by {due}, and is recorded as late."


def concerned(items: Sequence[OffboardingItem], holders: Sequence[Holder]) -> list[str]:
    """Managers of leavings, and owners of the connections; each address once."""
    owners = [
        item.connection.owner.email
        for item in items
        if item.connection is not None and item.connection.owner is not None
    ]
    return list(dict.fromkeys([*(one.email for one in holders), *owners]))


def waiting(case: OffboardingCase, items: Sequence[OffboardingItem], *, to: list[str]) -> Event:
    return Event(
        to=to,
        fields={
            "person": str(case.person),
            "why": case.get_opened_display(),
            "what": quantity(len(items), "thing"),
            "due": moment(case.due_at),
        },
        url=_page(case),
        list_url=LIST,
        about=case.ref,
        occasion=str(case.resets),
    )


def blocked(case: OffboardingCase, *, to: list[str]) -> Event:
    """Again when it stops for another reason."""
    reason = hashlib.sha256(case.reason.encode()).hexdigest()[:12]
    return Event(
        to=to,
        fields={
            "person": str(case.person),
            "reason": case.reason or "a person has to act.",
            "due": moment(case.due_at),
        },
        url=_page(case),
        list_url=LIST,
        about=case.ref,
        occasion=f"{case.resets}:{reason}",
    )


def complete(case: OffboardingCase, *, to: list[str], manager: str) -> list[Event]:
    """The leaver's manager is sent where everybody may go."""
    assert case.completed_at is not None  # noqa: S101 - a constraint says so
    fields = {
        "person": str(case.person),
        "since": moment(case.completed_at),
        "late": _LATE.format(due=moment(case.due_at)) if case.is_late else "It was done in time.",
    }
    told = [(to, _page(case), "")]
    if manager and manager not in to:
        told.append(([manager], settings.TENURE_PUBLIC_URL, ":manager"))
    return [
        Event(
            to=receivers,
            fields=fields,
            url=url,
            about=case.ref,
            occasion=f"{case.resets}{who}",
        )
        for receivers, url, who in told
    ]


def _page(case: OffboardingCase) -> str:
    return f"{LIST}/{case.ref}"
