"""Does an offer to own the whole organization lie about?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tenure.compliance.definition import Coverage, Definition, Failing, Limits
from tenure.compliance.population import (
    OWNER,
    about_invitation,
    judged_invitations,
    people_of_addresses,
)
from tenure.compliance.standing import day


def failing(_at: datetime, _limits: Limits) -> Iterator[Failing]:
    """Pending invitations as an owner."""
    offers = judged_invitations().filter(role=OWNER)
    people = people_of_addresses(offers)
    for invitation in offers.iterator(chunk_size=2000):
        invited_at = invitation.invited_at or invitation.began_at
        yield Failing(
            subject=f"invitation:{invitation.ref}",
            since=invited_at,
            connection_id=invitation.connection_id,
            person_id=people.get(invitation.email_key),
            inputs=about_invitation(invitation, invited_at=invited_at),
        )


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    count = judged_invitations().count()
    return Coverage(of=count, judged=count, what="pending invitations", may_be_none=True)


def verdict(inputs: Mapping[str, Any], _at: datetime) -> bool:
    return (inputs["Status"], inputs["Role"]) == ("pending", OWNER)


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    invited_on = day(inputs["Invited at"])
    return f"{who} was invited on {invited_on} to own the whole organization, and may still accept."


TEST = Definition(
    slug="owner-invites",
    title="No pending OpenAI invitation as an owner",
    question="Is anybody offered to own the organization who has not answered?",
    why_it_matters=(
        "An owner can do everything, to everybody's access too. An open offer of it is the widest "
        "door there is, and it opens for whoever reads that mailbox."
    ),
    how_to_fix=(
        "Make sure that somebody meant to offer it",
        "Cancel the invitation at the provider and invite them as a reader",
        "Make them an owner once they are in, if they must be one",
        "The next sync closes the finding",
    ),
    rule="Nobody is invited as an owner: one becomes an owner after joining.",
    sla_days=1,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "SOC2:CC6.3", "ISO27001:A.8.2", "NIST:AC-6"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    collections=("invites",),
    needs_people=False,
)
