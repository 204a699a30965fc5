from __future__ import annotations

from django.conf import settings
from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import queries, resealing
from tenure.evidence.queries import sealed_evidence_keys
from tenure.lib.actor import Actor
from tenure.notifications.queries import sealed_targets
from tenure.webhooks.queries import sealed_endpoints


@transaction.atomic
def rotate_secrets(*, actor: Actor) -> int:
    """Move every sealed secret to the root key in force, all or none; how many were moved.

    Keys of connections, mail that waits, addresses of targets, keys that sign evidence, secrets of
    webhook endpoints, second factors. Earlier root keys are not needed after.
    """
    actor.require("settings.manage")
    moved = {
        "connection_keys": resealing.reseal_connection_keys(queries.sealed_keys(actor=actor)),
        "waiting_mail": resealing.reseal_waiting_mail(),
        "targets": resealing.reseal_targets(sealed_targets(actor=actor)),
        "evidence_keys": resealing.reseal_evidence_keys(sealed_evidence_keys(actor=actor)),
        "webhook_endpoints": resealing.reseal_endpoints(sealed_endpoints(actor=actor)),
        "second_factors": resealing.reseal_second_factors(),
    }
    root_key = settings.TENURE_ROOT_KEYS.current.id
    audit.record(
        "root_key.rotated",
        actor=actor,
        subject=audit.Subject("root_key", root_key),
        secrets=sum(moved.values()),
        after=root_key,
        moved=moved,
    )
    return sum(moved.values())
