"""Do offers of access lie about?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Coalesce

from tenure.compliance.definition import (
    Coverage,
    Definition,
    Failing,
    Input,
    Limits,
    Threshold,
)
from tenure.compliance.population import (
    about_invitation,
    judged_invitations,
    people_of_addresses,
)
from tenure.compliance.standing import day
from tenure.lib.text import quantity


def failing(at: datetime, limits: Limits) -> Iterator[Failing]:
    """Invitations that wait for longer than allowed."""
    allowed = timedelta(days=limits["days"])
    old = (
        judged_invitations()
        .annotate(offered_at=Coalesce("invited_at", "began_at"))
        .filter(offered_at__lt=at - allowed)
    )
    people = people_of_addresses(old)
    for invitation in old.iterator(chunk_size=2000):
        yield Failing(
            subject=f"invitation:{invitation.ref}",
            since=invitation.offered_at + allowed,
            connection_id=invitation.connection_id,
            person_id=people.get(invitation.email_key),
            inputs=(
                *about_invitation(invitation, invited_at=invitation.offered_at),
                Input("Days an invitation may wait", limits["days"], "settings"),
            ),
        )


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    count = judged_invitations().count()
    return Coverage(of=count, judged=count, what="pending invitations", may_be_none=True)


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    waited = at - datetime.fromisoformat(inputs["Invited at"])
    too_long = waited > timedelta(days=inputs["Days an invitation may wait"])
    return bool(inputs["Status"] == "pending" and too_long)


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    allowed = quantity(inputs["Days an invitation may wait"], "day")
    invited_on = day(inputs["Invited at"])
    return f"{who} was invited on {invited_on} and has not answered; {allowed} are enough."


TEST = Definition(
    slug="stale-invites",
    title="OpenAI invitations taken or cancelled within a week",
    question="Does any invitation wait for longer than a week?",
    why_it_matters=(
        "An open invitation is access for whoever reads that mailbox, and nobody counts it among "
        "those who have access."
    ),
    how_to_fix=(
        "Ask whether they still need it",
        "Cancel the invitation at the provider, or have it accepted",
        "The next sync closes the finding",
    ),
    rule="An invitation may be pending for as many days as the settings say.",
    sla_days=7,
    sla_unit="calendar",
    controls=("SOC2:CC6.2", "ISO27001:A.5.18", "NIST:AC-2"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    thresholds=(Threshold("days", "Days an invitation may wait", usual=7, least=1, most=90),),
    collections=("invites",),
    needs_people=False,
)
