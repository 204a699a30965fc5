from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.lib.actor import Actor
from tenure.offboarding import queries
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.standing import settle


@transaction.atomic
def settle_case(*, ref: UUID | str, actor: Actor) -> OffboardingCase:
    """See where a case under way stands, after something of it moved.

    A complete case whose removal came back is under way again.
    """
    case = queries.case_to_change(ref, actor=actor)
    if case.state in (*OffboardingCase.UNDER_WAY, OffboardingCase.State.COMPLETE):
        settle(case, actor=actor)
    return case
