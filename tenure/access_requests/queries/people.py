"""The people of requests: who acts, and whom somebody asks for."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotFound
from tenure.lib.ids import as_ref
from tenure.lib.text import fold_email
from tenure.people.addresses import having_address
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access


def person_acting(*, actor: Actor) -> Person | None:
    """The person somebody is; None for the local operator and jobs."""
    if not actor.person_id:
        return None
    return Person.objects.filter(ref=as_ref(actor.person_id), merged_into=None).first()


def person_named(said: UUID | str | None, *, actor: Actor) -> Person:
    """Oneself, or anybody by ref or e-mail: everybody may ask for a colleague."""
    actor.require("me.view")
    if not said:
        if (me := person_acting(actor=actor)) is None:
            raise Invalid("Say for whom: nobody in the list of people is you.", field="person")
        return me
    named = Q(ref=as_ref(said))
    if "@" in str(said):
        named = Q(pk__in=having_address(fold_email(str(said))).values("pk"))
    if (found := Person.objects.filter(named, merged_into=None).first()) is None:
        raise NotFound(f"Nobody in the list of people is {said}; give a work e-mail.")
    return found


def person_to_ask_for(said: UUID | str | None, *, actor: Actor) -> Person:
    """The same, locked; Conflict for somebody who may not hold access."""
    person = person_named(said, actor=actor)
    locked = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if Person.objects.filter(may_not_hold_access(at=now()), pk=person.pk).exists():
        raise Conflict(f"{locked} is not here, or not yet, and may not hold access.")
    return locked
