"""An answer to a request: whose it is, and whether it is theirs to give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tenure.access_requests import asking, queries, rules
from tenure.access_requests.models import AccessRequest, ApprovalStep, AskedApprover
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.lib.ids import as_ref
from tenure.people.models import Person
from tenure.people.standing_in import deciding_for, oneself
from tenure.users.actors import actor_of_user, in_force
from tenure.users.models import ApiToken, RoleAssignment, User

Step = ApprovalStep.State


@dataclass(frozen=True, slots=True)
class Asked:
    """The open step, the row that is answered, the human who answers, and when."""

    step: ApprovalStep
    row: AskedApprover
    human: Person
    at: datetime


def asked_now(request: AccessRequest, *, actor: Actor) -> Asked:
    """What this actor may answer of a request. In a transaction, with the request locked.

    Who they are, what they hold and whether they are here is read anew and locked: whoever takes
    that from them comes before this, or after it.
    """
    human, may_decide = _human(actor)
    # Not before: they may have left while this waited for its turn.
    at = now()
    mine = set(deciding_for(actor=actor).values_list("pk", flat=True))
    me = set(oneself(actor=actor).values_list("pk", flat=True))
    own = queries.own_people(of=request)
    rows = list(
        AskedApprover.objects.filter(step__request=request)
        .filter(Q(person__in=mine) | Q(answered_by_person__in=me))
        .exclude(step__state=Step.AHEAD)
        .select_related("step", "person", "group")
        .order_by("-step__position", "pk")
    )
    # Their own place before that of those they stand in for.
    rows.sort(key=lambda row: row.person_id not in me)
    active = [row for row in rows if row.replaced_at is None]
    entitled = [row for row in active if asking.is_entitled(row, request, at=at)]
    waiting = [row for row in entitled if row.step.state == Step.OPEN and not row.answer]
    answered = asking.answered_by(request)
    free = [row for row in waiting if row.person_id not in answered]
    rules.check_answering(
        is_own=bool(me & own),
        was_asked=bool(rows),
        may_answer=may_decide and bool(entitled),
        answered_before=bool(me & answered) or (bool(waiting) and not free),
        is_waiting_for_them=bool(free),
        step_answered_by=_answerer(active),
    )
    return Asked(free[0].step, free[0], human, at)


def record(asked: Asked, answer: str, *, words: str, actor: Actor) -> None:
    """Keep the answer beside whom it was asked of."""
    row = asked.row
    row.answer, row.answered_at, row.answered_by = answer, asked.at, actor.named[:100]
    row.answered_by_person, row.comment = asked.human, words
    row.save(
        update_fields=["answer", "answered_at", "answered_by", "answered_by_person", "comment"]
    )


def is_through(asked: Asked) -> bool:
    """Whether the step is approved by this answer."""
    active = asked.step.asked.filter(replaced_at=None, is_escalation=False)
    return rules.is_step_approved(
        needs=asked.step.needs,
        waiting=active.filter(answer="").count(),
        by_escalation=asked.row.is_escalation,
    )


def _answerer(active: list[AskedApprover]) -> str:
    """Who answered a step that this actor was asked in."""
    steps = {row.step_id for row in active if row.step.state == Step.APPROVED}
    done = AskedApprover.objects.filter(step__in=steps, answer=AskedApprover.Answer.APPROVED)
    row = done.select_related("answered_by_person", "person").order_by("-answered_at").first()
    return str(row.answered_by_person or row.person) if row else ""


def _human(actor: Actor) -> tuple[Person, bool]:
    """The person who acts, and whether they may decide at this moment; both locked."""
    if not actor.person_id or actor.user_id is None:
        raise NotAllowed("Link your user to a person first, so that it is known who answers.")
    locked = User.objects.select_for_update(no_key=True)
    user = locked.filter(ref=as_ref(actor.user_id)).first()
    people = Person.objects.select_for_update(of=("self",), no_key=True)
    person = people.filter(ref=as_ref(actor.person_id), merged_into=None).first()
    if user is None or person is None:
        raise NotAllowed("Sign in again, so that it is known who answers.")
    # What they hold is locked too: it is not taken while they answer by it.
    list(
        RoleAssignment.objects.select_for_update(no_key=True).filter(in_force(), user=user).values()
    )
    if actor.kind == "token" and not _works(actor):
        raise NotAllowed("This token does not work any more; make another.")
    fresh = actor_of_user(user)
    is_same = fresh.person_id == actor.person_id
    return person, user.is_active and is_same and fresh.may_somewhere("requests.decide")


def _works(actor: Actor) -> bool:
    return ApiToken.objects.filter(ref=as_ref(actor.id), revoked_at=None).exists()
