from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import queries, setting_rules
from tenure.compliance.models import TestSubscriber
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def subscribe_to_test(*, slug: str, email: str, actor: Actor) -> TestSubscriber:
    """Let a user be told of a test's findings; a test has ten such users at most."""
    row = queries.test_to_change(slug, actor=actor)
    user = queries.user_to_subscribe(email, actor=actor)
    subscribed = {one.user_id for one in queries.subscribers_of(row, actor=actor)}
    setting_rules.check_subscription(
        is_subscribed=user.pk in subscribed,
        subscribers=len(subscribed),
        may_see=queries.may_be_told(user, actor=actor),
    )
    subscriber = TestSubscriber.objects.create(test=row, user=user, subscribed_at=now())
    audit.record(
        "test.subscribed",
        actor=actor,
        subject=Subject("test", slug),
        text={"email": user.email},
        user=user.ref,
    )
    return subscriber
