"""Two entries side by side, and what a merge would make of them."""

from __future__ import annotations

from typing import Any

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries, rules
from tenure.people.directory import may
from tenure.people.joining import as_joined
from tenure.people.models import Person
from tenure.people.wording import side_by_side

_HEADS = {"kept": "If the dates of the first count", "merged": "If the dates of the second count"}


def compared(kept: Person, other: Person, *, counts: str, actor: Actor) -> dict[str, Any]:
    """For the page of a merge. Where one of the two is here and the other is not, and nobody has
    said yet whose dates count, there are two results."""
    rules.check_are_two(is_same=kept.pk == other.pk)
    at = now()
    directory = queries.directory_to_change(of=[kept.pk, other.pk], actor=actor)
    differs = may(kept, at=at) != may(other, at=at)
    heads = _HEADS if differs and not counts else {counts or "both": "Together"}
    results = {head: as_joined(kept, other, directory, counts=one) for one, head in heads.items()}
    rows = side_by_side(kept, other, results, at=at, default_zone=directory.default_zone)
    return {"other": other, "asks": differs, "heads": list(results), "rows": rows}
