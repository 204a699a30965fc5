from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.inventory import queries
from tenure.inventory.models import LinkingDomain
from tenure.lib.actor import Actor


@transaction.atomic
def remove_linking_domain(*, domain_ref: UUID | str, actor: Actor) -> LinkingDomain:
    """Look at every sign of this domain's addresses again; links that were made stay."""
    actor.require("settings.manage")
    domain = queries.linking_domain_to_change(domain_ref, actor=actor)
    audit.record("linking_domain.removed", actor=actor, subject=domain, domain=domain.name)
    LinkingDomain.objects.filter(pk=domain.pk).delete()
    return domain
