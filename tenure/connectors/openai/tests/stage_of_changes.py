"""The cases of the contract's changing half, on a simulated OpenAI organization.

The target is a member of a project, so that its place can be gone, too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tenure.connectors.base import Credentials
from tenure.connectors.changing import Identity, Target
from tenure.connectors.openai.connector import OpenAIConnector
from tenure.connectors.openai.patience import Patience
from tenure.simulator.openai.running import RunningSimulator, running_simulator

PROJECT, MEMBER = "proj_0001", "user-0010"
IMPATIENT = Patience(silence=0.4, answer=0.4)

SWITCHES: dict[str, dict[str, str]] = {
    "done": {},
    "gone before": {},
    "refused": {"bad_request": "on"},
    "no scope": {"missing_scope": "project_users", "missing_scope_status": "401"},
    "conflict": {"conflict": "on"},
    "too many requests": {"rate_limited": "retry_after"},
    "fault": {"server_error": "on"},
    "never answered": {"timeout": "on"},
    "done, fault": {"commit_then": "500"},
    "done, no answer": {"commit_then": "timeout"},
    "done, broken off": {"commit_then": "reset"},
    "done, cut": {"broken_body": "truncated"},
    "done, web page": {"broken_body": "html"},
    "done, page that is well": {"broken_body": "html_200"},
    "cut": {"broken_body": "truncated"},
    "web page": {"error_body": "html", "broken_body": "html"},
    "page that is well": {"broken_body": "html_200"},
    "parent gone": {},
    "no cursor": {"page_null_cursor": "on@project_users#1"},
    "circle": {"page_circle": "on@project_users#2"},
    "no word of more": {"page_no_has_more": "on@project_users"},
    "unreadable record": {"missing_id": "0.2@project_users"},
    "list lags": {"list_lag": "60"},
    "read lags": {"read_lag": "60"},
    "another": {"other_id": "on"},
    "roles without organization": {"role_ids": "bare"},
}


class OpenAIChangeStage:
    target = Target(kind="project_member", id=MEMBER, parent_id=PROJECT)
    identity = Identity(email="u10@halden.example", name="User 10", role="member")

    def __init__(self, simulator: RunningSimulator) -> None:
        self.simulator = simulator
        self.organization_id = simulator.organization_id
        self.secrets = (simulator.admin_key,)

    def arrange(self, case: str) -> None:
        self.simulator.reset()
        if case == "gone before":
            self.simulator.remove_member(PROJECT, MEMBER)
        if case == "parent gone":
            self.simulator.change_project(PROJECT, archived=True)
        self.simulator.faults(**SWITCHES[case])

    def is_there(self) -> bool:
        (project,) = (p for p in self.simulator.projects() if p["id"] == PROJECT)
        return MEMBER in {member["id"] for member in project["members"]}

    def asked(self) -> int:
        return len(self.simulator.requests())

    def connector(self) -> OpenAIConnector:
        credentials = Credentials(
            organization_id=self.simulator.organization_id,
            api_key=self.simulator.admin_key,
            base_url=self.simulator.url,
        )
        return OpenAIConnector(credentials, allow_hosts=["127.0.0.1"], patience=IMPATIENT)


def _company() -> dict[str, list[dict[str, object]]]:
    users = [
        {
            "id": f"user-{number:04}",
            "email": f"u{number}@halden.example",
            "name": f"User {number}",
            "role": "owner" if number == 1 else "reader",
        }
        for number in range(1, 151)
    ]
    members = [{"email": user["email"], "role": "member"} for user in users[1:]]
    # More than a page of them, for whoever looks for an address.
    invites = [{"email": f"i{number}@halden.example"} for number in range(150)]
    projects = [{"id": PROJECT, "name": "Optics", "members": members}]
    return {"users": users, "invites": invites, "projects": projects}


@contextlib.contextmanager
def change_stage() -> Iterator[OpenAIChangeStage]:
    """A stage of its own, with a simulator on a free port, until the block ends."""
    with running_simulator(company=_company()) as simulator:
        yield OpenAIChangeStage(simulator)
