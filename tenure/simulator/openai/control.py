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

from tenure.simulator.openai.company import CompanyInvite, CompanyUser, add_invite, add_user
from tenure.simulator.openai.console import console_routes
from tenure.simulator.openai.control_projects import PROJECT_VERBS
from tenure.simulator.openai.errors import ApiError, body_of
from tenure.simulator.openai.faults import BadFaultError
from tenure.simulator.openai.keys import SCOPES, first_of_kind, make_key, revoke_keys
from tenure.simulator.openai.membership import change_role, remove_user, rename_user
from tenure.simulator.openai.organization import User
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
        "/requests": {"GET": _requests, "DELETE": _forget_requests},
        "/users": {"GET": _users, "POST": _add_user},
        "/users/{who}": {"GET": _user, "POST": _change_user, "DELETE": _remove_user},
        "/invites": {"GET": _invites, "POST": _add_invite},
        "/invites/{email}": {"DELETE": _remove_invite},
        "/invites/{email}/accept": {"POST": _accept_invite},
        "/keys": {"GET": _keys, "POST": _add_key},
        "/keys/{key_id}": {"DELETE": _revoke_key},
        "/events": {"GET": _events, "POST": _add_event},
        **PROJECT_VERBS,
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
            body = _decoded(await request.body())
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


def _requests(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"requests": simulator.log.entries()}


def _forget_requests(simulator: Simulator, _request: Request, _body: Body) -> object:
    simulator.log.clear()
    return {"requests": []}


def _users(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"users": list(simulator.organization.users)}


def _add_user(simulator: Simulator, _request: Request, body: Body) -> object:
    organization = simulator.organization
    user = add_user(organization, msgspec.convert({"added_at": "-0s", **body}, CompanyUser))
    organization.record("user.added", None, id=user.id, data={"role": user.role})
    return user


def _user(simulator: Simulator, request: Request, _body: Body) -> User:
    organization, who = simulator.organization, request.path_params["who"]
    user = organization.users.get(who) or next(organization.users_with_email(who), None)
    if user is None:
        raise ApiError(404, f"There is no user {who}.")
    return user


def _change_user(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: any fields of a user; role changes and renames have their consequences."""
    organization, user = simulator.organization, _user(simulator, request, body)
    fields = dict(body)
    if "role" in fields:
        role = fields.pop("role")
        change_role(organization, user, role, faults=simulator.faults, actor=None)
    if fields.keys() & {"name", "email"}:
        name, email = fields.pop("name", user.name), fields.pop("email", user.email)
        rename_user(organization, user, name=name, email=email)
    unknown = fields.keys() - set(User.__struct_fields__)
    if unknown:
        raise ApiError(400, f"A user has no {', '.join(sorted(unknown))}.")
    organization.users.update(user, **fields)
    return user


def _remove_user(simulator: Simulator, request: Request, body: Body) -> object:
    user = _user(simulator, request, body)
    remove_user(simulator.organization, user, faults=simulator.faults, actor=None)
    return {"removed": user.id}


def _invites(simulator: Simulator, _request: Request, _body: Body) -> object:
    simulator.organization.settle_invites()
    return {"invites": list(simulator.organization.invites)}


def _add_invite(simulator: Simulator, _request: Request, body: Body) -> object:
    return add_invite(simulator.organization, msgspec.convert(body, CompanyInvite))


def _remove_invite(simulator: Simulator, request: Request, _body: Body) -> object:
    """The newest invite to this address is no longer listed, whatever had become of it."""
    invites, email = simulator.organization.invites, request.path_params["email"].casefold()
    for invite in reversed(list(invites)):
        if invite.email.casefold() == email:
            invites.remove(invite.id)
            return {"removed": invite.id}
    raise ApiError(404, f"There is no invite for {email}.")


def _accept_invite(simulator: Simulator, request: Request, _body: Body) -> object:
    """The invited person signs up: the invite is accepted, the user appears."""
    organization, email = simulator.organization, request.path_params["email"].casefold()
    pending = (i for i in organization.invites if i.status == "pending")
    invite = next((i for i in pending if i.email.casefold() == email), None)
    if invite is None:
        raise ApiError(404, f"There is no pending invite for {email}.")
    organization.invites.update(invite, status="accepted", accepted_at=organization.now())
    organization.record("invite.accepted", None, id=invite.id)
    user = add_user(organization, CompanyUser(email=invite.email, role=invite.role, added_at="-0s"))
    organization.record("user.added", None, id=user.id, data={"role": user.role})
    for project in invite.projects:
        organization.join(user, project.id, project.role)
    return user


def _keys(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {kind: first_of_kind(simulator.organization, kind) for kind in SCOPES}


def _add_key(simulator: Simulator, _request: Request, body: Body) -> object:
    """Body: {"kind", "owner": e-mail, "scopes": [...], "expires_in": seconds, "name"}."""
    organization = simulator.organization
    owner = next(organization.users_with_email(body.get("owner", "")), None)
    expires_in = body.get("expires_in")
    value, key_id = make_key(
        organization,
        body.get("kind", "admin"),
        owner,
        name=body.get("name"),
        scopes=body.get("scopes"),
        expires_at=None if expires_in is None else organization.now() + int(expires_in),
    )
    return {"id": key_id, "value": value}


def _revoke_key(simulator: Simulator, request: Request, _body: Body) -> object:
    key_id = request.path_params["key_id"]
    revoke_keys(simulator.organization, {key_id}, works_for=simulator.faults.seconds("key_lag"))
    return {"revoked": key_id}


def _events(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"events": simulator.organization.events}


def _add_event(simulator: Simulator, _request: Request, body: Body) -> object:
    """Body: {"type", "actor": {...}, "detail": {...}}, e.g. a login."""
    actor, detail = body.get("actor"), body.get("detail", {})
    simulator.organization.record(body["type"], actor, **detail)
    return simulator.organization.events[-1]
