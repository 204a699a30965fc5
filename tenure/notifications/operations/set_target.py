from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.notifications import queries, rules
from tenure.notifications.models import Target
from tenure.notifications.topics import check_topics


@transaction.atomic
def set_target(*, ref: UUID | str, name: str, topics: Sequence[str], actor: Actor) -> Target:
    """Change the name of a target, and what it is told of from now on."""
    actor.require("settings.manage")
    target = queries.target_to_change(ref, actor=actor)
    check_topics(topics)
    rules.check_target(name=name, taken=queries.target_names(actor=actor) - {target.name})
    given = {"name": name, "topics": list(topics)}
    changed = sorted(field for field, value in given.items() if getattr(target, field) != value)
    before = list(target.topics)
    target.name, target.topics = name, list(topics)
    target.save(update_fields=["name", "topics"])
    audit.record(
        "target.changed",
        actor=actor,
        subject=target,
        text={"name": name},
        fields=changed,
        before=before,
        after=target.topics,
    )
    return target
