"""What time does to cases, and what the operations below them add up to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import DomainError
from tenure.offboarding import queries, rules
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.operations.cancel_case import cancel_case
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.planning import plan
from tenure.offboarding.standing import publish_state, settle
from tenure.offboarding.starting import begin
from tenure.people.models import Person
from tenure.people.states import state_expression

Opened = OffboardingCase.Opened
State = OffboardingCase.State
_REHIRED = "They may hold access again: employed again, or their end was moved."


@transaction.atomic
def look_after_cases(*, actor: Actor) -> int:
    """Each minute: open the cases of whose time is over, begin what is due, drop what the rehired
    no longer need, and see how far those under way are. How many cases moved.
    """
    at, moved = now(), 0
    for case in queries.cases_of_rehired(at, actor=actor):
        cancel_case(ref=case.ref, reason=_REHIRED, actor=actor)
        moved += 1
    for person in queries.people_to_offboard(at, actor=actor)[:_AT_ONCE]:
        _open(person, at, actor)
        moved += 1
    for case in queries.cases_to_begin(at, actor=actor):
        _begin(case, actor)
        moved += 1
    for case in queries.cases_under_way(actor=actor):
        moved += settle(queries.case_to_change(case.ref, actor=actor), actor=actor)
    return moved


_AT_ONCE = 50


def _open(person: Person, at: datetime, actor: Actor) -> None:
    state = Person.objects.filter(pk=person.pk).values_list(state_expression(at=at), flat=True)
    opened = Opened.TIME if state.get() == "former" else Opened.INACTIVE
    _begin(open_case(person_ref=person.ref, opened=opened, actor=actor), actor)


def _begin(case: OffboardingCase, actor: Actor) -> None:
    """Start it where every policy says so and nothing needs a choice; else it waits."""
    case = queries.case_to_change(case.ref, actor=actor)
    items = plan(case, actor=actor)
    policies = [item.connection.removal_policy for item in items if item.connection]
    if rules.starts_by_itself(opened=case.opened, policies=policies) and items:
        try:
            with transaction.atomic():
                begin(case, items, actor=actor)
                _tell_start(case, len(items), actor)
                return
        except DomainError as stopped:
            case.reason = str(stopped)[:500]
    before, case.state = case.state, State.AWAITING_APPROVAL
    case.save(update_fields=["state", "reason"])
    if before != case.state:
        publish_state(case, before=before)


def _tell_start(case: OffboardingCase, items: int, actor: Actor) -> None:
    text = {"person": str(case.person)}
    audit.record("case.started", actor=actor, subject=case, text=text, items=items)


@transaction.atomic
def settle_case(*, ref: UUID | str, actor: Actor) -> OffboardingCase:
    """See where a case under way stands, after something of it moved.

    A complete case whose removal came back is under way again.
    """
    case = queries.case_to_change(ref, actor=actor)
    if case.state in (*OffboardingCase.UNDER_WAY, OffboardingCase.State.COMPLETE):
        settle(case, actor=actor)
    return case
