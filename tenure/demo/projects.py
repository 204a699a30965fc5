"""The projects of Halden Optics: fourteen of them, and who is a member of which since when.

As at any company: leavers are still members, one project was archived, one is a sandbox that
nobody wants to review, and one has a member whom the list of users does not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

SANDBOX = "sandbox"
WHY_OUT_OF_SCOPE = "Trial prompts only: no keys, no company data"
_STRANGER = {"id": "user-Wk3rR7uN0tAmOngTheUsers4", "name": "nightly-runner", "role": "member"}
_ARCHIVED_DAYS_AGO = 40
# name, age in days, whose departments, the share of them that are members
_PROJECTS = (
    ("ingest-prod", 400, ("Platform", "Machine learning"), 0.45),
    ("search-relevance", 410, ("Machine learning",), 0.7),
    ("vision-eval", 380, ("Vision research",), 0.85),
    ("platform-batch", 340, ("Platform",), 0.6),
    ("label-studio", 300, ("Vision research", "Machine learning"), 0.3),
    ("docs-assistant", 260, ("Support", "Product"), 0.5),
    ("support-triage", 220, ("Support",), 0.8),
    ("pricing-models", 150, ("Finance", "Sales"), 0.35),
    ("sales-notes", 120, ("Sales",), 0.7),
    ("edge-calibration", 90, ("Platform", "Vision research"), 0.2),
    ("roadmap-summaries", 75, ("Product",), 0.75),
    ("quarterly-close", 60, ("Finance",), 0.6),
    (SANDBOX, 420, ("Platform", "Product", "Sales", "Support"), 0.15),
    ("hackweek-spring", 210, ("Platform", "Product"), 0.4),
)
_ARCHIVED, _WITH_A_STRANGER = "hackweek-spring", "platform-batch"

User = Mapping[str, Any]


def make_projects(
    users: Sequence[User], department_of: Mapping[str, str], *, chance: Random
) -> list[dict[str, object]]:
    """Company-file projects. Owners of the organization own each, as the provider has it."""
    return [
        {
            "name": name,
            "created_at": f"-{age}d",
            "archived_at": f"-{_ARCHIVED_DAYS_AGO}d" if name == _ARCHIVED else None,
            "members": [
                *_members(users, department_of, age=age, of=of, share=share, chance=chance),
                *([_STRANGER | {"added_at": "-25d"}] if name == _WITH_A_STRANGER else []),
            ],
        }
        for name, age, of, share in _PROJECTS
    ]


def _members(
    users: Sequence[User],
    department_of: Mapping[str, str],
    *,
    age: int,
    of: Sequence[str],
    share: float,
    chance: Random,
) -> list[dict[str, str]]:
    """The owners of the organization, and of the departments as many as the share; the first of
    these owns the project too."""
    members: list[dict[str, str]] = []
    lead = "owner"
    for user in users:
        owns = user["role"] == "owner"
        chosen = department_of.get(str(user["email"])) in of and chance.random() < share
        if not (owns or chosen):
            continue
        oldest = min(age, int(str(user["added_at"]).strip("-d")))
        since = oldest if owns else chance.randint(1, oldest)
        role = "owner" if owns else lead
        members.append({"email": str(user["email"]), "role": role, "added_at": f"-{since}d"})
        lead = lead if owns else "member"
    return members
