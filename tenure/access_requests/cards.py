"""A request as pages show it: on a card, in a line, and on its own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tenure.access_requests import showing, wording
from tenure.access_requests.models import (
    AccessRequest,
    ApprovalStep,
    AskedApprover,
    RequestEvent,
)
from tenure.inventory.access_wording import Said
from tenure.lib.actor import Actor
from tenure.lib.clock import now

State = AccessRequest.State
_HELD = (State.PROVISIONED, State.VERIFIED)


@dataclass(frozen=True, slots=True)
class Card:
    """One request in words. `request` has its steps with it, and each step who is asked."""

    request: AccessRequest
    actor: Actor
    at: datetime
    timeline: list[dict[str, Any]] = field(default_factory=list)
    # Whose answer is waited for, where that was looked up.
    waits_for: str = ""

    @property
    def ref(self) -> str:
        return str(self.request.ref)

    @property
    def title(self) -> str:
        said = self.request.title
        return f"Keep longer: {said[0].lower()}{said[1:]}" if self.request.extends_id else said

    @property
    def whose(self) -> str:
        return showing.of_whom(self.request.person)

    @property
    def flags(self) -> list[Said]:
        said = []
        if self.request.is_privileged:
            said.append(Said("", "crown", "Privileged"))
        if self.request.person.kind != "employee":
            said.append(Said("", "building", "External"))
        if self.request.extends_id:
            said.append(Said("", "calendar-plus", "Extension"))
        return said

    @property
    def state(self) -> Said:
        return showing.state_of(self.request, at=self.at)

    @property
    def tone(self) -> str:
        return "red" if self.request.state == State.FAILED else ""

    @property
    def why_title(self) -> str:
        return "It could not be given" if self.request.state == State.FAILED else "Denied"

    @property
    def how_long(self) -> str:
        return showing.how_long(self.request, at=self.at)

    @property
    def adds(self) -> str:
        """What the thing lets its holder do."""
        if self.request.extends_id:
            return "Nothing new: it would end sooner without this."
        said = wording.meaning(self.request.resource, self.request.role)
        return said or "Whatever the role gives."

    @property
    def approval(self) -> list[str]:
        return showing.approval(list(self.request.steps.all()), actor=self.actor)

    @property
    def approve_label(self) -> str:
        return showing.approve_label(self.request)

    @property
    def open_step(self) -> ApprovalStep | None:
        some = self.request.steps.all()
        return next((one for one in some if one.state == ApprovalStep.State.OPEN), None)

    @property
    def due(self) -> Said | None:
        if self.request.state != State.PENDING_APPROVAL or self.open_step is None:
            return None
        return showing.due(self.open_step, at=self.at)

    @property
    def is_mine(self) -> bool:
        return str(self.request.person.ref) == self.actor.person_id

    @property
    def for_whom(self) -> str:
        return "" if self.is_mine else str(self.request.person)

    @property
    def is_held(self) -> bool:
        return self.request.state in _HELD

    @property
    def began_at(self) -> datetime:
        return self.request.provisioned_at or self.request.asked_at

    @property
    def days_held(self) -> int:
        return max(1, (self.at - self.began_at).days)

    @property
    def ends(self) -> str:
        if self.request.ends_at is None:
            return "No end"
        left = showing.in_days(self.request.ends_at, self.at)
        return f"Ends {showing.short_day(self.request.ends_at)}, {left}"

    @property
    def longer_url(self) -> str:
        """Where one asks to keep it longer; empty for what has no end."""
        if not self.is_held or self.request.ends_at is None:
            return ""
        return f"{reverse('access_requests:new')}?{urlencode({'extends': self.ref})}"

    @property
    def actions(self) -> list[tuple[str, str]]:
        """What one may do about one's own, as links."""
        page = reverse("access_requests:request", args=[self.request.ref])
        said = [("Ask for longer", self.longer_url)] if self.longer_url else []
        if self.is_held:
            said.append(("Give back", page))
        elif self.request.state == State.PENDING_APPROVAL:
            said.append(("Open or cancel", page))
        return said


def cards_of(some: Iterable[AccessRequest], *, actor: Actor) -> list[Card]:
    """Each on a card, with the steps that were read with it."""
    return [Card(one, actor, now()) for one in some]


def lines_of(
    some: Iterable[AccessRequest], *, with_timeline: bool = False, actor: Actor
) -> list[Card]:
    """Each in a line, with whose answer is waited for: a question for all of them, and one more
    with their timelines."""
    found, at = list(some), now()
    waiting = _waiting(found, actor=actor)
    events: dict[int, list[RequestEvent]] = {}
    if with_timeline:
        told = RequestEvent.objects.filter(request__in=[one.pk for one in found])
        for event in told.order_by("id"):
            events.setdefault(event.request_id, []).append(event)
    return [
        card_of(one, events.get(one.pk, ()), waits_for=waiting.get(one.pk, ""), at=at, actor=actor)
        for one in found
    ]


def card_of(
    request: AccessRequest,
    events: Sequence[RequestEvent],
    *,
    waits_for: str = "",
    at: datetime,
    actor: Actor,
) -> Card:
    timeline = showing.timeline_of(request, events, waits_for=waits_for)
    return Card(request, actor, at, timeline, waits_for)


def _waiting(some: Sequence[AccessRequest], *, actor: Actor) -> dict[int, str]:
    """Of those that need approval whose answer is waited for, by request."""
    pending = [one.pk for one in some if one.state == State.PENDING_APPROVAL]
    if not pending:
        return {}
    asked = AskedApprover.objects.filter(
        step__request__in=pending, step__state=ApprovalStep.State.OPEN, replaced_at=None
    ).select_related("person", "step")
    people: dict[int, list[AskedApprover]] = {}
    for one in asked.order_by("id"):
        people.setdefault(one.step.request_id, []).append(one)
    return {
        request: f"for {showing.asked_now(mine, mine[0].step.needs, you='you', actor=actor)}"
        for request, mine in people.items()
    }
