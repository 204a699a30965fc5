"""Invitations: sent, waiting, accepted, expired, withdrawn."""

from __future__ import annotations

import msgspec

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.endpoints import lookup
from tenure.simulator.openai.endpoints.projects import DEFAULT
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.model import INVITE_LIFETIME_S, OWNER, READER, Invite, InviteProject
from tenure.simulator.openai.paging import cursor_page
from tenure.simulator.openai.rows import reshape

PATH = "/v1/organization/invites"


def list_invites(call: Call) -> Reply:
    """P1; accepted and expired ones stay listed."""
    call.organization.settle_invites()
    return cursor_page(call, call.organization.invites)


def get_invite(call: Call) -> Reply:
    organization = call.organization
    organization.settle_invites()
    row = organization.invites.readable(call.params["invite_id"], now=organization.clock.now())
    if row is None:
        raise not_found("Invite")
    return Reply(200, reshape(call, [row])[0])


def create_invite(call: Call) -> Reply:
    """Invite an address. There are no idempotency keys: asking twice asks twice."""
    organization = call.organization
    email, role = call.text("email"), call.text("role")
    if "@" not in email:
        raise ApiError(400, f"Invalid email: '{email}'.", param="email", code="invalid_value")
    if role not in {OWNER, READER}:
        raise ApiError(400, f"Invalid value: '{role}'.", param="role", code="invalid_value")
    if next(organization.users_with_email(email), None):
        raise ApiError(400, f"{email} is already a member of this organization.", param="email")
    _check_duplicate(call, email)
    now = organization.now()
    invite = Invite(
        id=organization.mint("invite-"),
        email=email,
        role=role,
        status="pending",
        created_at=now,
        expires_at=now + INVITE_LIFETIME_S,
        projects=_projects(call),
    )
    organization.add_invite(invite, seen_after=call.faults.seconds("invite_lag"))
    sent = {"email": email, "role": role}
    organization.begin(organization.invite_fact(invite), call.actor())
    organization.record("invite.sent", call.actor(), id=invite.id, data=sent)
    return Reply(200, reshape(call, [msgspec.json.encode(invite)])[0])


def delete_invite(call: Call) -> Reply:
    """Withdraw an invite; an accepted one cannot be deleted."""
    organization, invite_id = call.organization, call.params["invite_id"]
    deleted = {"object": "organization.invite.deleted", "id": invite_id, "deleted": True}
    invite = organization.invites.get(invite_id)
    if invite is None:
        return lookup.gone(call, "Invite", deleted)
    if invite.status == "accepted":
        raise ApiError(400, "The invite has already been accepted and cannot be deleted.")
    organization.invites.remove(invite_id, now=organization.clock.now(), **call.faults.lags())
    if invite.status == "pending":
        fact = organization.invite_fact(invite)
        organization.end(fact, call.actor(), since=invite.created_at)
    organization.record("invite.deleted", call.actor(), id=invite_id)
    return json_reply(deleted)


def _check_duplicate(call: Call, email: str) -> None:
    consequence = call.faults.value("duplicate_invite")
    call.organization.settle_invites()
    pending = (i for i in call.organization.invites if i.status == "pending")
    if consequence != "duplicate" and any(i.email.casefold() == email.casefold() for i in pending):
        raise ApiError(int(consequence), f"{email} has already been invited.", param="email")


def _projects(call: Call) -> list[InviteProject]:
    """What was asked for; without a list, the default project, which nobody asked for."""
    given, chosen = call.body().get("projects"), list[InviteProject]()
    if given is None:
        default = (one for one in call.organization.projects if one.name == DEFAULT)
        return [InviteProject(id=one.id, role="member") for one in default]
    for item in given if isinstance(given, list) else []:
        try:
            project = msgspec.convert(item, InviteProject)
        except msgspec.ValidationError:
            project = None
        if project is None or call.organization.projects.get(project.id) is None:
            raise ApiError(400, "Invalid project.", param="projects", code="invalid_value")
        chosen.append(project)
    return chosen


ENDPOINTS = [
    Endpoint("GET", PATH, "invites", list_invites),
    Endpoint("POST", PATH, "invites", create_invite, creates=True),
    Endpoint("GET", PATH + "/{invite_id}", "invites", get_invite),
    Endpoint("DELETE", PATH + "/{invite_id}", "invites", delete_invite),
]
