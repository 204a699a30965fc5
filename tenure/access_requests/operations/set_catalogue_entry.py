from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import offering_rules, queries
from tenure.access_requests.models import CatalogueEntry
from tenure.access_requests.writing import EntryWords
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now

_SAID = (
    *("title", "description", "listing", "why_hidden", "departments", "person_kinds"),
    *("durations", "most_days", "needs_reason"),
)


@transaction.atomic
def set_catalogue_entry(
    *, resource: UUID | str, role: str = "", changes: EntryWords, actor: Actor
) -> CatalogueEntry:
    """Decide how one thing is offered: its words, to whom, for how long, by which policy."""
    offer = queries.thing_to_offer(resource, role)
    connection = offer.resource.connection
    actor.require("requests.manage", connection=str(connection.ref))
    words = offering_rules.check_entry(changes.rules)
    entry = offer.entry or CatalogueEntry(resource=offer.resource, role=role)
    before = {name: getattr(entry, name) for name in _SAID}
    for name, value in words._asdict().items():
        setattr(entry, name, value)
    owner, policy = changes.owner, changes.policy
    entry.owner = queries.person_named(owner, actor=actor) if owner else None
    entry.policy = queries.policy_to_choose(policy, actor=actor) if policy else None
    entry.changed_at, entry.changed_by = now(), actor.named[:100]
    named = [*words._asdict(), "owner", "policy", "changed_at", "changed_by"]
    entry.save(update_fields=named if entry.pk else None)
    after = {name: getattr(entry, name) for name in _SAID}
    audit.record(
        "catalogue_entry.set",
        actor=actor,
        subject=entry,
        connection=connection,
        text={"title": offer.title, "why_hidden": entry.why_hidden},
        role=role,
        before={n: v for n, v in before.items() if v != after[n] and n not in _WORDS},
        after={n: v for n, v in after.items() if v != before[n] and n not in _WORDS},
        policy=str(entry.policy.ref) if entry.policy else None,
    )
    return entry


_WORDS = ("title", "description", "why_hidden")
