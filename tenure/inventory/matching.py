"""Which person an account belongs to. Pure: values in, a proposal out.

address of the account is   account first seen         address was before   -> proposal
a person's work e-mail      in time for their tenure   nobody else's           link, exact e-mail
a person's other e-mail     in time for their tenure   nobody else's           link, other e-mail
one of a person's           over 30 days before it     any                     suggest
one of a person's           any                        somebody else's         suggest
nobody's                    any                        any                     none

Re-used addresses are how the wrong person loses access: an account that is older than somebody's
tenure was probably made for whoever had the address before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Method = Literal["exact_email", "other_email"]

BEFORE_START = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Link by itself, or suggest to a human and say why."""

    method: Method
    links_itself: bool
    reason: str = ""


def propose(
    *,
    is_work_email: bool,
    account_seen_at: datetime,
    person_begins_at: datetime | None,
    address_was_anothers: bool,
) -> Proposal:
    """Judge one account whose address is one of the person's."""
    method: Method = "exact_email" if is_work_email else "other_email"
    if address_was_anothers:
        return Proposal(
            method,
            links_itself=False,
            reason="An account with this address was tied to somebody else before.",
        )
    if person_begins_at is not None and account_seen_at < person_begins_at - BEFORE_START:
        days = (person_begins_at - account_seen_at).days
        return Proposal(
            method,
            links_itself=False,
            reason=f"The account is {days} days older than this person's start: the address may "
            "have belonged to somebody else.",
        )
    return Proposal(method, links_itself=True)
