"""The hint of an item, the delta to its last review, and its flags, as a row shows them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tenure.reviews import hint_rules
from tenure.reviews.flag_rules import FLAGS, Flag
from tenure.reviews.flagging import COMPARED
from tenure.reviews.hint_rules import Hint, Use
from tenure.reviews.models import ReviewItem


class Difference(NamedTuple):
    """A field that was another one in the last review; what is empty was not known."""

    field: str
    before: str
    now: str


def hint_of(item: ReviewItem) -> Hint:
    """What would do, as of the snapshot, which is at hand with the item."""
    return hint_rules.hint(
        Use(
            kind=item.kind,
            role=item.role,
            resource_kind=item.resource_kind,
            path=item.path,
            is_leaver=item.is_leaver,
            is_redundant=item.is_redundant,
            active_at=item.active_at,
            acted_at=item.acted_at,
            log_from=item.log_from,
            last_used_at=item.last_used_at,
            created_at=item.created_at,
            at=item.snapshot.taken_at,
        )
    )


def flags_of(item: ReviewItem) -> tuple[Flag, ...]:
    """Its flags, in their order."""
    return tuple(flag for flag in FLAGS if getattr(item, f"is_{flag}"))


def differences(item: ReviewItem) -> list[Difference]:
    """Field by field, what is not as it was in the last review."""
    before: ReviewItem | None = item.before
    if before is None:
        return []
    told = ((name, getattr(before, name), getattr(item, name)) for name in COMPARED)
    return [
        Difference(name, _plain(was), _plain(is_now)) for name, was, is_now in told if was != is_now
    ]


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
