"""What time has come for, as the work of each minute asks it; for whoever manages requests.

requests_to_lapse(at, actor=…)       waiting, and the last day asked for is over
requests_to_remind(at, actor=…)      the open step is half way to its time, or overdue, and
                                     nobody was reminded since then
requests_to_escalate(at, actor=…)    the open step is overdue and nobody was asked besides
requests_to_refill(at, actor=…)      somebody who is asked is not here any more, or nobody is
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from tenure.access_requests import choosing
from tenure.access_requests.models import (
    AccessRequest,
    ApprovalStep,
    ApproverGroup,
    AskedApprover,
)
from tenure.access_requests.queries.requests import MANAGE
from tenure.lib.actor import Actor
from tenure.people.neighbours import day_of
from tenure.people.states import may_not_hold_access

By = AskedApprover.CameBy
_OVERDUE_EVERY = timedelta(hours=24)


def open_step(*, of: AccessRequest) -> ApprovalStep | None:
    """The step that is waited for."""
    return of.steps.filter(state=ApprovalStep.State.OPEN).first()


def requests_to_lapse(at: datetime, *, actor: Actor) -> QuerySet[AccessRequest]:
    """Those that wait although their last day is over."""
    return _waiting(actor).filter(until__lt=day_of(at))


def requests_to_remind(at: datetime, *, actor: Actor) -> QuerySet[AccessRequest]:
    """Those of whose approvers somebody is to be reminded."""
    moment = Value(at, output_field=DateTimeField())
    passed = ExpressionWrapper(moment - F("opened_at"), output_field=DurationField())
    # As long again as it has been open.
    twice = ExpressionWrapper(moment + passed, output_field=DateTimeField())
    is_half = Q(reminded_at=None, due_at__lte=twice)
    again = Q(due_at__lte=at, reminded_at__lt=at - _OVERDUE_EVERY)
    steps = _open_steps().filter(is_half | again)
    return _waiting(actor).filter(pk__in=steps.order_by().values("request"))


def requests_to_escalate(at: datetime, *, actor: Actor) -> QuerySet[AccessRequest]:
    """Those whose open step nobody answered in time."""
    steps = _open_steps().filter(due_at__lte=at, escalated_at=None)
    return _waiting(actor).filter(pk__in=steps.order_by().values("request"))


def requests_to_refill(at: datetime, *, actor: Actor) -> QuerySet[AccessRequest]:
    """Those in whose open step others may have to be asked: replace_approvers judges each."""
    active = AskedApprover.objects.filter(step=OuterRef("pk"), answer="", replaced_at=None)
    steps = _open_steps().filter(Exists(active.filter(_may_be_gone(at))) | ~Exists(active))
    return _waiting(actor).filter(pk__in=steps.order_by().values("request"))


def _may_be_gone(at: datetime) -> Q:
    """Of whoever is asked: not here, or perhaps not what they were asked as."""
    # Whoever manages those of one connection only is judged each time: they are few.
    managing = choosing.managing_everywhere()
    groups = ApproverGroup.people.through.objects.filter(
        approvergroup=OuterRef("group"), person=OuterRef("person")
    )
    owner = F("step__request__connection__owner")
    return (
        may_not_hold_access(at=at, person="person__")
        | Q(person__user__is_active=False)
        | Q(person__merged_into__isnull=False)
        | (Q(came_by=By.SYSTEM_OWNER) & ~Q(person__user=owner))
        | (Q(came_by=By.GROUP) & ~Exists(groups))
        | (
            Q(came_by=By.ACCESS_MANAGER, person__user__isnull=False)
            & ~Exists(managing.filter(user=OuterRef("person__user")))
        )
    )


def _open_steps() -> QuerySet[ApprovalStep]:
    return ApprovalStep.objects.filter(state=ApprovalStep.State.OPEN)


def _waiting(actor: Actor) -> QuerySet[AccessRequest]:
    actor.require(MANAGE)
    waiting = AccessRequest.objects.filter(state=AccessRequest.State.PENDING_APPROVAL)
    return waiting.order_by("id")
