"""What time does to requests that wait for approval: each stands alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from tenure.access_requests import queries
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.operations.escalate_request import escalate_request
from tenure.access_requests.operations.lapse_request import lapse_request
from tenure.access_requests.operations.remind_approvers import remind_approvers
from tenure.access_requests.operations.replace_approvers import replace_approvers
from tenure.jobs import progressed
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict


def look_after_waiting(*, actor: Actor) -> int:
    """Each minute: end what nobody answered in time, ask others in the place of who is gone, then
    whoever comes after them, and remind the rest. How many times something was to be done."""
    at = now()
    return (
        _each(queries.requests_to_lapse(at, actor=actor), lapse_request, actor)
        + _each(queries.requests_to_refill(at, actor=actor), replace_approvers, actor)
        + _each(queries.requests_to_escalate(at, actor=actor), escalate_request, actor)
        + _each(queries.requests_to_remind(at, actor=actor), remind_approvers, actor)
    )


def _each(due: QuerySet[AccessRequest], operation: Callable[..., Any], actor: Actor) -> int:
    count = 0
    for ref in list(due.values_list("ref", flat=True)):
        try:
            count += bool(operation(ref=ref, actor=actor))
        except Conflict:
            continue  # it was answered meanwhile
        progressed()
    return count
