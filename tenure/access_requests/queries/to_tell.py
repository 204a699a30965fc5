"""What somebody is to be told of, so that nothing is looked at for long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.access_requests import granting_rules as rules
from tenure.access_requests.models import (
    AccessRequest,
    ApprovalStep,
    AskedApprover,
    RequestComment,
    RequestOperation,
)
from tenure.lib.actor import Actor
from tenure.notifications.queries import told
from tenure.provisioning.models import ProvisioningOperation

State = AccessRequest.State
# A worker that stood still for longer tells nothing of what is old by then.
RECENT = timedelta(days=1)
_PEOPLE = ("person__merged_into", "asked_by_person__merged_into", "connection__owner")
_STOPPED = (
    *(ProvisioningOperation.State.BLOCKED, ProvisioningOperation.State.FAILED),
    *(ProvisioningOperation.State.OVERRIDDEN,),
)


def asked(at: datetime, *, actor: Actor) -> QuerySet[AskedApprover]:
    """Who was asked, or asked again, and has not answered."""
    actor.require("provisioning.run")
    since = at - RECENT
    lately = Q(step__opened_at__gte=since) | Q(step__reminded_at__gte=since)
    waiting = AskedApprover.objects.filter(
        lately | Q(step__escalated_at__gte=since),
        answer="",
        replaced_at=None,
        step__state=ApprovalStep.State.OPEN,
        step__request__state=State.PENDING_APPROVAL,
    ).exclude(person__email="")
    return waiting.select_related("step__request__person", "person__merged_into").order_by("pk")


def comments(at: datetime, *, actor: Actor) -> QuerySet[RequestComment]:
    """What was said lately and nobody was told of."""
    known = told("request_commented", actor=actor).filter(about=OuterRef("ref"))
    lately = RequestComment.objects.filter(~Exists(known), at__gte=at - RECENT)
    return lately.select_related("request__person", "request__asked_by_person").order_by("pk")


def of(topic: str, at: datetime, *, actor: Actor) -> list[AccessRequest]:
    """Requests that a topic is about now. Those that were told of are left out where a request is
    told of once."""
    since, soon = at - RECENT, at + rules.NOTICE
    found: dict[str, Q] = {
        "request_decided": Q(state=State.DENIED, over_at__gte=since)
        | (Q(approved_at__gte=since) & ~Q(state=State.CANCELLED)),
        "request_given": Q(state=State.AWAITING_ACCEPTANCE, approved_at__isnull=False)
        | Q(state__in=AccessRequest.GIVES, provisioned_at__gte=since),
        "request_ends": Q(state__in=AccessRequest.GIVES, ends_at__gt=at, ends_at__lte=soon),
        "request_ended": Q(state__in=[State.EXPIRED, State.REVOKED], over_at__gte=since)
        & ~Q(ending=AccessRequest.Ending.EXTENDED),
        "request_failed": Q(state=State.FAILED, over_at__gte=since),
        "request_stuck": _stopped(),
    }
    some = AccessRequest.objects.filter(found[topic]).select_related(*_PEOPLE)
    if topic not in ("request_given", "request_stuck"):
        some = some.filter(~Exists(told(topic, actor=actor).filter(about=OuterRef("ref"))))
    ordered = list(some.order_by("pk"))
    return ordered if topic != "request_ends" else [one for one in ordered if _is_time(one, at)]


def _is_time(request: AccessRequest, at: datetime) -> bool:
    given_at, over_at = request.provisioned_at, request.ends_at
    return bool(given_at and over_at) and at >= rules.notice_at(given_at, over_at)  # type: ignore[arg-type] # both are there


def _stopped() -> Q:
    """On its way, and an operation of it needs a person; what is done by hand is told elsewhere."""
    theirs = RequestOperation.objects.filter(request=OuterRef("pk"), operation__state__in=_STOPPED)
    on_its_way = [State.PENDING_PROVISIONING, State.AWAITING_ACCEPTANCE, State.ENDING]
    return Q(Exists(theirs), state__in=on_its_way) & ~Q(state_reason="")
