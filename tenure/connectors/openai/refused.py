"""What becomes of a list whose reading failed."""

from __future__ import annotations

from tenure.connectors.base import CollectionEnd, ProviderError
from tenure.connectors.openai import errors
from tenure.connectors.openai.patience import Standing

_UNAVAILABLE = ("missing_scope", "not_found")
_PARENT_GONE = ("parent_gone", "not_found")


def failed(error: ProviderError, reading: Standing) -> CollectionEnd:
    """A list that never began may not be ours to read; one that broke off is incomplete.

    words of the refusal     before the first page    going on    at once after a resume
    whose list it is, is gone   skipped               incomplete  incomplete
    not found, may be lacking   skipped               incomplete  incomplete
    not found, no scope         unavailable           incomplete  incomplete
    the cursor is no good       -                     incomplete  incomplete, stale_cursor
    anything else               incomplete            incomplete  incomplete
    """
    place, kind = reading.place, error.kind
    if place.cursor is None and reading.parent and kind in _PARENT_GONE:
        return CollectionEnd(state="skipped", reason=errors.parent_gone(), kind="parent_gone")
    if place.cursor is None and kind == "not_found" and reading.may_be_lacking:
        return CollectionEnd(state="skipped", reason=errors.not_offered(), kind=kind)
    if kind == "stale_cursor" and (place.attempt > 1 or place.cursor != reading.begun_at.cursor):
        # From the beginning it would go the same way, so nobody shall be led to try at once.
        kind = "refused"
    never_began = place.cursor is None and kind in _UNAVAILABLE
    return CollectionEnd(
        state="unavailable" if never_began else "incomplete", reason=str(error), kind=kind
    )
