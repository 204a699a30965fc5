"""Is access that was given for a time gone when that is over?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tenure.access_requests.models import AccessRequest
from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.standing import day, moment
from tenure.connections.models import Connection

_END, _STATE = "Was to end at", "State"


def failing(at: datetime, _limits: Limits) -> Iterator[Failing]:
    """What was to be over by now and has not been read to be gone."""
    late = _temporary().filter(ends_at__lte=at, state__in=_open())
    for one in late.select_related("connection", "resource").order_by("id"):
        assert one.ends_at is not None  # noqa: S101 - filtered
        yield Failing(
            subject=f"request:{one.ref}:end",
            since=one.ends_at,
            connection_id=one.connection_id,
            account_id=one.account_id,
            person_id=one.person_id,
            inputs=(
                Input("Request", str(one), "Tenure", one.asked_at),
                Input("Approved", one.title, "Tenure", one.approved_at),
                Input("Resource", str(one.resource), one.connection.name),
                Input(_END, one.ends_at.isoformat(), "Tenure", one.approved_at),
                Input(_STATE, one.state, "Tenure", one.ending_at),
                Input("Why not yet", one.state_reason or None, "Tenure"),
            ),
        )


def _temporary() -> QuerySet[AccessRequest]:
    """What was approved for a time, at every connection in use."""
    some = AccessRequest.objects.filter(approved_at__isnull=False, ends_at__isnull=False)
    return some.exclude(connection__state=Connection.State.DISCONNECTED)


def _open() -> list[str]:
    return [one for one in AccessRequest.OPEN if one != AccessRequest.State.PENDING_APPROVAL]


def coverage(at: datetime, _limits: Limits) -> Coverage:
    count = _temporary().filter(ends_at__lte=at).count()
    return Coverage(of=count, judged=count, what="requests whose time is over", may_be_none=True)


def not_applicable(_at: datetime, _limits: Limits) -> str:
    return "" if _temporary().exists() else "Nothing has been given for a time yet."


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    """Failing when its end has passed, and it was not read to be gone."""
    end = moment(inputs[_END])
    return end is not None and end <= at and inputs[_STATE] in _open()


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    return (
        f"{inputs['Request']}, {inputs['Approved']} for {who}, was to end on {day(inputs[_END])} "
        "and is not gone yet."
    )


TEST = Definition(
    slug="temporary-access-ended",
    title="Temporary access has ended",
    question="Is everything that was given for a time gone a day after its end?",
    why_it_matters=(
        "Access for a week that stays for a year is how people come to have more than they need. "
        "An end counts only when somebody has looked that it is so."
    ),
    how_to_fix=(
        "Open the request: it says what its end waits for",
        "Let go what is blocked under Operations, or do by hand what is asked of a person",
        "If they still need it, ask for it anew",
        "When it is read to be gone, the finding is closed",
    ),
    rule="What was approved for a time is read to be gone within the time allowed after its end.",
    sla_days=1,
    sla_unit="calendar",
    controls=("SOC2:CC6.2", "SOC2:CC6.3", "ISO27001:A.5.18", "NIST:AC-2", "PCI:7.2.4"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    not_applicable=not_applicable,
    collections=(),
    needs_people=False,
)
