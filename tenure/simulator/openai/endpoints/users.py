"""The organization's users."""

from __future__ import annotations

from typing import Any

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.grants import change_role, check_not_last_owner
from tenure.simulator.openai.membership import check_owns_no_key, remove_user
from tenure.simulator.openai.model import OWNER, READER, User
from tenure.simulator.openai.organization import predefined_role_id
from tenure.simulator.openai.paging import cursor_page, read_limit
from tenure.simulator.openai.rows import is_hit, reshape
from tenure.simulator.openai.shelf import Shelf

PATH = "/v1/organization/users"
DELETED = "organization.user.deleted"


def list_users(call: Call) -> Reply:
    """P1; `emails` filters by address, in either spelling of an array parameter."""
    users = call.organization.users
    faults = call.faults
    emails = call.many("emails")
    filtering = faults.value("email_filter")
    if faults and faults.on("users_empty", call):
        read_limit(call)
        return cursor_page(call, Shelf[User]())
    if emails and filtering != "ignored":
        wanted = {e if filtering == "exact" else e.casefold() for e in emails}
        now = call.organization.clock.now()
        matching = (u for u in users.listed(now=now) if _spelled(u, filtering) in wanted)
        return cursor_page(call, Shelf(matching))
    return cursor_page(call, users, hidden=_hidden(call))


def _hidden(call: Call) -> frozenset[str]:
    """Who is missing from the list: a share of all, or every service account."""
    users, faults = call.organization.users, call.faults
    if not faults:
        return frozenset()
    lost = faults.share("users_lost", call)
    humans_only = faults.value("users_list", call) == "humans"
    return frozenset(
        u.id
        for u in users
        if is_hit(u.id, "users_lost", lost) or (humans_only and u.is_service_account)
    )


def get_user(call: Call) -> Reply:
    users, user_id = call.organization.users, call.params["user_id"]
    row = users.readable(user_id, now=call.organization.clock.now())
    if row is None:
        raise not_found("User")
    return Reply(200, reshape(call, [row])[0])


def update_user(call: Call) -> Reply:
    """Change role, by name or by id, and the two free-text attributes."""
    organization, user = call.organization, _user(call)
    role = call.optional_text("role") or _role_named(call, call.optional_text("role_id"))
    if role is not None:
        if role not in {OWNER, READER}:
            raise ApiError(400, f"Invalid value: '{role}'.", param="role", code="invalid_value")
        if role != OWNER:
            check_not_last_owner(organization, user, faults=call.faults)
        faults = call.faults
        change_role(organization, user, role, faults=faults, actor=call.actor())
    attributes = ("technical_level", "developer_persona")
    given: dict[str, Any] = {n: call.optional_text(n) for n in attributes if n in call.body()}
    organization.users.update(user, **given)
    return get_user(call)


def delete_user(call: Call) -> Reply:
    organization, faults, user_id = call.organization, call.faults, call.params["user_id"]
    user = organization.users.get(user_id)
    if user is None:
        return _deleted_again(call)
    check_not_last_owner(organization, user, faults=faults)
    check_owns_no_key(organization, user, faults=faults)
    remove_user(organization, user, faults=faults, actor=call.actor())
    return json_reply({"object": DELETED, "id": user_id, "deleted": True})


def _deleted_again(call: Call) -> Reply:
    status, call.did_nothing = call.faults.value("repeat_delete"), True
    if status == "200":
        return json_reply({"object": DELETED, "id": call.params["user_id"], "deleted": True})
    if status == "400":
        raise ApiError(400, "User is not a member of this organization.")
    raise not_found("User")


def _user(call: Call) -> User:
    user = call.organization.users.get(call.params["user_id"])
    if user is None:
        raise not_found("User")
    return user


def _role_named(call: Call, role_id: str | None) -> str | None:
    if role_id is None:
        return None
    for role in (OWNER, READER):
        if role_id == predefined_role_id(role, call.organization.id):
            return role
    raise not_found("Role")


def _spelled(user: User, filtering: str) -> str:
    return (user.email or "") if filtering == "exact" else (user.email or "").casefold()


ENDPOINTS = [
    Endpoint("GET", PATH, "users", list_users),
    Endpoint("GET", PATH + "/{user_id}", "users", get_user),
    Endpoint("POST", PATH + "/{user_id}", "users", update_user),
    Endpoint("DELETE", PATH + "/{user_id}", "users", delete_user),
]
