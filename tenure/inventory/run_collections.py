"""The lists below resources of one run, as their page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.http import urlencode

from tenure.inventory import queries
from tenure.inventory.lines import CollectionLine
from tenure.inventory.models import SyncRun
from tenure.inventory.queries import COLLECTION_FILTERS
from tenure.lib.actor import Actor
from tenure.lib.text import quantity


def collections_context(
    run: SyncRun, address: Mapping[str, str], *, actor: Actor
) -> dict[str, Any]:
    """Context of the page. Two queries."""
    asked = address.get("show", "")
    show = asked if asked in COLLECTION_FILTERS else "all"
    page = queries.collection_page(run, show=show, cursor=address.get("cursor", ""), actor=actor)
    counts = queries.collection_counts(run, actor=actor)
    return {
        "run": run,
        "connection": run.connection,
        "rows": [CollectionLine(row, run.status in SyncRun.OPEN) for row in page.rows],
        "filters": [
            {
                "label": label,
                "url": _address(name),
                "count": f"{counts[name]:,}",
                "current": name == show,
            }
            for name, (label, _) in COLLECTION_FILTERS.items()
        ],
        "summary": f"{len(page.rows)} of {quantity(counts[show], 'list')}",
        "next_url": _address(show, page.next) if page.next else "",
        "previous_url": _address(show, page.previous) if page.previous else "",
        "first_url": _address(show) if page.previous else "",
        "left": sum(run.left.values()),
        "forgotten": sum(one.get("lists", 0) for one in run.forgotten.values()),
    }


def _address(show: str, cursor: str = "") -> str:
    said = {"show": show if show != "all" else "", "cursor": cursor}
    return "?" + urlencode({name: value for name, value in said.items() if value})
