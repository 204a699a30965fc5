"""The control endpoints for groups, roles, keys and activity as methods; `running.py` has the rest.

`by` in any of them is the e-mail or id of the user who is to have done it.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import quote, urlsplit


class SimulatorRefusedError(RuntimeError):
    """The control endpoint refused; the message is its own."""


class Levers:
    """What can be done to an organization from outside."""

    control_url: str

    def history(self, *, at: float | None = None) -> list[dict[str, Any]]:
        """The truth: every interval (fact, begin, end, begun_by, ended_by); `at` one instant,
        those that cover it."""
        path = "/history" if at is None else f"/history?at={at}"
        intervals: list[dict[str, Any]] = self.control("GET", path)["history"]
        return intervals

    def groups(self) -> list[dict[str, Any]]:
        """Every group with its `members` and the ids of its `roles` in the organization."""
        groups: list[dict[str, Any]] = self.control("GET", "/groups")["groups"]
        return groups

    def add_group(self, name: str, **fields: object) -> dict[str, Any]:
        """Add a group: `members=[e-mail]`, `roles=[name]`, `projects=[{"name", "role"}]`,
        `is_scim_managed`."""
        return self.control("POST", "/groups", {"name": name, **fields})

    def change_group(self, which: str, **fields: object) -> dict[str, Any]:
        """Another `name`, or whether it `is_scim_managed`."""
        return self.control("POST", place("groups", which), fields)

    def remove_group(self, which: str, **fields: object) -> None:
        self.control("DELETE", place("groups", which), fields)

    def add_to_group(self, which: str, who: str, **fields: object) -> None:
        self.control("POST", place("groups", which, "members", who), fields)

    def remove_from_group(self, which: str, who: str, **fields: object) -> None:
        self.control("DELETE", place("groups", which, "members", who), fields)

    def remove_project_group(self, which: str, group: str, **fields: object) -> None:
        """Take away a group's access to a project; `assign` gives it."""
        self.control("DELETE", place("projects", which, "groups", group), fields)

    def roles(self, *, project: str = "") -> list[dict[str, Any]]:
        """The organization's roles, or a project's."""
        path = f"/roles?project={quote(project, safe='')}" if project else "/roles"
        roles: list[dict[str, Any]] = self.control("GET", path)["roles"]
        return roles

    def add_role(self, name: str, **fields: object) -> dict[str, Any]:
        """A custom role: `permissions=[...]`, `description`, `project` for one of a project."""
        return self.control("POST", "/roles", {"name": name, **fields})

    def change_role(self, which: str, **fields: object) -> dict[str, Any]:
        """Another `name`, `description` or `permissions` of a custom role; `project` for one of a
        project."""
        return self.control("POST", place("roles", which), fields)

    def remove_role(self, which: str, **fields: object) -> None:
        """Delete a custom role; `project` for one of a project."""
        self.control("DELETE", place("roles", which), fields)

    def assign(self, role: str, to: str, **fields: object) -> None:
        """Give a role to a user, group or service account; in a `project`, if one is named."""
        self.control("POST", "/assignments", {"role": role, "to": to, **fields})

    def unassign(self, role: str, to: str, **fields: object) -> None:
        self.control("DELETE", "/assignments", {"role": role, "to": to, **fields})

    def service_accounts(self, which: str) -> list[dict[str, Any]]:
        """Those of a project."""
        path = place("projects", which, "service_accounts")
        accounts: list[dict[str, Any]] = self.control("GET", path)["service_accounts"]
        return accounts

    def add_service_account(self, which: str, name: str, **fields: object) -> dict[str, Any]:
        """Add one to a project: `role`, `created_at`."""
        path = place("projects", which, "service_accounts")
        return self.control("POST", path, {"name": name, **fields})

    def change_service_account(self, which: str, name: str, **fields: object) -> dict[str, Any]:
        """Another `name` or `role`."""
        return self.control("POST", place("projects", which, "service_accounts", name), fields)

    def remove_service_account(self, which: str, name: str, **fields: object) -> None:
        self.control("DELETE", place("projects", which, "service_accounts", name), fields)

    def project_keys(self, which: str) -> list[dict[str, Any]]:
        """Every key of a project, whoever owns it."""
        keys: list[dict[str, Any]] = self.control("GET", place("projects", which, "keys"))["keys"]
        return keys

    def add_project_key(self, which: str, owner: str, **fields: object) -> dict[str, Any]:
        """Make a key of a user or service account: `name`, `created_at`, `expires_at`,
        `last_used_at`, `scopes`; returns its id and value."""
        return self.control("POST", place("projects", which, "keys"), {"owner": owner, **fields})

    def change_project_key(self, which: str, key: str, **fields: object) -> dict[str, Any]:
        """Another `name`, `owner`, `created_at`, `expires_at` or `last_used_at`."""
        return self.control("POST", place("projects", which, "keys", key), fields)

    def remove_project_key(self, which: str, key: str, **fields: object) -> None:
        self.control("DELETE", place("projects", which, "keys", key), fields)

    def admin_keys(self) -> list[dict[str, Any]]:
        keys: list[dict[str, Any]] = self.control("GET", "/admin_keys")["admin_keys"]
        return keys

    def add_admin_key(self, owner: str, **fields: object) -> dict[str, Any]:
        """Make an admin key: `name`, `created_at`, `expires_in`, `last_used_at`; returns its id
        and value."""
        return self.control("POST", "/keys", {"kind": "admin", "owner": owner, **fields})

    def change_admin_key(self, key_id: str, **fields: object) -> dict[str, Any]:
        """Another `name`, `owner`, `created_at`, `expires_at` or `last_used_at`."""
        return self.control("POST", place("admin_keys", key_id), fields)

    def remove_admin_key(self, key_id: str, **fields: object) -> None:
        self.control("DELETE", place("admin_keys", key_id), fields)

    def identity_providers(self) -> list[dict[str, Any]]:
        """Every provider of workload identities with its `rules`."""
        found: list[dict[str, Any]]
        found = self.control("GET", "/identity_providers")["identity_providers"]
        return found

    def add_identity_provider(self, name: str, **fields: object) -> dict[str, Any]:
        """Believe the tokens of one: `issuer`, `audience`, `enabled`, `rules`."""
        return self.control("POST", "/identity_providers", {"name": name, **fields})

    def change_identity_provider(self, which: str, **fields: object) -> dict[str, Any]:
        return self.control("POST", place("identity_providers", which), fields)

    def remove_identity_provider(self, which: str, **fields: object) -> None:
        self.control("DELETE", place("identity_providers", which), fields)

    def add_federation_rule(self, which: str, **fields: object) -> dict[str, Any]:
        """Let in who holds a token that matches: `project`, `service_account`, `matchers`,
        `name`, `scopes`, `enabled`."""
        return self.control("POST", place("identity_providers", which, "rules"), fields)

    def change_federation_rule(self, which: str, rule: str, **fields: object) -> dict[str, Any]:
        """Another `name`, `enabled`, `attribute_matchers` or `permissions`."""
        return self.control("POST", place("identity_providers", which, "rules", rule), fields)

    def remove_federation_rule(self, which: str, rule: str, **fields: object) -> None:
        self.control("DELETE", place("identity_providers", which, "rules", rule), fields)

    def enable_scim(self, *, every: float = 2_100) -> None:
        """A directory takes over the users and groups marked `is_scim_managed`, and comes round
        every so many seconds of the organization's clock."""
        self.control("POST", "/scim", {"every": every})

    def disable_scim(self) -> None:
        self.control("DELETE", "/scim")

    def list_in_directory(self, who: str, **fields: object) -> dict[str, Any]:
        """What the directory has of who has this address: `email`, `name`, `groups`, `gone`."""
        return self.control("POST", place("scim", "people", who), fields)

    def sync_directory(self) -> None:
        """The directory comes round now."""
        self.control("POST", "/scim/sync")

    def log_in(self, user: str, **fields: object) -> None:
        """The user logs in; `at` a time, `failed=True` in vain."""
        self.control("POST", "/logins", {"user": user, **fields})

    def add_usage(self, **fields: object) -> dict[str, Any]:
        """Usage: `kind` (completions), `at`, `user`, `project`, `key`, `model`, `requests`,
        `input`, `output`."""
        return self.control("POST", "/usage", fields)

    def add_event(self, event_type: str, **fields: object) -> dict[str, Any]:
        """Add an audit event (actor, detail, at)."""
        return self.control("POST", "/events", {"type": event_type, **fields})

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """One request to a control endpoint."""
        parts = urlsplit(self.control_url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, parts.path + path, sent)
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise SimulatorRefusedError(answer["error"]["message"])
        return answer


def place(*parts: str) -> str:
    """A path whose parts are names of strangers."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)
