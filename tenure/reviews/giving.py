"""Items on their way from one reviewer to another, in sets, with their history."""

from __future__ import annotations

from uuid import UUID

from django.db.models import DateTimeField, F, Q, QuerySet, Value

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.rows import store_found
from tenure.lib.text import fold_email
from tenure.people import rules as people_rules
from tenure.people.addresses import having_address
from tenure.people.models import Person
from tenure.people.states import state_expression
from tenure.reviews import rules
from tenure.reviews.models import Decision, Reassignment, ReviewItem

_FIELDS = ("item", "at", "by", "from_person", "to_person", "reason")


def check_may_review(to: UUID | str, items: QuerySet[ReviewItem], *, actor: Actor) -> Person:
    """The person of a ref or address, if they may have these items. A reviewer, who may not see
    everybody, may still name a colleague."""
    actor.require("reviews.decide")
    at, said = now(), str(to).strip()
    named = (
        Q(pk__in=having_address(fold_email(said)).values("pk"))
        if "@" in said
        else Q(ref=as_ref(said))
    )
    some = Person.objects.filter(named, merged_into=None).annotate(state=state_expression(at=at))
    if (person := some.first()) is None:
        raise NotFound(f"Nobody in the directory is {said}; give a work e-mail.")
    rules.check_reviewer(
        is_holder=items.filter(holder=person).exists(),
        may_hold_access=people_rules.may_hold_access(
            person.state, begins_at=person.begins_at, now=at
        ),
        name=str(person),
    )
    return person


def give(
    items: QuerySet[ReviewItem],
    *,
    to: Person,
    reason: str,
    assigned_by: str = "reassigned",
    actor: Actor,
) -> int:
    """Two statements, however many: their history, and whose they are. In a transaction."""
    moving = items.order_by().exclude(reviewer=to)
    told = moving.values_list(
        "pk",
        Value(now(), output_field=DateTimeField()),
        Value(actor.named[:100]),
        "reviewer",
        Value(to.pk),
        Value(reason),
    )
    store_found(Reassignment, _FIELDS, told)
    return moving.update(
        reviewer=to,
        assigned_by=assigned_by,
        decision=Decision.PENDING,
        to_role="",
        reason="",
        decided_at=None,
        decided_by="",
        decided_by_person="",
        decision_before="",
        to_role_before="",
        reason_before="",
        was_bulk=False,
        was_carried=False,
        version=F("version") + 1,
    )
