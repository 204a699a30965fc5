"""One request on its way through the simulator, and the answer it gets."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import msgspec

from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.model import Credential, Event
from tenure.simulator.openai.organization import Organization


@dataclass(slots=True)
class Reply:
    """Status, body and headers of an answer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """What an endpoint gets to see of a request."""

    organization: Organization
    faults: Faults
    method: str
    path: str
    collection: str
    raw_query: str
    query: dict[str, list[str]]
    params: Mapping[str, Any]
    raw_body: bytes
    request_id: str
    credential: Credential | None = None
    did_nothing: bool = False

    def one(self, name: str) -> str | None:
        """The query parameter, or None; of several the last counts."""
        values = self.query.get(name)
        return values[-1] if values else None

    def many(self, name: str) -> list[str]:
        """An array parameter in both spellings: `name=a` and `name[]=a`."""
        return [*self.query.get(name, ()), *self.query.get(f"{name}[]", ())]

    def flag(self, name: str) -> bool:
        return (self.one(name) or "").lower() == "true"

    def body(self) -> dict[str, Any]:
        """The JSON object sent, or a refusal."""
        try:
            return msgspec.json.decode(self.raw_body or b"{}", type=dict[str, Any])
        except msgspec.DecodeError:
            raise ApiError(400, "We could not parse the JSON body of your request.") from None

    def text(self, name: str) -> str:
        """A required string of the body."""
        value = self.body().get(name)
        if not isinstance(value, str) or not value:
            message = f"Missing required parameter: '{name}'."
            raise ApiError(400, message, param=name, code="missing_required_parameter")
        return value

    def optional_text(self, name: str) -> str | None:
        """A string of the body, or None; anything else is refused."""
        value = self.body().get(name)
        if value is None or isinstance(value, str):
            return value
        message = f"Invalid type for '{name}': expected a string."
        raise ApiError(400, message, param=name, code="invalid_type")

    def target(self, endpoint: Endpoint) -> str:
        """The id of the one thing that is read or changed; empty for a list."""
        if self.method == "GET" and not endpoint.path.endswith("}"):
            return ""
        with contextlib.suppress(ApiError):
            body = self.body()
            if named := body.get("user_id") or (not self.params and body.get("email")):
                return str(named)
        return str(next(reversed(list(self.params.values())), ""))

    def actor(self) -> Event | None:
        """Who did it, as the audit log tells."""
        if self.credential is None:
            return None
        owner = self.organization.users.get(self.credential.owner_id)
        kind = "service_account" if owner and owner.is_service_account else "user"
        whose: dict[str, str] = {"id": self.credential.owner_id}
        if kind == "user":
            whose["email"] = (owner and owner.email) or ""
        key = {"id": self.credential.id, "type": kind, kind: whose}
        return {"type": "api_key", "api_key": key}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method and path of the API; `scope` is what a key needs to use it."""

    method: str
    path: str
    collection: str
    handle: Callable[[Call], Reply]
    scope: str = "api.management"
    creates: bool = False

    def needed_scope(self) -> str:
        return f"{self.scope}.{'read' if self.method == 'GET' else 'write'}"


def parse_query(raw: str) -> dict[str, list[str]]:
    return parse_qs(raw, keep_blank_values=True) if raw else {}


def json_reply(value: object) -> Reply:
    return Reply(200, msgspec.json.encode(value))
