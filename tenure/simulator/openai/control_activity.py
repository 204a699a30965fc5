"""The control endpoints for what people do: logins, usage, and audit events of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from tenure.simulator.openai.company_file import CompanyLogin, CompanyUsage, instant
from tenure.simulator.openai.finding import find_user
from tenure.simulator.openai.furnishing_access import add_usage
from tenure.simulator.openai.sessions import record_login, session_of
from tenure.simulator.openai.simulator import Simulator

Body = dict[str, Any]


def _events(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"events": simulator.organization.events}


def _add_event(simulator: Simulator, _request: Request, body: Body) -> object:
    """Body: {"type", "actor": {...}, "detail": {...}, "at"}; at a time before, it comes late."""
    organization, actor = simulator.organization, body.get("actor")
    at = instant(body.get("at"), organization.now())
    organization.record(body["type"], actor, at=at, **body.get("detail", {}))
    return organization.events[-1] if organization.events else {}


def _log_in(simulator: Simulator, _request: Request, body: Body) -> object:
    """Body: {"user", "at", "failed"}."""
    organization = simulator.organization
    login = msgspec.convert(body, CompanyLogin)
    user = find_user(organization, login.user)
    at = instant(login.at, organization.now())
    record_login(organization, session_of(organization, user), at=at, failed=login.failed)
    return {"user": user.id, "at": at}


def _usage(simulator: Simulator, _request: Request, _body: Body) -> object:
    usage = simulator.organization.usage
    return {
        "usage": {kind: [u for of in days.values() for u in of] for kind, days in usage.items()}
    }


def _add_usage(simulator: Simulator, _request: Request, body: Body) -> object:
    """Body: {"kind", "at", "user", "project", "key", "model", "requests", "input", "output"}."""
    return add_usage(simulator.organization, msgspec.convert(body, CompanyUsage))


ACTIVITY_VERBS: Mapping[str, Mapping[str, Callable[[Simulator, Request, Body], object]]] = {
    "/events": {"GET": _events, "POST": _add_event},
    "/logins": {"POST": _log_in},
    "/usage": {"GET": _usage, "POST": _add_usage},
}
