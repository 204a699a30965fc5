"""Whom somebody reviews for: themselves, and those whom they stand in for today."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.people.models import Person
from tenure.people.standing_in import deciding_for, oneself

__all__ = ["oneself", "reviewer_to_submit", "reviewing_for"]


def reviewing_for(*, actor: Actor) -> QuerySet[Person]:
    """Those whose items somebody may decide today, themselves first of all."""
    return deciding_for(actor=actor)


def reviewer_to_submit(ref: UUID | str | None, *, actor: Actor) -> Person:
    """Whose review somebody submits: their own, or that of whom they stand in for."""
    mine = reviewing_for(actor=actor)
    wanted = mine.filter(ref=as_ref(ref or actor.person_id or ""))
    if (found := wanted.first()) is None:
        raise NotFound("You review for nobody of that ref; submit your own review.")
    return found
