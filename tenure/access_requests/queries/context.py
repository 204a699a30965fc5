"""What whoever approves looks at: what somebody has there, who else has it, what it adds.

context_of(request, actor=…)     of a request that the actor may see; about eight questions
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet, Value
from django.db.models.functions import Upper

from tenure.access_requests import wording
from tenure.access_requests.holdings import Held, have_it, held_by
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.queries.requests import request_of
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.text import quantity
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access

State = AccessRequest.State
_MOST_NAMED, _LAST = 3, 5


@dataclass(frozen=True, slots=True)
class Context:
    """`here` is what they have of the same resource, `elsewhere` of the same organization.
    `peers` are the colleagues of their department, `having` how many of them have it."""

    here: list[Held]
    elsewhere: list[Held]
    peers: int
    having: int
    named: list[Person]
    department: str
    is_privileged: bool
    needs_account: bool
    meaning: str
    earlier: list[AccessRequest]

    @property
    def peers_in_words(self) -> str:
        """ "2 of 7 others in Research have it: Priya Raman, …" """
        if not self.department:
            return "No department is known, so nobody to compare with."
        if not self.peers:
            return f"Nobody else is in {self.department}."
        others = quantity(self.peers, "other")
        have = "has" if self.having == 1 else "have"
        if not self.having:
            return f"None of {others} in {self.department} has it."
        names = ", ".join(str(one) for one in self.named)
        rest = ", …" if self.having > len(self.named) else ""
        return f"{self.having:,} of {others} in {self.department} {have} it: {names}{rest}"

    @property
    def adds_in_words(self) -> str:
        """What would be new, in a sentence."""
        account = "A new account: they would be invited first. " if self.needs_account else ""
        risk = "It lets them give access to others." if self.is_privileged else ""
        return f"{account}{self.meaning} {risk}".strip()


def context_of(request: AccessRequest, *, actor: Actor) -> Context:
    """What is known around a request that the actor may see."""
    shown = request_of(request.ref, actor=actor)
    person = shown.person.merged_into or shown.person
    holdings = held_by(of=person)
    in_connection = [
        one for one in holdings.held if one.account.connection_id == shown.connection_id
    ]
    peers = _peers(person)
    having = have_it(shown.resource, shown.role, of=peers)
    return Context(
        here=[one for one in in_connection if one.resource_id == shown.resource_id],
        elsewhere=[one for one in in_connection if one.resource_id != shown.resource_id],
        peers=peers.count(),
        having=having.count(),
        named=list(having.order_by("name", "pk")[:_MOST_NAMED]),
        department=person.department,
        is_privileged=shown.is_privileged,
        needs_account=holdings.account_in(shown.connection_id) is None,
        meaning=wording.meaning(shown.resource, shown.role),
        earlier=list(_earlier(shown)[:_LAST]),
    )


def _peers(person: Person) -> QuerySet[Person]:
    if not person.department:
        return Person.objects.none()
    written = Upper(Value(person.department))
    some = Person.objects.alias(at_work=Upper("department")).filter(at_work=written)
    some = some.filter(merged_into=None).exclude(pk=person.pk)
    return some.exclude(may_not_hold_access(at=now()))


def _earlier(request: AccessRequest) -> QuerySet[AccessRequest]:
    """How the same was decided before, for anybody, the newest first."""
    decided = AccessRequest.objects.filter(resource=request.resource, role=request.role).exclude(
        state__in=[State.PENDING_APPROVAL, State.CANCELLED]
    )
    return decided.exclude(pk=request.pk).select_related("person").order_by("-id")
