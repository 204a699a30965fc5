"""From what was typed to a case and its decisions: people are named by their address."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid, NotFound
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.operations.choose_item import choose_item
from tenure.offboarding.operations.open_case import open_case
from tenure.people import queries as people_queries
from tenure.people.models import Person

_TO_SOMEBODY = ("reassign", "add_owner")


class Said(Protocol):
    """A form that was filled in."""

    cleaned_data: dict[str, Any]


def open_as_said(form: Any, *, actor: Actor) -> OffboardingCase:  # noqa: ANN401 - an OpenForm
    said = form.cleaned_data
    person = _named(said["person"], "person", actor)
    if said["when"] == "end" and person.ends_at is None:
        raise Invalid(
            f"No end is known of {person}: choose now or a time, or enter that they left.",
            field="when",
        )
    heir = _named(said["new_owner"], "new_owner", actor) if said["new_owner"] else None
    if heir == person:
        raise Invalid("Name somebody else: they leave.", field="new_owner")
    return open_case(
        person_ref=person.ref,
        opened=form.opened,
        begins_at=form.begins_at(person.ends_at),
        new_owner_ref=heir.ref if heir else None,
        actor=actor,
    )


def choose_as_said(ref: UUID, form: Said, *, actor: Actor) -> OffboardingItem:
    said = form.cleaned_data
    to_somebody = said["action"] in _TO_SOMEBODY and said.get("new_owner")
    heir = _named(said["new_owner"], "new_owner", actor) if to_somebody else None
    return choose_item(
        ref=ref,
        action=said["action"],
        new_owner_ref=heir.ref if heir else None,
        reason=said["reason"] if said["action"] == "keep" else "",
        actor=actor,
    )


def _named(email: str, field: str, actor: Actor) -> Person:
    try:
        return people_queries.person_by_email(email, actor=actor)
    except NotFound as nobody:
        raise Invalid(str(nobody), field=field) from None
