"""A company in a file: who and what an organization has.

Everything is optional; a time is a Unix number, an ISO instant, or an age such as "-90d", "-12h",
"-5m" before the simulator's start:

    {
      "organization_id": "org-...",
      "users": [{"email": "ada@halden.example", "name": "Ada Okafor", "role": "owner",
                 "added_at": "-400d", "api_key_last_used_at": "-2d", "id": "user-..."}],
      "invites": [{"email": "new@halden.example", "role": "reader", "created_at": "-2d",
                   "expires_at": "2026-12-31T00:00:00Z", "status": "pending",
                   "projects": [{"name": "Search", "role": "member"}]}],
      "projects": [{"name": "Search", "created_at": "-300d", "archived": false,
                    "members": [{"email": "ada@halden.example", "role": "owner",
                                 "added_at": "-200d"}],
                    "roles": [{"name": "Key maker", "permissions": ["api.keys.write"]}],
                    "service_accounts": [{"name": "nightly", "role": "member"}],
                    "keys": [{"name": "notebook", "owner": "ada@halden.example",
                              "created_at": "-90d", "last_used_at": "-2d"}]}],
      "roles": [{"name": "Auditor", "permissions": ["api.management.read"]}],
      "groups": [{"name": "ML platform", "members": ["ada@halden.example"], "roles": ["Auditor"],
                  "projects": [{"name": "Search", "role": "viewer"}], "is_scim_managed": true}],
      "admin_keys": [{"name": "Reporting", "owner": "ada@halden.example", "created_at": "-80d"}],
      "identity_providers": [{"name": "GitHub Actions", "issuer": "https://ci.halden.example",
                              "audience": "https://api.openai.com/v1",
                              "rules": [{"name": "deploy", "project": "Search",
                                         "service_account": "nightly",
                                         "matchers": {"sub": "repo:halden/search:ref:main"}}]}],
      "logins": [{"user": "ada@halden.example", "at": "-3h"}],
      "usage": [{"user": "ada@halden.example", "project": "Search", "key": "notebook",
                 "at": "-2d", "requests": 12, "input": 4000}],
      "admin_key_owner": "ada@halden.example",
      "personal_key_owner": "bo@halden.example"
    }

A user may have every field the API lists. A member with an "id" need not be among the users. The
first owner owns the admin keys unless said. Users are named by e-mail or id, service accounts,
keys, projects and roles by name or id.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tenure.simulator.openai.model import READER

Time = int | str | None
_AGE = re.compile(r"-(\d+)([dhms])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class BadCompanyError(ValueError):
    """The company file cannot be used; the message says where."""


class ProjectRole(msgspec.Struct, forbid_unknown_fields=True):
    role: str = "member"
    name: str = ""
    email: str = ""


class ProjectMember(ProjectRole, forbid_unknown_fields=True):
    """A user by e-mail; with an `id`, somebody who need not be among the users."""

    id: str | None = None
    added_at: Time = None


class CompanyUser(msgspec.Struct, forbid_unknown_fields=True):
    email: str | None
    name: str | None = None
    role: str | None = READER
    added_at: Time = "-365d"
    id: str | None = None
    is_default: bool = False
    is_service_account: bool = False
    is_scim_managed: bool = False
    api_key_last_used_at: Time = None
    technical_level: str | None = None
    developer_persona: str | None = None


class CompanyInvite(msgspec.Struct, forbid_unknown_fields=True):
    email: str
    role: str = READER
    status: str = "pending"
    created_at: Time = "-1d"
    expires_at: Time = None
    accepted_at: Time = None
    id: str | None = None
    projects: list[ProjectRole] = []


class CompanyRole(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    permissions: list[str] = []
    description: str | None = None


class CompanyServiceAccount(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    role: str = "member"
    created_at: Time = "-180d"


class CompanyKey(msgspec.Struct, forbid_unknown_fields=True):
    """A key of a project, or of the organization's administration."""

    owner: str
    name: str = "Key"
    created_at: Time = "-90d"
    expires_at: Time = None
    last_used_at: Time = None
    scopes: list[str] | None = None


class CompanyRule(msgspec.Struct, forbid_unknown_fields=True):
    """Which tokens act as a service account; `scopes` where they may do less than it may."""

    project: str
    service_account: str
    matchers: dict[str, str | bool | int | float]
    name: str | None = None
    scopes: list[str] | None = None
    enabled: bool = True
    created_at: Time = "-60d"


class CompanyIdentityProvider(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    issuer: str
    audience: str
    description: str | None = None
    enabled: bool = True
    created_at: Time = "-100d"
    rules: list[CompanyRule] = []


class CompanyGroup(msgspec.Struct, forbid_unknown_fields=True):
    """Roles by name; `projects` says with which role of the project it gets in."""

    name: str
    id: str | None = None
    created_at: Time = "-200d"
    is_scim_managed: bool = False
    members: list[str] = []
    roles: list[str] = []
    projects: list[ProjectRole] = []


class CompanyLogin(msgspec.Struct, forbid_unknown_fields=True):
    user: str
    at: Time = "-0s"
    failed: bool = False


class CompanyUsage(msgspec.Struct, forbid_unknown_fields=True):
    """`kind` is the last part of the usage endpoint's path."""

    at: Time = "-0s"
    kind: str = "completions"
    user: str | None = None
    project: str | None = None
    key: str | None = None
    model: str = "gpt-6-mini"
    requests: int = 1
    input: int = 1000
    output: int = 200


class CompanyProject(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    created_at: Time = "-365d"
    archived: bool = False
    archived_at: Time = None
    id: str | None = None
    members: list[ProjectMember] = []
    roles: list[CompanyRole] = []
    service_accounts: list[CompanyServiceAccount] = []
    keys: list[CompanyKey] = []


class CompanyFile(msgspec.Struct, forbid_unknown_fields=True):
    organization_id: str | None = None
    users: list[CompanyUser] = []
    invites: list[CompanyInvite] = []
    projects: list[CompanyProject] = []
    roles: list[CompanyRole] = []
    groups: list[CompanyGroup] = []
    admin_keys: list[CompanyKey] = []
    identity_providers: list[CompanyIdentityProvider] = []
    logins: list[CompanyLogin] = []
    usage: list[CompanyUsage] = []
    admin_key_owner: str | None = None
    personal_key_owner: str | None = None


def read_company(path: Path) -> CompanyFile:
    """A company file, checked."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=CompanyFile)
    except (OSError, msgspec.DecodeError) as error:
        raise BadCompanyError(f"The company file cannot be used: {error}.") from error


def instant(time: Time, now: int) -> int | None:
    """Seconds since 1970; an age counts back from `now`."""
    if time is None or isinstance(time, int):
        return time
    if age := _AGE.fullmatch(time):
        return now - int(age[1]) * _SECONDS[age[2]]
    try:
        parsed = datetime.fromisoformat(time)
    except ValueError:
        raise BadCompanyError(f"{time} is no time: give a number, an instant or an age.") from None
    return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())
