"""What time and readings do to requests: each stands alone, and one that stops stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID

from tenure.access_requests.ending import LEFT
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.operations.cancel_request import cancel_request
from tenure.access_requests.operations.expire_requests import expire_requests
from tenure.access_requests.queries import carrying_out
from tenure.access_requests.settling import begin_ending, settle_request
from tenure.jobs import progressed
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict

_NOT_NEEDED = "They may not hold access any more, so it is not needed."


def look_after_requests(*, actor: Actor) -> int:
    """Each minute: end what is over, take back what is ending and nobody is at, and drop what
    leavers need no more. How many requests were looked at.
    """
    expire_requests(actor=actor)
    at = now()
    asked, given = carrying_out.of_leavers(at, actor=actor)
    looked_at = _each(asked, partial(cancel_request, reason=_NOT_NEEDED), actor=actor)
    left = partial(begin_ending, because=AccessRequest.Ending.REVOKED, reason=LEFT)
    looked_at += _each(given, left, actor=actor)
    due = carrying_out.overdue_unprovisioned(at, actor=actor)
    looked_at += _each(due, begin_ending, actor=actor)
    waiting = carrying_out.to_go_on_giving(actor=actor)
    looked_at += _each(waiting, settle_request, actor=actor)
    return looked_at + _each(carrying_out.to_take_back(actor=actor), begin_ending, actor=actor)


def settle_after_reading(connection_ref: UUID | str, *, actor: Actor) -> int:
    """A connection was read: see where each request of it stands that this may have moved."""
    return _each(carrying_out.to_settle(connection_ref, actor=actor), settle_request, actor=actor)


def settle_after_operation(kind: str, ref: str, *, actor: Actor) -> int:
    """An operation moved, whoever asked for it: see where each request stands that it is for."""
    mine = carrying_out.of_operations(kind, ref, actor=actor)
    return _each(mine, settle_request, actor=actor)


def _each(refs: Iterable[UUID], operation: Callable[..., object], *, actor: Actor) -> int:
    count = 0
    for ref in list(refs):
        try:
            operation(ref=ref, actor=actor)
        except Conflict:
            continue  # it moved meanwhile; the next minute looks again
        count += 1
        progressed()
    return count
