from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.evidence import keeping
from tenure.evidence.models import EvidenceKey
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict


@transaction.atomic
def rotate_key(*, actor: Actor) -> EvidenceKey:
    """Sign with another key from now on. The old one stays published, and signs nothing more."""
    actor.require("evidence.manage")
    old = EvidenceKey.objects.select_for_update().filter(valid_until=None).first()
    if old is None:
        raise Conflict("There is no key yet; it is made with the first bundle.")
    new = keeping.fresh_key()
    old.valid_until = new.valid_from
    keeping.forget_private(old)
    old.save(update_fields=["valid_until", *keeping.SEALED])
    new.save(force_insert=True)
    audit.record(
        "evidence_key.rotated",
        actor=actor,
        subject=new,
        before=old.fingerprint,
        after=new.fingerprint,
    )
    return new
