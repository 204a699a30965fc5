from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications import queries, rules
from tenure.notifications.models import Told

_AT_A_TIME = 5_000


@transaction.atomic
def forget_told(*, actor: Actor) -> int:
    """Let go of what was told so long ago that, if it is still so, it is told again; how much.

    One call forgets a bounded number: call it until it returns 0.
    """
    old = queries.told_before(now() - rules.REMEMBERED, actor=actor)
    keys = list(old.values_list("pk", flat=True)[:_AT_A_TIME])
    Told.objects.filter(pk__in=keys).delete()
    if keys:
        audit.record(
            "notice.forgotten", actor=actor, subject=audit.Subject("topic", "all"), told=len(keys)
        )
    return len(keys)
