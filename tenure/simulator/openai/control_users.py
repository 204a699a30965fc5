"""The control endpoints for users and invites."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from tenure.simulator.openai.company_file import CompanyInvite, CompanyUser
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.finding import find_user
from tenure.simulator.openai.furnishing import add_invite, add_user
from tenure.simulator.openai.grants import change_role, set_project_role
from tenure.simulator.openai.membership import admit_user, remove_user, rename_user
from tenure.simulator.openai.model import User
from tenure.simulator.openai.sessions import session_of
from tenure.simulator.openai.simulator import Simulator

Body = dict[str, Any]


def _users(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"users": list(simulator.organization.users)}


def _add_user(simulator: Simulator, request: Request, body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    user = add_user(organization, msgspec.convert({"added_at": "-0s", **body}, CompanyUser))
    admit_user(organization, user, actor=actor)
    return user


def _user(simulator: Simulator, request: Request, _body: Body) -> User:
    return find_user(simulator.organization, request.path_params["who"])


def _change_user(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: any fields of a user; role changes and renames have their consequences."""
    organization, user = simulator.organization, _user(simulator, request, body)
    fields = dict(body)
    if "role" in fields:
        role = fields.pop("role")
        change_role(organization, user, role, faults=simulator.faults, actor=request.state.actor)
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
    remove_user(simulator.organization, user, faults=simulator.faults, actor=request.state.actor)
    return {"removed": user.id}


def _invites(simulator: Simulator, _request: Request, _body: Body) -> object:
    simulator.organization.settle_invites()
    return {"invites": list(simulator.organization.invites)}


def _add_invite(simulator: Simulator, request: Request, body: Body) -> object:
    organization, actor = simulator.organization, request.state.actor
    invite = add_invite(organization, msgspec.convert(body, CompanyInvite))
    organization.begin(organization.invite_fact(invite), actor)
    sent = {"email": invite.email, "role": invite.role}
    organization.record("invite.sent", actor, id=invite.id, data=sent)
    return invite


def _remove_invite(simulator: Simulator, request: Request, _body: Body) -> object:
    """The newest invite to this address is no longer listed, whatever had become of it."""
    organization, email = simulator.organization, request.path_params["email"].casefold()
    actor = request.state.actor
    for invite in reversed(list(organization.invites)):
        if invite.email.casefold() == email:
            organization.invites.remove(invite.id)
            if invite.status == "pending":
                fact = organization.invite_fact(invite)
                organization.end(fact, actor, since=invite.created_at)
            organization.record("invite.deleted", actor, id=invite.id)
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
    described = CompanyUser(email=invite.email, role=invite.role, added_at="-0s")
    user = add_user(organization, described)
    actor = session_of(organization, user)
    organization.end(organization.invite_fact(invite), actor, since=invite.created_at)
    organization.record("invite.accepted", actor, id=invite.id)
    admit_user(organization, user, actor=actor)
    for project in invite.projects:
        set_project_role(organization, user, project.id, project.role, actor=actor)
    return user


USER_VERBS: Mapping[str, Mapping[str, Callable[[Simulator, Request, Body], object]]] = {
    "/users": {"GET": _users, "POST": _add_user},
    "/users/{who}": {"GET": _user, "POST": _change_user, "DELETE": _remove_user},
    "/invites": {"GET": _invites, "POST": _add_invite},
    "/invites/{email}": {"DELETE": _remove_invite},
    "/invites/{email}/accept": {"POST": _accept_invite},
}
