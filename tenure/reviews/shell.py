"""What this slice offers to the shell: reviews, and what of them waits for the reader."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.lib.shell import NavEntry, PaletteEntry, Panel, shell
from tenure.lib.web import ActorRequest
from tenure.reviews.queries import workspace


def tasks(_request: ActorRequest, _subject: object) -> tuple[str, Mapping[str, object]]:
    """On Overview, by itself: that page asks much already."""
    return "reviews/_tasks_panel.html", {}


def evidence(_request: ActorRequest, campaign: object) -> tuple[str, Mapping[str, object]]:
    """Of a review that has a snapshot."""
    return "reviews/_evidence_panel.html", {"campaign": campaign}


shell.add(
    NavEntry(
        group="Assurance",
        label="Reviews",
        icon="checklist",
        url_name="reviews:campaigns",
        permission="me.view",
        rows=lambda actor: workspace.items_waiting(actor=actor),
        position=20,
    ),
    PaletteEntry(
        label="Start an access review",
        icon="checklist",
        url_name="reviews:new",
        keywords="campaign recertification attestation quarterly",
        permission="reviews.manage",
    ),
    PaletteEntry(
        label="Reviews waiting for you",
        icon="checklist",
        url_name="reviews:campaigns",
        keywords="decide keep remove attest",
        permission="me.view",
        asks="show=yours",
    ),
    Panel("overview.answer", tasks, "me.view", position=94),
    Panel("campaign.evidence", evidence, "evidence.create"),
)
