from __future__ import annotations

from django.db import IntegrityError, transaction

from tenure.audit import operations as audit
from tenure.evidence import keeping, queries
from tenure.evidence.models import EvidenceKey
from tenure.lib.actor import Actor


@transaction.atomic
def make_key(*, actor: Actor) -> EvidenceKey:
    """The key that signs evidence, made at first use."""
    actor.require("evidence.view")
    if there := queries.key_in_force(actor=actor):
        return there
    key = keeping.fresh_key()
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError:  # another process was first
        if there := queries.key_in_force(actor=actor):
            return there
        raise
    audit.record("evidence_key.made", actor=actor, subject=key, fingerprint=key.fingerprint)
    return key
