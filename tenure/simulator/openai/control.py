"""The other side of the simulator, under /_simulator: look, change, break, move time.

Only for callers on this machine, and without a key: nothing real can be reached from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from tenure.simulator.openai import facts
from tenure.simulator.openai.console import console_routes
from tenure.simulator.openai.control_activity import ACTIVITY_VERBS
from tenure.simulator.openai.control_federation import FEDERATION_VERBS
from tenure.simulator.openai.control_groups import GROUP_VERBS
from tenure.simulator.openai.control_keys import KEY_VERBS
from tenure.simulator.openai.control_projects import PROJECT_VERBS
from tenure.simulator.openai.control_scim import SCIM_VERBS
from tenure.simulator.openai.control_users import USER_VERBS
from tenure.simulator.openai.errors import ApiError, body_of
from tenure.simulator.openai.faults import BadFaultError
from tenure.simulator.openai.finding import find_user
from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.sessions import console_of, session_of
from tenure.simulator.openai.simulator import Simulator

PREFIX = "/_simulator"
Body = dict[str, Any]
Verb = Callable[[Simulator, Request, Body], object]
_LOOPBACK = ("127.", "::1", "::ffff:127.")
_OWN_NAMES = {"127.0.0.1", "localhost", "::1"}


def control_routes(simulator: Simulator) -> list[BaseRoute]:
    """The control endpoints of one simulator."""
    verbs: dict[str, Mapping[str, Verb]] = {
        "/state": {"GET": _state},
        "/reset": {"POST": _reset},
        "/faults": {"GET": _faults, "POST": _set_faults, "DELETE": _clear_faults},
        "/clock": {"GET": _clock, "POST": _advance},
        "/changes": {"GET": _changes},
        "/requests": {"GET": _requests, "DELETE": _forget_requests},
        "/history": {"GET": _history},
        **USER_VERBS,
        **PROJECT_VERBS,
        **GROUP_VERBS,
        **KEY_VERBS,
        **FEDERATION_VERBS,
        **ACTIVITY_VERBS,
        **SCIM_VERBS,
    }
    routes = [
        Route(path, _endpoint(simulator, methods), methods=list(methods))
        for path, methods in verbs.items()
    ]
    return [Mount(PREFIX, routes=[*routes, *console_routes()])]


def _endpoint(simulator: Simulator, methods: Mapping[str, Verb]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        if not _is_local(request):
            return Response(status_code=404)
        try:
            simulator.settle()
            body = _decoded(await request.body())
            request.state.actor = _actor(simulator, body.pop("by", None))
            result = methods["GET" if request.method == "HEAD" else request.method](
                simulator, request, body
            )
        except ApiError as error:
            status, content_type, content = body_of(error, "envelope")
            return Response(content, status, media_type=content_type)
        except (BadFaultError, msgspec.ValidationError, ValueError, KeyError) as error:
            status, content_type, content = body_of(ApiError(400, str(error)), "envelope")
            return Response(content, status, media_type=content_type)
        if request.method != "GET":
            simulator.touched()
        return Response(msgspec.json.encode(result), media_type="application/json")

    return answer


def _actor(simulator: Simulator, by: str | None) -> Actor | None:
    """Who is to have done it: the user named, else the first owner, at the provider's console."""
    organization = simulator.organization
    if by is None:
        return console_of(organization)
    return session_of(organization, find_user(organization, by))


def _is_local(request: Request) -> bool:
    """Loopback, and addressed as such: a web page cannot reach it under another name."""
    client = request.client.host if request.client else ""
    return client.startswith(_LOOPBACK) and request.url.hostname in _OWN_NAMES


def _decoded(raw: bytes) -> Body:
    return msgspec.json.decode(raw, type=Body) if raw else {}


def _state(simulator: Simulator, _request: Request, _body: Body) -> object:
    organization = simulator.organization
    return {
        "organization_id": organization.id,
        "seed": organization.seed,
        "now": organization.clock.now(),
        "users": len(organization.users),
        "owners": organization.owners(),
        "invites": len(organization.invites),
        "projects": len(organization.projects),
        "groups": len(organization.groups),
        "service_accounts": sum(len(rows) for rows in organization.service_accounts.values()),
        "project_keys": sum(len(rows) for rows in organization.project_keys.values()),
        "admin_keys": len(organization.admin_keys),
        "events": len(organization.events),
        "faults": simulator.faults.active(),
    }


def _reset(simulator: Simulator, request: Request, body: Body) -> object:
    simulator.reset()
    return _state(simulator, request, body)


def _faults(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"faults": simulator.faults.active()}


def _set_faults(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"server_error": "on@users#2", ...}."""
    for name, value in body.items():
        simulator.set_fault(f"{name}={value}")
    return _faults(simulator, request, body)


def _clear_faults(simulator: Simulator, request: Request, body: Body) -> object:
    simulator.faults.clear(request.query_params.get("name"))
    return _faults(simulator, request, body)


def _clock(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"now": simulator.clock.now(), "offset": simulator.clock.offset}


def _advance(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"advance": seconds}."""
    simulator.clock.advance(float(body["advance"]))
    return _clock(simulator, request, body)


def _requests(simulator: Simulator, request: Request, _body: Body) -> object:
    """All, or with `about` those that concern the thing with this id."""
    about = request.query_params.get("about")
    log = simulator.log
    return {"requests": log.entries() if about is None else log.about(about)}


def _changes(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"changes": list(simulator.log.changes())}


def _forget_requests(simulator: Simulator, _request: Request, _body: Body) -> object:
    simulator.log.clear()
    return {"requests": []}


def _history(simulator: Simulator, request: Request, _body: Body) -> object:
    """Every interval, or with `at` what was so at that instant."""
    organization, at = simulator.organization, request.query_params.get("at")
    intervals = organization.history.with_current(facts.current(organization))
    if at is not None:
        return {"history": [one for one in intervals if one.covers(float(at))]}
    return {"history": list(intervals)}
