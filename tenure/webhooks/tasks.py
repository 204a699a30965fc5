"""Events leave from here, after what they tell has committed; one job at a time for an endpoint."""

from __future__ import annotations

from django_tasks import task

from tenure.jobs import fenced, schedule
from tenure.jobs.follow_ups import announce, follow_up
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.webhooks import queries
from tenure.webhooks.operations.forget_webhook_events import forget_webhook_events
from tenure.webhooks.operations.record_webhook_delivery import record_webhook_delivery
from tenure.webhooks.sending import attempt

_POSTMAN = Actor(
    "job", "webhooks", "Tenure", permissions=frozenset({"settings.manage", "users.view"})
)
_AT_A_TIME = 50
# So many refusals in a row, and what else is due waits for the next minute.
_REFUSALS = 3


@task(queue_name="rest")
def deliver_webhooks(to: int, of: str | int) -> None:  # noqa: ARG001 - tells jobs from each other
    """Send what is due to an endpoint; twice when we die between sending and noting it."""
    refusals = 0
    for _ in range(_AT_A_TIME):
        delivery = queries.next_due(to, at=now(), actor=_POSTMAN)
        if delivery is None:
            return
        answer = attempt(delivery)
        with fenced():
            record_webhook_delivery(
                ref=delivery.ref, status=answer.status, reason=answer.reason, actor=_POSTMAN
            )
        refusals = refusals + 1 if answer.reason else 0
        if refusals >= _REFUSALS:
            return
    announce("webhook.waiting", to=to, of="more")


@task(queue_name="rest")
def deliver_due_webhooks() -> None:
    """Each minute: what is to be tried again."""
    for endpoint in queries.endpoints_with_due(at=now(), actor=_POSTMAN):
        announce("webhook.waiting", to=endpoint, of="again")


@task(queue_name="rest")
def forget_old_webhook_events() -> None:
    """Each day: events that are older than thirty days, with their deliveries."""
    while forget_webhook_events(actor=_POSTMAN):
        pass


follow_up("webhook.waiting", deliver_webhooks, one_per="to")
schedule("webhooks-each-minute", every=60, task=deliver_due_webhooks)
schedule("old-webhook-events", every=86_400, task=forget_old_webhook_events)
