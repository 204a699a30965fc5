"""The control endpoints for the directory that provisions by SCIM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.finding import find_group
from tenure.simulator.openai.model import Directory, Listed
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.scim import EVERY_S, enable, settle
from tenure.simulator.openai.simulator import Simulator

Body = dict[str, Any]


def _directory(simulator: Simulator, _request: Request, _body: Body) -> object:
    return {"directory": simulator.organization.directory}


def _enable(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"every": seconds}. It begins with the users and groups marked `is_scim_managed`."""
    organization = simulator.organization
    directory = enable(organization, every=float(body.get("every", EVERY_S)))
    organization.record("scim.enabled", request.state.actor, id=organization.id)
    return directory


def _disable(simulator: Simulator, request: Request, _body: Body) -> object:
    organization = simulator.organization
    _enabled(organization)
    organization.directory = None
    organization.record("scim.disabled", request.state.actor, id=organization.id)
    return {"directory": None}


def _sync(simulator: Simulator, _request: Request, _body: Body) -> object:
    """It comes round now."""
    organization = simulator.organization
    directory = _enabled(organization)
    directory.next_at = organization.clock.now()
    settle(organization, faults=simulator.faults)
    return directory


def _list_person(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"email", "name", "groups": [...], "gone": true}, what the directory has from now on
    of who has this address; the organization hears of it when it comes round."""
    organization, email = simulator.organization, request.path_params["email"]
    directory = _enabled(organization)
    given = {**body}
    if "groups" in given:
        given["groups"] = [find_group(organization, which).id for which in given["groups"]]
    folded = email.casefold()
    for at, person in enumerate(directory.people):
        if person.email.casefold() == folded:
            known = msgspec.structs.asdict(person)
            directory.people[at] = msgspec.convert(known | given, Listed)
            return directory.people[at]
    directory.people.append(msgspec.convert({"email": email, "name": None, **given}, Listed))
    return directory.people[-1]


def _enabled(organization: Organization) -> Directory:
    if organization.directory is None:
        raise ApiError(404, "There is no directory; POST /scim to have one.")
    return organization.directory


SCIM_VERBS: Mapping[str, Mapping[str, Callable[[Simulator, Request, Body], object]]] = {
    "/scim": {"GET": _directory, "POST": _enable, "DELETE": _disable},
    "/scim/sync": {"POST": _sync},
    "/scim/people/{email}": {"POST": _list_person},
}
