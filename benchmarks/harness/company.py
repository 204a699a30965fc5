"""An invented organization behind the simulator, in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

PAGE = 100
_BARE = {"groups": 0, "keys": 0, "service_accounts": 0, "admin_keys": 0, "days": 0}
_LISTS = re.compile(
    r"/v1/(?:organization/)?(?:(?P<parent>project|group)s/[^/]+/)?(?P<list>[a-z_]+)(?:/[a-z_]+)?"
)


@dataclass(frozen=True)
class Size:
    """How large the invented organization is."""

    users: int
    projects: int
    members: int


class Company:
    """A simulator that serves one organization of this size until the stack is closed.

    `more` is how many of other things it has: groups, keys, service_accounts, days of usage.
    """

    def __init__(
        self,
        size: Size,
        stack: ExitStack,
        *,
        seed: str = "bench",
        latency_ms: float = 0,
        **more: int,
    ) -> None:
        self.size = size
        self._churned = 0
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [
                *(sys.executable, "-m", "tenure", "simulator", "--port=0", "--rpm=off"),
                *(f"--seed={seed}", f"--latency-ms={latency_ms}", f"--users={size.users}"),
                *(f"--projects={size.projects}", f"--members={size.members}"),
                *(f"--{name.replace('_', '-')}={n}" for name, n in ({**_BARE, **more}).items()),
            ],
            stdout=subprocess.PIPE,
        )
        stack.callback(process.wait)
        stack.callback(process.terminate)
        ready = json.loads(process.stdout.readline())
        self.url, self.key = ready["url"], ready["admin_key"]
        self.organization_id, self._control_url = ready["organization_id"], ready["control_url"]

    def address(self) -> dict[str, str]:
        """What another process needs to read from it."""
        return {"url": self.url, "key": self.key, "organization_id": self.organization_id}

    def forget_requests(self) -> None:
        self._control("DELETE", "/requests")

    def requests(self) -> list[dict[str, Any]]:
        """What was asked since the log was last forgotten."""
        return self._control("GET", "/requests")["requests"]

    def users(self) -> list[dict[str, Any]]:
        """Everybody, as the organization has them."""
        return self._control("GET", "/users")["users"]

    def churn(self, count: int) -> None:
        """A third of so many accounts is added, a third renamed and a third removed."""
        self._churned += 1
        readers = [u for u in self.users() if u["role"] == "reader"]
        third = max(1, count // 3)
        for number, user in enumerate(readers[:third]):
            address = f"new{self._churned}.{number}@halden.example"
            self._control("POST", "/users", {"email": address})
            self._control("POST", f"/users/{user['id']}", {"name": f"Renamed {self._churned}"})
        for user in readers[third : 2 * third]:
            self._control("DELETE", f"/users/{user['id']}")

    def _control(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._control_url + path, data=data, method=method)  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
            return json.load(answer)


def lists_of(asked: list[dict[str, Any]]) -> list[str]:
    """The lists that were read, each by the address of its first page."""
    firsts = {f"{one['path']}?{one['query']}" for one in asked if "after=" not in one["query"]}
    return sorted(firsts)


def kinds_of(asked: list[dict[str, Any]]) -> Counter[str]:
    """Requests by kind of list: users, invites, projects, project_users, …"""
    kinds: Counter[str] = Counter()
    for request in asked:
        found = _LISTS.fullmatch(request["path"])
        kinds["_".join(filter(None, found.groups())) if found else request["path"]] += 1
    return kinds


def longest_chain(needed: dict[str, int]) -> int:
    """The most pages of which each can be asked for only when the one before is here.

    A list follows its own cursors; a list of a project also waits for the page that names the
    project, which may be the last.
    """
    projects = sum(n for one, n in needed.items() if one.startswith("/v1/organization/projects?"))
    return max((projects if "/projects/" in one else 0) + pages for one, pages in needed.items())
