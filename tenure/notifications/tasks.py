"""Messages leave from here, after the change they tell of has committed."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from tenure.jobs import Retry, schedule
from tenure.jobs.follow_ups import follow_up
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications import queries, rules
from tenure.notifications.delivering import NotDelivered, deliver
from tenure.notifications.operations.forget_told import forget_told
from tenure.notifications.operations.record_delivery import record_delivery
from tenure.notifications.operations.send_notices import send_notices

_POSTMAN = Actor("job", "mail", "Tenure")


@task(queue_name="mail")
def deliver_mail(message_ref: str) -> None:
    """Send one message; twice when we die between sending and noting it, but never not at all."""
    message = queries.queued_mail(UUID(message_ref), actor=_POSTMAN)
    if message is None:
        return
    try:
        deliver(message)
    except NotDelivered as error:
        noted = record_delivery(message_ref=message.ref, error=str(error), actor=_POSTMAN)
        if (seconds := rules.wait_before_retry(noted.attempts)) is not None:
            raise Retry(after=seconds, reason=f"The message was not taken: {error}.") from error
        return
    record_delivery(message_ref=message.ref, error=None, actor=_POSTMAN)


@task(queue_name="mail")
def send_due_notices() -> None:
    """Each minute: write the messages whose window or digest has come."""
    for group in queries.due_groups(at=now(), actor=_POSTMAN):
        send_notices(group=group, actor=_POSTMAN)


@task(queue_name="rest")
def forget_old_tellings() -> None:
    """Each day: what is told once is remembered for a little more than a year."""
    while forget_told(actor=_POSTMAN):
        pass


follow_up("mail.queued", deliver_mail)
schedule("notices-each-minute", every=60, task=send_due_notices, queue="mail")
schedule("old-tellings", every=86_400, task=forget_old_tellings)
