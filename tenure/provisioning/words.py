"""The sentences of operations that are blocked or failed: what is the case, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.connectors.changing import Places
from tenure.provisioning.models import ProvisioningOperation

Block = ProvisioningOperation.Block
OWNER = "owner"
_DONE = {"project_key": "revoked", "admin_key": "revoked", "invitation": "cancelled"}


def no_permission(said: str) -> str:
    return f"The key may not do this. {said}"


def asked_again(said: str) -> str:
    return f"Refused, perhaps by mistake, so it is asked again. {said}"


def another_organization(connection: str) -> str:
    return (
        f"The answer comes from another organization than {connection} was connected to. Nothing "
        "was sent: check the connection's key, then try again."
    )


def not_provable(connection: str) -> str:
    return (
        f"Nothing in OpenAI's answers says that this is the organization of {connection}. An admin "
        "can accept that in the connection's settings; then try again."
    )


def identity_changed(label: str, how: str) -> str:
    return (
        f"{label} is not what was planned: {how}. Nothing was sent: look at it and plan it again."
    )


def accepted(label: str) -> str:
    return (
        f"The invitation of {label} was accepted meanwhile, so there is an account now. Sync, then "
        "plan the account's removal, and cancel this."
    )


def already_member(label: str) -> str:
    return (
        f"{label} is a member of the organization already, so no invitation was sent. Add them to "
        "what they asked for instead, and cancel this."
    )


def invited_otherwise(label: str, how: str) -> str:
    return (
        f"{label} has a pending invitation to something else: {how}. Nothing was sent: cancel that "
        "invitation or wait until it is accepted, then try again."
    )


def not_as_asked(label: str, how: str) -> str:
    return (
        f"{label} was invited, but the invitation is not as it was asked for: {how}. Cancel it in "
        "OpenAI if it gives too much, then plan it again."
    )


def other_projects(operation: ProvisioningOperation, seen: Places) -> str:
    """Where an invitation leads, and where it should; empty when it is the same."""
    asked, names = places_of(operation), names_of(operation)
    if seen == asked:
        return ""
    return f"it leads to {listed(seen, names)}, and not to {listed(asked, names)}"


def names_of(operation: ProvisioningOperation) -> dict[str, str]:
    """Of the projects that an invitation leads to, by their ids."""
    return {one["id"]: one["name"] for one in operation.projects}


def places_of(operation: ProvisioningOperation) -> Places:
    """Where an invitation leads, as a connector is told and tells it."""
    return tuple(sorted((one["id"], one["role"]) for one in operation.projects))


def listed(places: Places, names: Mapping[str, str]) -> str:
    """Projects and roles: Search (member), Vision (viewer)."""
    told = [f"{names.get(project, project)} ({role})" for project, role in places]
    return ", ".join(told) or "no project"


def other_role(operation: ProvisioningOperation, there: str) -> str:
    return (
        f"{operation.label} is in {operation.place} already, as {there} and not as "
        f"{operation.role}. Nothing was sent: change the role instead, and cancel this."
    )


SYNC_HAS_NOT = "A sync since then no longer has it."
SYNC_HAS = "A sync since then shows it."
SYNC_LOST = "A later sync no longer shows it as it was given."
PROJECTS_NOT_TOLD = (
    "OpenAI does not say in its answer to which projects the invitation leads, so only the role "
    "was compared."
)
LAST_OWNER = (
    "This is the organization's last owner, and without one nobody can administer it. Make "
    "somebody else an owner first, then try again."
)
KEY_OWNER = (
    "Tenure uses a key of this account, and would lose it with the account. Replace the key by one "
    "of somebody else, then try again."
)
OUR_KEY = (
    "This is a key that Tenure uses. Replace it in the connection's settings first, then try again."
)
KEY_OF_OWNER = (
    "Tenure uses a key of this account, and it can do what it has to only while they are an owner. "
    "Replace the key by one of somebody else, then try again."
)
SERVICE_ROLE = (
    "This is a service account, whose role is that of its project: change it in OpenAI's settings "
    "if something else is meant."
)
SERVICE = (
    "This is a service account: something runs with it. Give it another owner, or remove it in its "
    "project on purpose."
)
BREAK_GLASS = (
    "This is a break-glass account, kept for emergencies. If this is meant, take the mark off "
    "it first, then try again."
)
DEFAULT_ACCOUNT = (
    "This is an account that OpenAI made for the organization itself. Tenure neither removes nor "
    "changes it; ask OpenAI's support if it is to go."
)
ARCHIVED = (
    "The project is archived, so OpenAI changes nothing in it any more. Override this with that "
    "reason, or do it by hand if OpenAI's support can."
)
NOT_VISIBLE = (
    "OpenAI accepted the change five minutes ago, and its answers do not show it yet. Tenure looks "
    "again every ten minutes, and sends nothing a second time before you try again."
)


def second_person(operation: ProvisioningOperation) -> str:
    what = "stops being one" if operation.action == operation.Action.CHANGE else "goes"
    if operation.is_removal or operation.role != OWNER:
        return f"An owner of the organization {what} only when a second person approves it."
    return "Somebody becomes an owner of the organization only when a second person approves it."


def of_owner(operation: ProvisioningOperation) -> str:
    """What an approver has to know of what it does to who owns the organization, if anything."""
    if operation.role == OWNER and operation.target_kind != operation.Kind.PROJECT_MEMBER:
        return "They will own the organization: change everything in it, and see every key."
    if operation.target_kind != operation.Kind.MEMBER:
        return ""
    loses = "all of it" if operation.is_removal else "the power to administer it"
    return f"They own the organization, and lose {loses}."


def no_second_person(operation: ProvisioningOperation) -> str:
    """How to do by hand what nobody could ever approve."""
    return (
        "This needs two people, and there is nobody else who may approve it and is known to be "
        f"another person: {_by_hand(operation)} in OpenAI's own console, then say here that it is "
        "done. Next time, tie the users who may approve to their people first."
    )


def _by_hand(operation: ProvisioningOperation) -> str:
    if operation.is_removal:
        return "remove it"
    if operation.is_invitation:
        return f"invite {operation.label} as {operation.role} to {projects_of(operation)}"
    if operation.action == operation.Action.CHANGE:
        return f"make {operation.label} {operation.role}"
    return f"add {operation.label}"


def projects_of(operation: ProvisioningOperation) -> str:
    """Where an invitation leads, in words."""
    return listed(places_of(operation), names_of(operation))


def doing(operation: ProvisioningOperation) -> str:
    """What a second person is needed for, at the beginning of a sentence."""
    if operation.is_removal:
        return f"Removing {operation.label}"
    if operation.is_invitation:
        return f"Inviting {operation.label} as {operation.role}"
    if operation.action == operation.Action.CHANGE:
        return f"Making {operation.label} {operation.role}"
    return f"Adding {operation.label}"


def brake(connection: str, limit: int) -> str:
    return (
        f"{limit} accounts of {connection} were removed within an hour, which is the limit of its "
        "brake. If that is right, a second person releases the brake for those that wait."
    )


def came_back(label: str, how: str, *, is_scim_managed: bool) -> str:
    cure = (
        "The directory brings it back: take the person out of its group there, then plan it again."
        if is_scim_managed
        else "Find out who or what brought it back, then plan it again."
    )
    return f"{label} was removed and is back, {how}. {cure} Tenure does not fight over it."


def gave_up(said: str) -> str:
    return f"It was tried five times. {said}"


def ask_another(asked: str) -> str:
    """Who moves on what waits for a second person; `asked` is the name of the first."""
    return f"Ask somebody other than {asked} to approve it, under Operations."


def as_planned(operation: ProvisioningOperation) -> str:
    """What a dry run says of what nothing stands in the way of."""
    return f"{operation.label} is as planned, and would be {_would_be(operation)}."


def _would_be(operation: ProvisioningOperation) -> str:
    if operation.is_removal:
        return _DONE.get(operation.target_kind, "removed")
    if operation.is_invitation:
        return f"invited as {operation.role} to {projects_of(operation)}"
    where = f" of {operation.place}" if operation.place else " of the organization"
    if operation.action == operation.Action.CHANGE:
        return f"made {operation.role}{where}, and is {operation.known.role or 'something else'}"
    return f"made {operation.role or 'member'}{where}"
