from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import queries
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict
from tenure.lib.text import fold_email


@transaction.atomic
def unsubscribe_from_test(*, slug: str, email: str, actor: Actor) -> None:
    """Let a user be told of a test's findings no more."""
    row = queries.test_to_change(slug, actor=actor)
    subscribed = queries.subscribers_of(row, actor=actor)
    subscriber = subscribed.filter(user__email_key=fold_email(email)).first()
    if subscriber is None:
        raise Conflict("They are not subscribed; reload the page.")
    subscriber.delete()
    audit.record(
        "test.unsubscribed",
        actor=actor,
        subject=Subject("test", slug),
        text={"email": subscriber.user.email},
        user=subscriber.user.ref,
    )
