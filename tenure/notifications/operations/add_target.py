from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.notifications import queries, rules, sealing
from tenure.notifications.calling import Checked
from tenure.notifications.models import Target
from tenure.notifications.topics import check_topics


@transaction.atomic
def add_target(*, name: str, checked: Checked, topics: Sequence[str], actor: Actor) -> Target:
    """Tell a channel of these topics from now on. The address is sealed and never shown again."""
    actor.require("settings.manage")
    check_topics(topics)
    rules.check_target(name=name, taken=queries.target_names(actor=actor))
    target = Target(name=name, service=checked.service, tail=checked.tail, topics=list(topics))
    sealing.seal_text(target, checked.url)
    target.save()
    audit.record(
        "target.added",
        actor=actor,
        subject=target,
        text={"name": name},
        service=checked.service,
        topics=list(topics),
    )
    return target
