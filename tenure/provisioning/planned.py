"""One thing that is to change, as whoever plans it names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

from tenure.connections.models import Connection
from tenure.connectors.changing import Identity
from tenure.inventory.models import Account, Credential, Invitation, Resource
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.text import fold_email
from tenure.people.models import Person
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.saying import behind
from tenure.users.models import User

Kind = ProvisioningOperation.Kind
Mode = ProvisioningOperation.Mode
Action = ProvisioningOperation.Action
_GO_BY_ADDRESS = (Kind.MEMBER, Kind.INVITATION)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What, of whom, by whose hand. `identity` is what is known of it now, and freezes."""

    kind: ProvisioningOperation.Kind
    label: str
    connection: Connection | None = None
    target_id: str = ""
    parent_id: str = ""
    place: str = ""
    identity: Identity = field(default_factory=Identity)
    action: ProvisioningOperation.Action = Action.REMOVE
    mode: ProvisioningOperation.Mode = Mode.CONNECTOR
    role: str = ""
    projects: Sequence[tuple[Resource, str]] = ()
    rank: int = 0
    account: Account | None = None
    person: Person | None = None
    assignee: User | None = None
    due_at: datetime | None = None
    instructions: str = ""
    approval: Approval | None = None


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Two people stand behind it already: who asked and who approved, by their person's refs.

    For what needs a second person, and was approved elsewhere, such as a request for access with
    what happens at its end. Without it, the second person is asked under Operations.
    """

    asked_by: UUID | str
    by: UUID | str
    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What asks for it: a kind from the glossary, a ref, and a sentence."""

    kind: str = ""
    ref: UUID | str = ""
    why: str = ""


def as_operation(plan: Plan, *, cause: Cause, batch: UUID, actor: Actor) -> ProvisioningOperation:
    """What is to be written down of a plan; nothing is, yet."""
    return ProvisioningOperation(
        connection=plan.connection,
        mode=plan.mode,
        action=plan.action,
        target_kind=plan.kind,
        target_id=plan.target_id,
        parent_id=plan.parent_id,
        role=plan.role,
        projects=[
            {"id": project.external_id, "role": role, "name": str(project)}
            for project, role in plan.projects
        ],
        identity=msgspec.to_builtins(plan.identity),
        email_key=fold_email(plan.identity.email) if plan.kind in _GO_BY_ADDRESS else "",
        label=plan.label[:320] or plan.target_id,
        place=plan.place[:300],
        account=plan.account,
        person=plan.person,
        cause_kind=cause.kind,
        cause_ref=str(cause.ref),
        why=cause.why[:500],
        batch=batch,
        rank=plan.rank,
        planned_at=now(),
        planned_by=actor.named[:100],
        planned_by_user=actor.user_id or "",
        planned_by_person=behind(actor),
        assignee=plan.assignee,
        due_at=plan.due_at,
        instructions=plan.instructions,
    )


def of_member(account: Account, **more: object) -> Plan:
    """An account leaves the organization."""
    return Plan(
        kind=Kind.MEMBER,
        label=account.email or str(account),
        connection=account.connection,
        target_id=account.external_id,
        identity=Identity(email=account.email, name=account.name, role=account.role),
        account=account,
        **more,  # type: ignore[arg-type] # fields of Plan
    )


def of_credential(credential: Credential, **more: object) -> Plan:
    """A key is revoked."""
    resource = credential.resource
    return Plan(
        kind=Kind.ADMIN_KEY if resource is None else Kind.PROJECT_KEY,
        label=str(credential),
        connection=credential.connection,
        target_id=credential.external_id,
        parent_id=resource.external_id if resource else "",
        place=str(resource) if resource else "",
        identity=Identity(
            name=credential.name, owner_id=credential.principal_id, hint=credential.hint
        ),
        account=credential.owner,
        **more,  # type: ignore[arg-type] # fields of Plan
    )


def of_invitation(invitation: Invitation, **more: object) -> Plan:
    """An invitation is cancelled."""
    return Plan(
        kind=Kind.INVITATION,
        label=invitation.email,
        connection=invitation.connection,
        target_id=invitation.external_id,
        identity=Identity(email=invitation.email, role=invitation.role),
        **more,  # type: ignore[arg-type] # fields of Plan
    )


def of_place(account: Account, resource: Resource, **more: object) -> Plan:
    """An account leaves, or gets, a project or a group."""
    is_group = resource.kind == Resource.Kind.GROUP
    return Plan(
        kind=Kind.GROUP_MEMBER if is_group else Kind.PROJECT_MEMBER,
        label=account.email or str(account),
        connection=account.connection,
        target_id=account.external_id,
        parent_id=resource.external_id,
        place=str(resource),
        identity=Identity(email=account.email, name=account.name),
        account=account,
        **more,  # type: ignore[arg-type] # fields of Plan
    )


def of_new_invitation(
    connection: Connection,
    email: str,
    role: str = "reader",
    projects: Sequence[tuple[Resource, str]] = (),
    **more: object,
) -> Plan:
    """Somebody is invited to exactly these projects, each with its role; to none without any.

    Whoever is a member already when it is sent is not: it is blocked as `already_member`.
    """
    return Plan(
        kind=Kind.INVITATION,
        action=Action.ADD,
        label=email.strip(),
        connection=connection,
        target_id=fold_email(email),
        place=", ".join(f"{project} ({role_there})" for project, role_there in projects),
        identity=Identity(email=email.strip()),
        role=role,
        projects=projects,
        **more,  # type: ignore[arg-type] # fields of Plan
    )


def of_role(account: Account, role: str, resource: Resource | None = None, **more: object) -> Plan:
    """A member gets another role, in the organization or in a project; `role` is the new one."""
    before = account.role if resource is None else role_in(resource, account)
    return Plan(
        kind=Kind.MEMBER if resource is None else Kind.PROJECT_MEMBER,
        action=Action.CHANGE,
        label=account.email or str(account),
        connection=account.connection,
        target_id=account.external_id,
        parent_id=resource.external_id if resource else "",
        place=str(resource) if resource else "",
        identity=Identity(email=account.email, name=account.name, role=before),
        role=role,
        account=account,
        **more,  # type: ignore[arg-type] # fields of Plan
    )


def role_in(project: Resource, account: Account) -> str:
    """As the list of its members has it; empty for whoever is none that we know of."""
    mine = account.grants.filter(
        ended_at=None, collection__kind="project_users", collection__resource=project
    )
    return mine.values_list("entitlement__external_id", flat=True).first() or ""


def of_service_account(account: Account, resource: Resource, **more: object) -> Plan:
    """A service account is removed from its project, with all its keys."""
    return Plan(
        kind=Kind.SERVICE_ACCOUNT,
        label=str(account),
        connection=account.connection,
        target_id=account.external_id,
        parent_id=resource.external_id,
        place=str(resource),
        identity=Identity(name=account.name),
        account=account,
        **more,  # type: ignore[arg-type] # fields of Plan
    )


def refs(operations: Sequence[ProvisioningOperation]) -> list[str]:
    return [str(operation.ref) for operation in operations]
