"""Requests as they are once everybody has approved them, without the approving."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from tenure.access_requests.granting import provision
from tenure.access_requests.models import AccessRequest
from tenure.inventory.models import Resource
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.testing.cast import actor_of


def make_request(
    person: Person,
    resource: Resource,
    role: str = "",
    **given: Any,
) -> AccessRequest:
    """An approved one that is about to be given."""
    number = (AccessRequest.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    columns: dict[str, Any] = {
        "number": number,
        "connection": resource.connection,
        "title": f"{role or 'a place'} of {resource}",
        "asked_by": str(person),
        "asked_by_person": person,
        "reason": "To work on it",
        "asked_at": now(),
        "approved_at": now(),
        **given,
    }
    return AccessRequest.objects.create(person=person, resource=resource, role=role, **columns)


def approve(person: Person, resource: Resource, role: str = "", **given: Any) -> AccessRequest:
    """The last approval has just been given."""
    request = make_request(person, resource, role, **given)
    with transaction.atomic():
        provision(request, actor=actor_of("rita"))
    return request
