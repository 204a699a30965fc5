"""Usage as it is kept: by kind and day; and what a use means for the key and its owner."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.model import Usage
from tenure.simulator.openai.organization import Organization

DAY_S = 86_400
KINDS = frozenset(
    {
        "completions",
        "decisions",
        "embeddings",
        "moderations",
        "images",
        "audio_speeches",
        "audio_transcriptions",
        "file_search_calls",
        "web_search_calls",
        "vector_stores",
        "code_interpreter_sessions",
    }
)
"""The last part of each usage endpoint's path."""


def use(organization: Organization, kind: str, used: Usage) -> None:
    """Keep a use, and remember when the key was last used, and its owner any key."""
    if kind not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise ApiError(400, f"There is no usage of kind {kind}; give one of {known}.")
    days = organization.usage.setdefault(kind, {})
    days.setdefault(used.at - used.at % DAY_S, []).append(used)
    keys = organization.project_keys.get(used.project_id or "")
    key = keys.get(used.api_key_id or "") if keys is not None else None
    if keys is not None and key is not None and (key.last_used_at or 0) < used.at:
        keys.update(key, last_used_at=used.at)
    admin_key = organization.admin_keys.get(used.api_key_id or "")
    if admin_key is not None and (admin_key.last_used_at or 0) < used.at:
        organization.admin_keys.update(admin_key, last_used_at=used.at)
    user = organization.users.get(used.user_id or "")
    if user is not None and used.api_key_id and (user.api_key_last_used_at or 0) < used.at:
        organization.users.update(user, api_key_last_used_at=used.at)


def between(organization: Organization, kind: str, start: int, end: int) -> Iterator[Usage]:
    """Uses from `start` up to, and without, `end`."""
    days = organization.usage.get(kind, {})
    for day in range(start - start % DAY_S, end, DAY_S):
        yield from (used for used in days.get(day, ()) if start <= used.at < end)
