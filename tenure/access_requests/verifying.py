"""Whether what was given is what was approved, by what syncs have read since."""

from __future__ import annotations

from tenure.access_requests import granting_rules as rules
from tenure.access_requests.models import AccessRequest, RequestEvent
from tenure.access_requests.situation import came_with_it, situation_of
from tenure.access_requests.standing import move
from tenure.lib.actor import Actor
from tenure.lib.clock import now

State = AccessRequest.State
Kind = RequestEvent.Kind


def verify(request: AccessRequest, *, actor: Actor) -> None:
    """Hold what was given against the last complete reading. In a transaction, with it locked.

    That it is there is enough whenever it was read; that it is not counts only when it was read
    since. What came with an invitation is looked at until it is verified for the first time.
    """
    found, given_at = situation_of(request), request.provisioned_at
    was_read = found.read_from is not None and given_at is not None and found.read_from > given_at
    if not (was_read or rules.is_as_asked(found.thing)):
        return
    more: tuple[str, ...] = ()
    if found.account is not None and request.was_invited and request.verified_at is None:
        more = tuple(came_with_it(request, found.account))
    differs = rules.what_differs(found.thing, others=more)
    if not differs and request.state != State.VERIFIED:
        move(
            request,
            State.VERIFIED,
            kind=Kind.VERIFIED,
            actor=actor,
            account=found.account,
            differs="",
            verified_at=now(),
        )
    elif differs and (differs != request.differs or request.state == State.VERIFIED):
        move(
            request,
            State.PROVISIONED,
            kind=Kind.DIFFERS,
            actor=actor,
            text=differs,
            differs=differs,
        )
