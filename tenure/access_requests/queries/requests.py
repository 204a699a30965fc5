"""Reading requests.

    requests(actor=…)                        those the actor may see, the newest first
    request_of(ref, actor=…)                 one, by ref or by its number such as REQ-12
    request_to_change(ref, actor=…)          one, locked
    requests_for_me_to_answer(actor=…)       those that wait for the actor, the oldest first
    requests_of_me(actor=…)                  what the actor asked for, or somebody for them
    all_requests(actor=…)                    those of connections where they hold `requests.view`
    with_steps(of=…)                         each with its steps and who is asked: two questions

Somebody sees what is asked for them or by them, and what they, or whom they stand in for today,
were asked about. Whoever holds `requests.view` for a connection sees all of it; an auditor what
was open in their window.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from tenure.access_requests.models import AccessRequest, ApprovalStep, AskedApprover
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page
from tenure.people.standing_in import deciding_for, oneself

State = AccessRequest.State
VIEW, MANAGE = "requests.view", "requests.manage"
NEWEST, OLDEST = Sort("newest", ("-id",)), Sort("oldest", ("id",))
SHOWS: dict[str, tuple[str, ...]] = {
    "all": tuple(State.values),
    "waiting": (State.PENDING_APPROVAL,),
    "being_given": (State.PENDING_PROVISIONING, State.AWAITING_ACCEPTANCE, State.PROVISIONED),
    "given": (State.VERIFIED, State.ENDING),
    "over": AccessRequest.OVER,
}
_RELATED = ("connection", "resource", "person", "asked_by_person", "account", "extends")


def requests(*, actor: Actor) -> QuerySet[AccessRequest]:
    """Those the actor may see, the newest first."""
    some = AccessRequest.objects.select_related(*_RELATED)
    return some.filter(_own(actor) | _asked_about(actor) | _overseen(actor)).order_by("-id")


def requests_of_me(*, actor: Actor) -> QuerySet[AccessRequest]:
    """What is asked for the actor, and what they asked for others."""
    some = AccessRequest.objects.select_related(*_RELATED)
    return some.filter(_own(actor)).order_by("-id")


def all_requests(*, show: str = "all", actor: Actor) -> QuerySet[AccessRequest]:
    """Those the actor oversees; none for whoever oversees none."""
    some = AccessRequest.objects.select_related(*_RELATED).filter(_overseen(actor))
    if show not in SHOWS:
        raise NotFound(f"There is no filter {show!r} of requests; start from all.")
    return (some if show == "all" else some.filter(state__in=SHOWS[show])).order_by("-id")


def requests_for_me_to_answer(*, actor: Actor) -> QuerySet[AccessRequest]:
    """Those that wait for an answer of the actor, for themselves or in another's place; never
    their own, nor where they answered an earlier step. Who that is is asked at once."""
    return _to_answer(actor).select_related(*_RELATED).order_by("id")


def _to_answer(actor: Actor) -> QuerySet[AccessRequest]:
    mine, me = _decides_for(actor)
    asked = AskedApprover.objects.filter(
        answer="", replaced_at=None, step__state=ApprovalStep.State.OPEN, person__in=mine
    )
    answered = AskedApprover.objects.filter(
        Q(person__in=me) | Q(answered_by_person__in=me),
        answer=AskedApprover.Answer.APPROVED,
        step__request__state=State.PENDING_APPROVAL,
    )
    waiting = AccessRequest.objects.filter(
        state=State.PENDING_APPROVAL, pk__in=asked.order_by().values("step__request")
    )
    own = Q(person__in=me) | Q(asked_by_person__isnull=False, asked_by_person__in=me)
    return waiting.exclude(own).exclude(pk__in=answered.order_by().values("step__request"))


def _decides_for(actor: Actor) -> tuple[list[int], list[int]]:
    """Keys of those in whose place the actor answers, and of those who they are themselves."""
    found = deciding_for(actor=actor).values_list("pk", "ref", "merged_into__ref")
    ref = as_ref(actor.person_id or "")
    people = list(found)
    return [pk for pk, *_ in people], [pk for pk, *refs in people if ref in refs]


def inbox_page(*, cursor: str = "", limit: int = 50, actor: Actor) -> Page[AccessRequest]:
    """One page of those that wait for the actor, each with its steps: four questions, however many
    wait."""
    rows = with_steps(of=AccessRequest.objects.select_related(*_RELATED))
    return page(rows, among=_to_answer(actor), sort=OLDEST, cursor=cursor, limit=limit)


def waiting_count(*, actor: Actor) -> int:
    """How many wait for the actor."""
    return _to_answer(actor).count()


def request_of(ref: UUID | str, *, actor: Actor) -> AccessRequest:
    """One request, with its steps and who is asked, by ref or number."""
    return _there(with_steps(of=requests(actor=actor)).filter(_named(ref)).first())


def request_to_change(ref: UUID | str, *, actor: Actor) -> AccessRequest:
    """Fetch and lock one that the actor may see."""
    # Asked without a lock: what an OR of lists finds cannot be locked on every database at once.
    seen = _there(requests(actor=actor).filter(_named(ref)).first())
    locked = AccessRequest.objects.select_for_update(of=("self",)).select_related(
        "connection", "resource__connection", "person", "asked_by_person"
    )
    return locked.get(pk=seen.pk)


def request_to_mind(ref: UUID | str, *, actor: Actor) -> AccessRequest:
    """Fetch and lock one, for whoever manages requests, and for the work that nobody asks for."""
    locked = AccessRequest.objects.select_for_update(of=("self",)).select_related(
        "connection", "resource__connection", "person", "asked_by_person"
    )
    request = _there(locked.filter(_named(ref)).first())
    actor.require(MANAGE, connection=str(request.connection.ref))
    return request


def with_steps(*, of: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    """Each with `steps.all()` in order, and of each `asked.all()`; two questions more."""
    asked = AskedApprover.objects.select_related(
        "person", "in_place_of", "answered_by_person", "group"
    ).order_by("id")
    steps = ApprovalStep.objects.order_by("position").prefetch_related(Prefetch("asked", asked))
    return of.prefetch_related(Prefetch("steps", steps))


def is_own(request: AccessRequest, *, actor: Actor) -> bool:
    """Whether it is asked for the actor, or by them."""
    mine = set(oneself(actor=actor).values_list("pk", flat=True))
    return bool(mine & own_people(of=request))


def own_people(*, of: AccessRequest) -> frozenset[int]:
    """Keys of those who may not answer it, as themselves or as who they are part of now."""
    people = [one for one in (of.person, of.asked_by_person) if one is not None]
    merged = (one.merged_into_id for one in people)
    return frozenset([*(one.pk for one in people), *filter(None, merged)])


def may_manage(request: AccessRequest, *, actor: Actor) -> bool:
    """Whether the actor manages the requests of its connection."""
    return actor.may(MANAGE, connection=str(request.connection.ref))


def may_answer(request: AccessRequest, *, actor: Actor) -> bool:
    """Whether an answer of the actor is waited for. Two questions."""
    return _to_answer(actor).filter(pk=request.pk).exists()


def may_cancel(request: AccessRequest, *, actor: Actor) -> bool:
    """Whether the actor may take it back before it is approved."""
    if request.state != State.PENDING_APPROVAL:
        return False
    return may_manage(request, actor=actor) or is_own(request, actor=actor)


def _own(actor: Actor) -> Q:
    me = oneself(actor=actor).order_by().values("pk")
    mine = Q(person__in=me) | Q(asked_by_person__in=me)
    return mine if actor.person_id else Q(pk=None)


def _asked_about(actor: Actor) -> Q:
    if not actor.person_id:
        return Q(pk=None)
    mine = deciding_for(actor=actor).order_by().values("pk")
    asked = AskedApprover.objects.filter(person__in=mine).exclude(
        step__state=ApprovalStep.State.AHEAD
    )
    answered = AskedApprover.objects.filter(
        answered_by_person__in=oneself(actor=actor).order_by().values("pk")
    )
    return Q(pk__in=asked.order_by().values("step__request")) | Q(
        pk__in=answered.order_by().values("step__request")
    )


def _overseen(actor: Actor) -> Q:
    if not actor.may_somewhere(VIEW):
        return Q(pk=None)
    seen = Q(pk__isnull=False)
    if (refs := actor.connections_where(VIEW)) is not None:
        seen = Q(connection__ref__in=refs)
    return seen & _in_window(actor.window)


def _in_window(window: tuple[datetime, datetime] | None) -> Q:
    if window is None:
        return Q()
    first, until = window
    return Q(asked_at__lt=until) & (Q(over_at=None) | Q(over_at__gte=first))


def _named(ref: UUID | str) -> Q:
    written = str(ref).strip().upper().removeprefix("REQ-")
    if isinstance(ref, str) and written.isdecimal() and len(written) < 10:  # noqa: PLR2004 - more is no number of ours
        return Q(number=int(written))
    return Q(ref=as_ref(ref))


def _there(request: AccessRequest | None) -> AccessRequest:
    if request is None:
        raise NotFound("There is no such request, or it is not yours to see.")
    return request
