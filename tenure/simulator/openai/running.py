"""A simulator on a free loopback port for the length of a `with`: what tests use.

with running_simulator(users=250) as openai:
    client = OpenAI(admin_api_key=openai.admin_key, base_url=openai.url, max_retries=0)
    openai.faults(server_error="on@users#2")
    openai.remove_user("ada.okafor@halden.example")
    assert openai.requests()[-1]["status"] == 500
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from tenure.simulator.openai.company import Company
from tenure.simulator.openai.company_file import CompanyFile
from tenure.simulator.openai.levers import Levers, place
from tenure.simulator.openai.serving import ready_line, reserved_port, serve
from tenure.simulator.openai.simulator import Options, Simulator

HOST = "127.0.0.1"
READY_WITHIN_S = 10.0


@dataclass(frozen=True, kw_only=True)
class RunningSimulator(Levers):
    """Address and keys of a running simulator, and its control endpoints as methods.

    Whatever changes something takes `by`, the e-mail or id of the user who is to have done it in
    the provider's console; else it was the first owner.
    """

    url: str
    control_url: str
    organization_id: str
    admin_key: str
    read_only_key: str
    personal_key: str
    project_key: str

    def faults(self, **switches: object) -> None:
        """Set switches: `faults(server_error="on@users#2", users_lost=0.3)`."""
        self.control("POST", "/faults", {n: _spelled(v) for n, v in switches.items()})

    def clear_faults(self, name: str = "") -> None:
        """Put one switch, or all, back to the default."""
        self.control("DELETE", f"/faults?name={name}" if name else "/faults")

    def requests(self, *, about: str = "") -> list[dict[str, Any]]:
        """Every request to the API so far: ts, method, path, query, status, key kind, outcome,
        target; or those `about` the thing with this id and the lists it would be in."""
        path = f"/requests?about={quote(about, safe='')}" if about else "/requests"
        entries: list[dict[str, Any]] = self.control("GET", path)["requests"]
        return entries

    def changes(self) -> list[dict[str, Any]]:
        """Every request to change something, each a `request` with what it did (`outcome`), and
        the `reads` of the same thing by its id since the change before."""
        changes: list[dict[str, Any]] = self.control("GET", "/changes")["changes"]
        return changes

    def forget_requests(self) -> None:
        self.control("DELETE", "/requests")

    def state(self) -> dict[str, Any]:
        """Counts, organization id, clock and faults."""
        return self.control("GET", "/state")

    def users(self) -> list[dict[str, Any]]:
        """Every user as the organization has them, whatever the faults."""
        users: list[dict[str, Any]] = self.control("GET", "/users")["users"]
        return users

    def add_user(self, email: str | None, **fields: object) -> dict[str, Any]:
        """Add a user (fields of the API; times also as ages like "-30d"); returns the user."""
        return self.control("POST", "/users", {"email": email, **fields})

    def change_user(self, who: str, **fields: object) -> dict[str, Any]:
        """Change fields of the user with this e-mail or id."""
        return self.control("POST", f"/users/{quote(who, safe='')}", fields)

    def remove_user(self, who: str, **fields: object) -> None:
        """Remove the user with this e-mail or id, as if in the provider's console."""
        self.control("DELETE", f"/users/{quote(who, safe='')}", fields)

    def invites(self) -> list[dict[str, Any]]:
        invites: list[dict[str, Any]] = self.control("GET", "/invites")["invites"]
        return invites

    def add_invite(self, email: str, **fields: object) -> dict[str, Any]:
        """Add an invite; `projects=[{"name": ..., "role": ...}]`."""
        return self.control("POST", "/invites", {"email": email, **fields})

    def remove_invite(self, email: str) -> None:
        self.control("DELETE", f"/invites/{quote(email, safe='')}")

    def accept_invite(self, email: str) -> dict[str, Any]:
        """The invited person signs up; returns the new user."""
        return self.control("POST", f"/invites/{quote(email, safe='')}/accept")

    def projects(self) -> list[dict[str, Any]]:
        """Every project, archived ones too, each with its `members`, whatever the faults."""
        projects: list[dict[str, Any]] = self.control("GET", "/projects")["projects"]
        return projects

    def add_project(self, name: str, **fields: object) -> dict[str, Any]:
        """Add a project; `members=[{"email": ..., "role": ...}]`."""
        return self.control("POST", "/projects", {"name": name, **fields})

    def change_project(self, which: str, **fields: object) -> dict[str, Any]:
        """Give the project with this name or id another `name`, or archive it: `archived=True`."""
        return self.control("POST", f"/projects/{quote(which, safe='')}", fields)

    def put_member(
        self, which: str, who: str, *, role: str = "member", **fields: object
    ) -> dict[str, Any]:
        """Make a user a member of a project with this role, or change their role there."""
        return self.control("POST", _member(which, who), {"role": role, **fields})

    def remove_member(self, which: str, who: str, **fields: object) -> None:
        self.control("DELETE", _member(which, who), fields)

    def add_key(self, kind: str = "admin", **fields: object) -> str:
        """Make a key (kind, owner, scopes, expires_in, name); returns its value."""
        return str(self.control("POST", "/keys", {"kind": kind, **fields})["value"])

    def advance(self, seconds: float) -> None:
        """Move the organization's clock."""
        self.control("POST", "/clock", {"advance": seconds})

    def reset(self) -> None:
        """Everything back to how it started: people, keys, clock, faults, log."""
        self.control("POST", "/reset")


@contextlib.contextmanager
def running_simulator(
    *,
    seed: str = "halden",
    users: int = 25,
    projects: int = 3,
    members: int = 5,
    invites: int = 2,
    service_accounts: int = 0,
    groups: int = 0,
    keys: int = 0,
    admin_keys: int = 0,
    days: int = 0,
    company: dict[str, Any] | None = None,
    starts_at: float | None = None,
    rpm: str = "off",
    latency_ms: float = 0,
    state: Path | None = None,
    request_log: Path | None = None,
    faults: tuple[str, ...] = (),
    port: int = 0,
) -> Iterator[RunningSimulator]:
    """Serve an organization from a thread of this process until the block ends."""
    built = Company(
        seed=seed,
        users=users,
        projects=projects,
        members=members,
        invites=invites,
        service_accounts=service_accounts,
        groups=groups,
        keys=keys,
        admin_keys=admin_keys,
        days=days,
        written=None if company is None else msgspec.convert(company, CompanyFile),
    )
    options = Options(
        company=built,
        starts_at=starts_at,
        rpm=rpm,
        latency_ms=latency_ms,
        state=state,
        request_log=request_log,
        faults=faults,
    )
    with reserved_port(HOST, port) as held, _serving(options, held) as simulator:
        yield RunningSimulator(**ready_line(simulator, host=HOST, port=held))


@contextlib.contextmanager
def _serving(options: Options, port: int) -> Iterator[Simulator]:
    ready, loops, failures = threading.Event(), list[asyncio.AbstractEventLoop](), list[Exception]()
    stop = asyncio.Event()
    simulator = Simulator(options)

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        await serve(simulator, host=HOST, port=port, when_ready=ready.set, until=stop.wait)

    def run() -> None:
        try:
            asyncio.run(main())
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits for us
            failures.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="openai-simulator", daemon=True)
    thread.start()
    try:
        ready.wait(READY_WITHIN_S)
        if failures:
            raise failures[0]
        yield simulator
    finally:
        if thread.is_alive():
            loops[0].call_soon_threadsafe(stop.set)
        thread.join(READY_WITHIN_S)


def _member(which: str, who: str) -> str:
    return place("projects", which, "members", who)


def _spelled(value: object) -> str:
    return (
        {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )
