from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import marking_rules as rules
from tenure.inventory.models import LinkingDomain
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def set_linking_domain(
    *, name: str, ignores_tags: bool, ignores_dots: bool, actor: Actor
) -> LinkingDomain:
    """Say what of its addresses a domain does not look at; accounts are looked at again."""
    actor.require("settings.manage")
    domain = rules.plain_domain(name)
    rules.check_linking_domain(ignores_tags=ignores_tags, ignores_dots=ignores_dots)
    made, _ = LinkingDomain.objects.update_or_create(
        name=domain,
        defaults={
            "ignores_tags": ignores_tags,
            "ignores_dots": ignores_dots,
            "changed_at": now(),
            "changed_by": actor.label[:100],
        },
    )
    audit.record(
        "linking_domain.set",
        actor=actor,
        subject=made,
        domain=domain,
        ignores_tags=ignores_tags,
        ignores_dots=ignores_dots,
    )
    announce("linking.changed")
    return made
