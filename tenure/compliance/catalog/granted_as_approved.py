"""Do people have exactly what was approved for them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from tenure.access_requests.models import AccessRequest, RequestEvent
from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.connections.models import Connection

_DIFFERS = "What differs"


def failing(_at: datetime, _limits: Limits) -> Iterator[Failing]:
    """What was given and is not as it was approved, by a reading since."""
    first = Max("events__at", filter=Q(events__kind=RequestEvent.Kind.DIFFERS))
    wrong = _given().exclude(differs="").annotate(seen_at=first)
    for one in wrong.select_related("connection", "resource").order_by("id"):
        since = one.seen_at or one.provisioned_at or one.asked_at
        source = one.connection.name
        yield Failing(
            subject=f"request:{one.ref}",
            since=since,
            connection_id=one.connection_id,
            account_id=one.account_id,
            person_id=one.person_id,
            inputs=(
                Input("Request", str(one), "Tenure", one.asked_at),
                Input("Approved", one.title, "Tenure", one.approved_at),
                Input("Resource", str(one.resource), source),
                Input("Approved role", one.role or None, "Tenure", one.approved_at),
                Input("Given at", _text(one.provisioned_at), source, one.provisioned_at),
                Input(_DIFFERS, one.differs, source, since),
            ),
        )


def _given() -> QuerySet[AccessRequest]:
    """What is held by a request, at every connection in use."""
    held = AccessRequest.objects.filter(state__in=AccessRequest.GIVES)
    return held.exclude(connection__state=Connection.State.DISCONNECTED)


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    of = _given().count()
    unread = _given().filter(state=AccessRequest.State.PROVISIONED, differs="").count()
    return Coverage(
        of=of,
        judged=of - unread,
        what="requests that were given",
        set_aside={"not read since": unread},
        may_be_none=True,
        cure="wait for the next sync",
    )


def not_applicable(_at: datetime, _limits: Limits) -> str:
    return "" if _given().exists() else "Nothing is held by an access request at the moment."


def verdict(inputs: Mapping[str, Any], _at: datetime) -> bool:
    """Failing when a reading found anything but what was approved."""
    return bool(inputs[_DIFFERS])


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    return f"{inputs['Request']}, {inputs['Approved']} for {who}: {inputs[_DIFFERS]}"


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


TEST = Definition(
    slug="granted-as-approved",
    title="Access is granted as it was approved",
    question="Is what people were given exactly what was approved for them?",
    why_it_matters=(
        "An approval is worth what was given by it. A higher role, or another project that came "
        "with an invitation, is access that nobody has approved."
    ),
    how_to_fix=(
        "Open the request and read what differs",
        "Set it right at OpenAI: the role that was approved, and nothing else",
        "If they are to have what they have, let them ask for it, and take this one back",
        "The next sync closes the finding",
    ),
    rule=(
        "Whoever holds something by a request has that role of that thing, and an invitation "
        "brought nothing else."
    ),
    sla_days=2,
    sla_unit="business",
    controls=("SOC2:CC6.1", "SOC2:CC6.2", "SOC2:CC6.3", "ISO27001:A.5.18", "NIST:AC-2"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    not_applicable=not_applicable,
    collections=("users",),
    needs_people=False,
)
