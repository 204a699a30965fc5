"""The sentences of operations that are blocked or failed: what is the case, and what to do."""

from __future__ import annotations

from tenure.provisioning.models import ProvisioningOperation

Block = ProvisioningOperation.Block
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
SERVICE = (
    "This is a service account: something runs with it. Give it another owner, or remove it in its "
    "project on purpose."
)
BREAK_GLASS = (
    "This is a break-glass account, kept for emergencies. If it is to go, take the mark off it "
    "first, then try again."
)
DEFAULT_ACCOUNT = (
    "This is an account that OpenAI made for the organization itself. It cannot be removed by "
    "Tenure; ask OpenAI's support if it is to go."
)
ARCHIVED = (
    "The project is archived, so OpenAI changes nothing in it any more. Override this with that "
    "reason, or do it by hand if OpenAI's support can."
)
NOT_VISIBLE = (
    "OpenAI accepted the change five minutes ago, and its answers do not show it yet. Tenure looks "
    "again every ten minutes, and sends nothing a second time before you try again."
)
SECOND_PERSON = "An owner of the organization goes only when a second person approves it."
NO_SECOND_PERSON = (
    "This needs two people, and there is nobody else who may approve it and is known to be another "
    "person: remove it in OpenAI's own console, then say here that it is done. Next time, tie the "
    "users who may approve to their people first."
)


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
    done = _DONE.get(operation.target_kind, "removed") if operation.is_removal else "added"
    return f"{operation.label} is as planned, and would be {done}."
