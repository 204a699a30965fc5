"""The people who are asked in the steps of a request: written down, opened, replaced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from tenure.access_requests import choosing, queries
from tenure.access_requests.choosing import Chosen, PlannedStep, Wanted
from tenure.access_requests.models import (
    AccessRequest,
    ApprovalStep,
    AskedApprover,
    RequestEvent,
)
from tenure.access_requests.policy_rules import Approver
from tenure.access_requests.timeline import note
from tenure.lib.actor import Actor
from tenure.lib.ids import as_ref
from tenure.people.models import Person

By = AskedApprover.CameBy
Step = ApprovalStep.State
# Of these nobody is asked any more who is not what they were asked as.
_AS_WHAT_THEY_ARE = (By.SYSTEM_OWNER, By.GROUP, By.ACCESS_MANAGER)


def write_down(request: AccessRequest, planned: Iterable[PlannedStep]) -> None:
    """Keep the steps and who is asked in each. In a transaction."""
    for position, one in enumerate(planned, start=1):
        step = ApprovalStep.objects.create(
            request=request,
            position=position,
            needs=one.needs,
            title=one.title,
            answer_within_h=one.answer_within_h,
        )
        ask(step, one.asked)


def ask(
    step: ApprovalStep,
    some: Iterable[Chosen],
    *,
    in_place_of: Person | None = None,
    is_escalation: bool = False,
) -> None:
    """Ask more people in a step."""
    AskedApprover.objects.bulk_create(
        AskedApprover(
            step=step,
            person=one.person,
            why=one.why[:200],
            came_by=one.came_by,
            group=one.group,
            in_place_of=in_place_of,
            is_escalation=is_escalation,
        )
        for one in some
    )


def open_next(request: AccessRequest, *, at: datetime, actor: Actor) -> ApprovalStep | None:
    """Open the next step, with people who can answer it; None when there is none."""
    step = request.steps.filter(state=Step.AHEAD).order_by("position").first()
    if step is None:
        return None
    step.state, step.opened_at = Step.OPEN, at
    step.due_at = at + timedelta(hours=step.answer_within_h)
    step.save(update_fields=["state", "opened_at", "due_at"])
    replace(request, step, at=at, actor=actor)
    return step


def replace(request: AccessRequest, step: ApprovalStep, *, at: datetime, actor: Actor) -> int:
    """Ask others in the place of whoever cannot answer a step any more; how many were replaced.

    Somebody who is what they were is asked, such as the system owner of now; else the system owner
    or whoever manages requests, where nobody of the step is left or all of it have to answer.
    """
    wanted = wanted_of(request, at=at)
    answered = answered_by(request)
    active = list(
        step.asked.filter(replaced_at=None).select_related("person", "group").order_by("pk")
    )
    waiting = [one for one in active if not one.answer]
    gone = [
        one for one in waiting if one.person_id in answered or not is_entitled(one, request, at=at)
    ]
    there = {one.person_id for one in active}
    left = len(waiting) - len(gone)
    for one in gone:
        others = _instead(one, wanted, without=there | answered)
        if not others and (step.needs == "all" or not left):
            others = choosing.fallback(wanted, without=there | answered)
        left += len(others)
        there |= {other.person.pk for other in others}
        ask(step, others, in_place_of=one.person)
    if gone:
        step.asked.filter(pk__in=[one.pk for one in gone]).update(replaced_at=at)
        for one in gone:
            text = f"{one.person} cannot answer step {step.position} any more."
            note(request, RequestEvent.Kind.REPLACED, text=text, actor=actor)
    if not waiting and not left:
        # Whoever could have answered is gone, and nobody was there to take their place.
        found = choosing.fallback(wanted, without=there | answered)
        ask(step, found)
        return len(gone) + len(found)
    return len(gone)


def _instead(one: AskedApprover, wanted: Wanted, *, without: set[int]) -> list[Chosen]:
    if one.came_by == By.ACCESS_MANAGER:
        return []
    if one.came_by == By.GROUP:
        kind, ref = "group", str(one.group.ref) if one.group else ""
    elif one.came_by in (By.MANAGER, By.SYSTEM_OWNER, By.ENTRY_OWNER):
        kind, ref = one.came_by, ""
    else:
        return []
    found = choosing.candidates(Approver(kind=kind, ref=ref), wanted)  # type: ignore[arg-type] # the same words
    return [other for other in found if other.person.pk not in without]


def is_entitled(one: AskedApprover, request: AccessRequest, *, at: datetime) -> bool:
    """Whether somebody may still answer as what they were asked: they are here, it is not their
    own, and of what can be given and taken they still are it."""
    key = one.person.merged_into_id or one.person_id
    mine = Q(pk=key)
    if key in queries.own_people(of=request):
        return False
    if one.came_by == By.ACCESS_MANAGER:
        return choosing.access_managers(request.connection, at=at).filter(mine).exists()
    if one.came_by == By.SYSTEM_OWNER:
        return choosing.system_owners(request.connection, at=at).filter(mine).exists()
    there: QuerySet[Person] = choosing.able(at).filter(mine)
    if one.came_by == By.GROUP and one.group is not None:
        there = there.filter(pk__in=choosing.root_of(one.group.people.all()))
    return there.exists()


def answered_by(request: AccessRequest) -> set[int]:
    """Keys of all who approved a step, and of those in whose place somebody did."""
    rows = AskedApprover.objects.filter(
        step__request=request, answer=AskedApprover.Answer.APPROVED
    ).values_list("person", "answered_by_person", "person__merged_into")
    return {key for row in rows for key in row if key is not None}


def wanted_of(request: AccessRequest, *, at: datetime) -> Wanted:
    """What is asked for, as far as choosing goes."""
    entry = request.resource.catalogue_entries.filter(role=request.role).first()
    person = request.person.merged_into or request.person
    return Wanted(
        connection=request.connection,
        person=person,
        own=queries.own_people(of=request),
        is_privileged=request.is_privileged,
        days=request.days,
        at=at,
        entry_owner=entry.owner if entry else None,
    )


def escalate(request: AccessRequest, step: ApprovalStep, *, at: datetime) -> list[Chosen]:
    """Also ask whom the policy named for that, else whoever manages requests; never who is asked
    already, whose own it is, or who answered before."""
    wanted = wanted_of(request, at=at)
    active = step.asked.filter(replaced_at=None).values_list("person", flat=True)
    without = set(active) | answered_by(request) | wanted.own
    named = Person.objects.filter(ref=as_ref(request.policy.get("escalates_to", "")))
    found = [
        Chosen(one, By.PERSON, "asked because nobody answered in time")
        for one in choosing.able(at).filter(pk__in=choosing.root_of(named))
        if one.pk not in without
    ]
    found = found or [
        Chosen(one, By.ACCESS_MANAGER, "asked because nobody answered in time")
        for one in choosing.access_managers(request.connection, at=at)
        if one.pk not in without
    ]
    ask(step, found, is_escalation=True)
    return found


def drop_rest(request: AccessRequest) -> None:
    """Nobody needs to answer any more."""
    request.steps.filter(state__in=[Step.AHEAD, Step.OPEN]).update(state=Step.DROPPED)
