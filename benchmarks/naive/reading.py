"""Reading with the official SDK's own iterators."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import openai
from harness.company import PAGE, Company

Row = dict[str, Any]
# What was read, by the name of its model: key to fields.
Read = dict[str, dict[str, Row]]


def read(company: Company, kinds: Collection[str]) -> Read:
    """The lists of these kinds, one after the other."""
    client = openai.OpenAI(
        admin_api_key=company.key,
        api_key="",
        base_url=company.url,
        http_client=httpx2.Client(trust_env=False),
    )
    api = client.admin.organization
    came: Read = {}
    with client:
        if "users" in kinds:
            came["Account"] = {u.id: _account(u) for u in api.users.list(limit=PAGE)}
        if "invites" in kinds:
            came["Invitation"] = {i.id: _invitation(i) for i in api.invites.list(limit=PAGE)}
        if "projects" in kinds:
            came["Project"] = {p.id: _project(p) for p in api.projects.list(limit=PAGE)}
        if "project_users" in kinds:
            came["Member"] = {row["external_id"]: row for row in _members(api, came["Project"])}
    return came


def _account(user: Any) -> Row:  # noqa: ANN401 - the SDK's
    return {
        "external_id": user.id,
        "raw": user.to_dict(mode="json"),
        "email": user.email or "",
        "name": user.name or "",
        "role": user.role or "",
        "added_at": _instant(user.added_at),
        "key_last_used_at": _instant(user.api_key_last_used_at),
    }


def _invitation(invite: Any) -> Row:  # noqa: ANN401 - the SDK's
    return {
        "external_id": invite.id,
        "raw": invite.to_dict(mode="json"),
        "email": invite.email or "",
        "role": invite.role or "",
        "status": invite.status or "",
    }


def _project(project: Any) -> Row:  # noqa: ANN401 - the SDK's
    return {
        "external_id": project.id,
        "raw": project.to_dict(mode="json"),
        "name": project.name or "",
    }


def _members(api: Any, projects: Collection[str]) -> Iterator[Row]:  # noqa: ANN401 - the SDK's
    for project in projects:
        for member in api.projects.users.list(project, limit=PAGE):
            yield {
                "external_id": f"{project}:{member.id}",
                "raw": member.to_dict(mode="json"),
                "project": project,
                "user": member.id,
                "role": member.role or "",
            }


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
