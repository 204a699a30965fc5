"""What whoever approves looks at: what somebody has there, who else has it, what it adds.

context_of(request, actor=…)     of a request that the actor may see; about eight questions
what_they_have(ref, actor=…)     the one half of it
who_else_has_it(ref, actor=…)    the other
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet, Value
from django.db.models.functions import Upper

from tenure.access_requests import wording
from tenure.access_requests.holdings import Held, have_it, held_by
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.queries.requests import requests
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.text import quantity
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access

State = AccessRequest.State
_MOST_NAMED, _LAST = 3, 5


@dataclass(frozen=True, slots=True)
class Context:
    """`here` is what they have of the same resource, `elsewhere` of the same organization.
    `peers` are the colleagues of their department, `having` how many of them have it."""

    department: str
    is_privileged: bool
    meaning: str
    here: Sequence[Held] = ()
    elsewhere: Sequence[Held] = ()
    needs_account: bool = False
    peers: int = 0
    having: int = 0
    named: Sequence[Person] = ()
    earlier: Sequence[AccessRequest] = ()

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
    shown = _seen(request.ref, actor=actor)
    return _who_else(shown, _what_they_have(shown, _about(shown)))


def what_they_have(ref: UUID | str, *, actor: Actor) -> Context:
    """Of the same what somebody has there and elsewhere, and what it adds."""
    shown = _seen(ref, actor=actor)
    return _what_they_have(shown, _about(shown))


def who_else_has_it(ref: UUID | str, *, actor: Actor) -> Context:
    """Of the same the colleagues who have it, and how it was decided before."""
    shown = _seen(ref, actor=actor)
    return _who_else(shown, _about(shown))


def _seen(ref: UUID | str, *, actor: Actor) -> AccessRequest:
    found = requests(actor=actor).select_related("person__merged_into", "resource__connection")
    if (shown := found.filter(ref=as_ref(ref)).first()) is None:
        raise NotFound("There is no such request, or it is not yours to see.")
    return shown


def _about(request: AccessRequest) -> Context:
    person = request.person.merged_into or request.person
    return Context(
        department=person.department,
        is_privileged=request.is_privileged,
        meaning=wording.meaning(request.resource, request.role),
    )


def _what_they_have(request: AccessRequest, known: Context) -> Context:
    holdings = held_by(of=request.person.merged_into or request.person)
    there = [one for one in holdings.held if one.account.connection_id == request.connection_id]
    return replace(
        known,
        here=[one for one in there if one.resource_id == request.resource_id],
        elsewhere=[one for one in there if one.resource_id != request.resource_id],
        needs_account=holdings.account_in(request.connection_id) is None,
    )


def _who_else(request: AccessRequest, known: Context) -> Context:
    peers = _peers(request.person.merged_into or request.person)
    having = have_it(request.resource, request.role, of=peers)
    return replace(
        known,
        peers=peers.count(),
        having=having.count(),
        named=list(having.order_by("name", "pk")[:_MOST_NAMED]),
        earlier=list(_earlier(request)[:_LAST]),
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
