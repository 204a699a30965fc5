"""The contract's anomalies, put on a simulated OpenAI organization.

with openai_stage() as stage:
    stage.arrange(anomaly)
    connector = stage.connector()      or a connection of your own, made with stage.credentials
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import openai
from msgspec import structs

from tenure.connectors.base import Collection, Connector, Credentials, Pacer
from tenure.connectors.contract.anomalies import Anomaly
from tenure.connectors.openai.connector import OpenAIConnector
from tenure.connectors.openai.patience import Patience
from tenure.simulator.openai.running import RunningSimulator, running_simulator

# The connector's own numbers; only the pauses are short, and what the provider asks for is kept.
BRISK = Patience(first=0.001, longest=0.002, refill=0.01)
IMPATIENT = Patience(attempts=2, first=0.001, longest=0.002, silence=0.6, answer=0.6)
PROJECT, ARCHIVED_LATER = "proj_0001", "proj_0002"

# By the anomaly's name. `#2` is the second page of a switch of pages, else the second request.
SWITCHES: dict[str, dict[str, str]] = {
    "nothing odd": {},
    "empty page": {"page_empty_more": "on@users#2"},
    "short pages": {"page_short": "on@users"},
    "cursor of its own": {"page_wrong_last_id": "on@users"},
    "record twice": {"page_duplicate": "on@users#2"},
    "record deleted": {"page_deleted": "on@users#2x1"},
    "record inserted": {"page_inserted": "on@users#2x1"},
    "page left out": {"page_skipped": "on@users#1"},
    "half missing": {"users_lost": "0.5"},
    "everyone missing": {"users_empty": "on"},
    "repeated cursor": {"page_repeated_cursor": "on@users#2"},
    "circle": {"page_circle": "on@users#3"},
    "no cursor": {"page_null_cursor": "on@users#2"},
    "no word of more": {"page_no_has_more": "on@users#2"},
    "no data": {"page_no_data": "on@users#2"},
    "data is an object": {"page_odd_data": "object@users#2"},
    "data is null": {"page_odd_data": "null@users#2"},
    "cursor gone, 400": {"page_deleted": "on@users#2x1", "cursor_gone": "400"},
    "cursor gone, 404": {"page_deleted": "on@users#2x1", "cursor_gone": "404"},
    "place forgotten, 400": {"cursor_gone": "400"},
    "place forgotten, 404": {"cursor_gone": "404"},
    "null e-mail": {"email_null": "on"},
    "null name": {"name_null": "on"},
    "null role": {"role_null": "on"},
    "unknown role": {"unknown_role": "on"},
    "extra fields": {"extra_fields": "on"},
    "missing fields": {"missing_fields": "on"},
    "missing id": {"missing_id": "0.1@users"},
    "id is a number": {"page_odd_item": "id_number@users#2"},
    "role is an object": {"page_odd_item": "role_object@users#2"},
    "time in words": {"page_odd_item": "time_text@users#2"},
    "absurd time": {"page_odd_item": "time_absurd@users#2"},
    "record is text": {"page_odd_item": "text@users#2"},
    "record is a number": {"page_odd_item": "number@users#2"},
    "record is null": {"page_odd_item": "null@users#2"},
    "missing scope, 403": {"missing_scope": "users"},
    "missing scope, 401": {"missing_scope": "users", "missing_scope_status": "401"},
    "missing scope, flat": {"missing_scope": "users", "error_body": "flat"},
    "missing scope, text": {"missing_scope": "users", "error_body": "string"},
    "false refusal once": {"false_401": "on@users#2"},
    "key revoked": {"revoked": "admin"},
    "not offered": {"not_found": "on@users"},
    "lost on the way": {"not_found": "on@users#2x99"},
    "parent archived": {},
    "parent deleted": {"not_found": f"on@/v1/organization/projects/{ARCHIVED_LATER}/*"},
    "too many requests once": {"rate_limited": "retry_after@users#2"},
    "too many requests, no time": {"rate_limited": "plain@users#2"},
    "too many requests, an hour": {"rate_limited": "absurd@users#2x99"},
    "too many requests always": {"rate_limited": "plain@users#2x99"},
    "quota spent": {"rate_limited": "insufficient_quota@users#2x99"},
    "fault once": {"server_error": "on@users#2"},
    "faults always": {"server_error": "on@users#2x99"},
    "overloaded once": {"overloaded": "on@users#2"},
    "gateway page once": {"broken_body": "html@users#2"},
    "gateway page always": {"broken_body": "html@users#2x99"},
    "web page, status 200": {"broken_body": "html_200@users#2x99"},
    "empty answers": {"broken_body": "empty@users#2x99"},
    "answer cut once": {"broken_body": "truncated@users#2"},
    "answers cut": {"broken_body": "truncated@users#2x99"},
    "reset once": {"reset": "on@users#2"},
    "resets": {"reset": "on@users#2x99"},
    "page lost": {"timeout": "on@users#2x99"},
    "slow drip": {"slow_drip": "4@users#2x99"},
}


class OpenAIStage:
    """An organization of 250 users, three invites and two projects."""

    struck = Collection(kind="users")
    child = Collection(kind="project_users", parent_id=ARCHIVED_LATER)
    others = (
        Collection(kind="invites"),
        Collection(kind="projects"),
        Collection(kind="project_users", parent_id=PROJECT),
    )

    def __init__(self, simulator: RunningSimulator) -> None:
        self.simulator = simulator
        self.credentials = Credentials(
            organization_id=simulator.organization_id,
            api_key=simulator.admin_key,
            base_url=simulator.url,
        )
        self.secrets = [simulator.admin_key]
        self._patience = BRISK

    def arrange(self, anomaly: Anomaly | None) -> None:
        self.simulator.reset()
        self._patience = IMPATIENT if anomaly and anomaly.is_slow else BRISK
        if anomaly is None:
            return
        if anomaly.strikes == "resuming":
            self.simulator.remove_user(self.truth(self.struck)[99])
        if anomaly.name == "parent archived":
            with self._as_an_owner() as api:
                api.admin.organization.projects.archive(ARCHIVED_LATER)
        if switches := SWITCHES[anomaly.name]:
            self.simulator.faults(**switches)

    def calm(self) -> None:
        self.simulator.clear_faults()
        self._patience = BRISK

    def truth(self, collection: Collection) -> Sequence[str]:
        if collection.kind == "users":
            return [user["id"] for user in self.simulator.users()]
        if collection.kind == "invites":
            return [invite["id"] for invite in self.simulator.invites()]
        if collection.kind == "projects":
            return [project["id"] for project in COMPANY["projects"]]
        return [user["id"] for user in COMPANY["users"][:5]]

    def asked(self, collection: Collection) -> int:
        below = f"projects/{collection.parent_id}/users" if collection.parent_id else "users"
        path = f"{urlsplit(self.simulator.url).path}/organization/{below}"
        return sum(request["path"] == path for request in self.simulator.requests())

    def connector(self, *, pacer: Pacer | None = None) -> Connector:
        return OpenAIConnector(
            structs.replace(self.credentials),
            allow_hosts=["127.0.0.1"],
            pacer=pacer,
            patience=self._patience,
        )

    def _as_an_owner(self) -> openai.OpenAI:
        return openai.OpenAI(
            admin_api_key=self.simulator.admin_key, base_url=self.simulator.url, max_retries=0
        )


def _company() -> dict[str, list[dict[str, object]]]:
    users = [
        {
            "id": f"user-{number:04}",
            "email": f"u{number}@halden.example",
            "name": f"User {number}",
            "role": "owner" if number == 1 else "reader",
        }
        for number in range(1, 251)
    ]
    members = [{"email": user["email"], "role": "member"} for user in users[:5]]
    return {
        "users": users,
        "invites": [
            {"id": f"invite-{number}", "email": f"new{number}@halden.example"}
            for number in range(1, 4)
        ],
        "projects": [
            {"id": project, "name": project, "members": members}
            for project in (PROJECT, ARCHIVED_LATER)
        ],
    }


COMPANY = _company()


@contextlib.contextmanager
def openai_stage() -> Iterator[OpenAIStage]:
    """A stage of its own, with a simulator on a free port, until the block ends."""
    with running_simulator(company=COMPANY) as simulator:
        yield OpenAIStage(simulator)
