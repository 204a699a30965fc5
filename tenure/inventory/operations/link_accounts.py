from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.inventory.directory import remember_holders
from tenure.inventory.linking import JUDGED, find_links, still_waiting
from tenure.inventory.models import AccountLink
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.rows import note_growth, write_rows

_BATCH = 2_000


@transaction.atomic
def link_accounts(*, actor: Actor) -> tuple[int, int]:
    """Tie every account to the person it matches, or suggest; returns (linked, suggested)."""
    actor.require("accounts.link")
    remember_holders()
    linked = suggested = 0
    for found in find_links(at=now()):
        # Somebody may be linking by hand in this moment: their word stands.
        AccountLink.objects.bulk_create(found.new, batch_size=_BATCH, ignore_conflicts=True)
        better = still_waiting(found.better)
        write_rows(better, JUDGED)
        links = [*found.new, *better]
        tied = sum(link.state == AccountLink.State.CONFIRMED for link in links)
        linked, suggested = linked + tied, suggested + len(links) - tied
    note_growth(AccountLink, linked + suggested)
    if linked or suggested:
        audit.record(
            "accounts.linked",
            actor=actor,
            subject=Subject("inventory", "all"),
            linked=linked,
            suggested=suggested,
        )
    # Also when nothing was tied: what made us look may have changed who may hold access.
    announce("links.changed")
    return linked, suggested
