"""What acts at Halden Optics without signing in: keys and service accounts, and groups.

As at any company: most keys are in use, some are nobody's any more, and one outlived a move to
another team.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

NIGHTLY, BACKFILL, TRIAGE = "nightly-ingest", "backfill", "triage-bot"
# project, name, age in days
_SERVICES = (
    ("ingest-prod", NIGHTLY, 300),
    ("ingest-prod", BACKFILL, 140),
    ("support-triage", TRIAGE, 200),
)
# By project: name, whose, age and days since the last use; None: no use is known.
_KEYS: dict[str, list[tuple[str, str, int, int | None]]] = {
    "ingest-prod": [("ingest worker", NIGHTLY, 120, 0), ("backfill 2025", BACKFILL, 140, 118)],
    "support-triage": [("triage", TRIAGE, 75, 1)],
    # She helped out in pricing once, and is no member there any more.
    "pricing-models": [("priya prototype", "priya.raman@halden.example", 62, 6)],
    "search-relevance": [
        ("rerank notebook", "hugo.castellanos@halden.example", 210, 1),
        ("eval sweep", "hugo.castellanos@halden.example", 90, 2),
        ("first trial", "mei.tanaka@halden.example", 150, None),
    ],
}
_KEYS_OF_MEMBERS = 2
_ADMIN_KEYS = (
    ("Terraform", "jonas.weber@halden.example", 390, 0),
    ("Onboarding script", "mei.tanaka@halden.example", 130, None),
    ("Cost report", "ada.lindqvist@halden.example", 40, 1),
)

# Whose tokens let in without a key: name, issuer; and by name the rules for them.
_PROVIDERS = (
    ("Build system", "https://ci.halden.example", True),
    ("Research cluster", "https://oidc.lab.halden.example", False),
)
_RULES = {
    "Build system": (
        ("deploy ingest", "ingest-prod", NIGHTLY, "repo:halden/ingest:ref:refs/heads/main", 80),
        ("triage previews", "support-triage", TRIAGE, "repo:halden/triage:pull_request", 25),
    ),
    "Research cluster": (("old batch", "ingest-prod", BACKFILL, "system:batch:backfill", 140),),
}

Project = dict[str, Any]


def give_machines(projects: Sequence[Project], *, chance: Random) -> None:
    """Write service accounts and keys into company-file projects."""
    for project in projects:
        name = project["name"]
        project["service_accounts"] = [
            {"name": service, "role": "member", "created_at": f"-{age}d"}
            for where, service, age in _SERVICES
            if where == name
        ]
        project["keys"] = [_key(*said) for said in _KEYS.get(name, [])]
        project["keys"] += _of_members(project, chance=chance)


def _of_members(project: Project, *, chance: Random) -> list[dict[str, object]]:
    """A key each for some of the members, made since they came and used of late."""
    found: list[dict[str, object]] = []
    for member in project["members"]:
        if "email" in member and len(found) < _KEYS_OF_MEMBERS and chance.random() < 0.4:  # noqa: PLR2004
            age = chance.randint(1, min(170, int(str(member["added_at"]).strip("-d"))))
            name = str(member["email"]).partition("@")[0].partition(".")[0]
            found.append(_key(f"{name} laptop", member["email"], age, chance.randint(0, 30)))
    return found


def _key(name: str, owner: str, age: int, rested: int | None) -> dict[str, object]:
    used = {} if rested is None else {"last_used_at": f"-{min(rested, age) * 24 + 1}h"}
    return {"name": name, "owner": owner, "created_at": f"-{age}d", **used}


def admin_keys() -> list[dict[str, object]]:
    """Keys of the administration, beside the one that Tenure reads with."""
    return [_key(*said) for said in _ADMIN_KEYS]


def identity_providers() -> list[dict[str, object]]:
    """The build system, and a cluster that is believed no more."""
    return [
        {
            "name": name,
            "issuer": issuer,
            "audience": "https://api.openai.com/v1",
            "enabled": enabled,
            "created_at": "-150d",
            "rules": [
                {
                    "name": rule,
                    "project": project,
                    "service_account": service,
                    "matchers": {"sub": subject},
                    "created_at": f"-{age}d",
                }
                for rule, project, service, subject, age in _RULES[name]
            ],
        }
        for name, issuer, enabled in _PROVIDERS
    ]


def groups(
    users: Sequence[Mapping[str, Any]], department_of: Mapping[str, str]
) -> list[dict[str, object]]:
    """One that the directory keeps, and one that somebody made."""
    return [
        {
            "name": "ML platform",
            "is_scim_managed": True,
            "members": _in_department(users, department_of, "Machine learning"),
            "projects": [{"name": "search-relevance", "role": "member"}],
        },
        {
            "name": "Support tools",
            "members": _in_department(users, department_of, "Support")[:6],
            "projects": [{"name": "docs-assistant", "role": "member"}],
        },
    ]


def _in_department(
    users: Sequence[Mapping[str, Any]], department_of: Mapping[str, str], name: str
) -> list[str]:
    emails = (str(user["email"]) for user in users if user["email"])
    return [email for email in emails if department_of.get(email) == name]
