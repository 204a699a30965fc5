"""What a person is asked to do where Tenure cannot change anything itself."""

from __future__ import annotations

from tenure.access_requests.models import AccessRequest
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.planned import Plan

_PROOF = "Then say here that it is done; the next sync checks it."
Action = ProvisioningOperation.Action
Kind = ProvisioningOperation.Kind


def instructions(plan: Plan, request: AccessRequest, *, of_directory: bool) -> str:
    """One thing, where to do it, and what to do then."""
    if of_directory:
        place = f"the group {plan.place} in your identity provider, which manages it"
        what = f"{_verb(plan)} {plan.label} {_to_or_from(plan)} {place}"
    else:
        what = f"{_what(plan)} at OpenAI, in {request.connection}"
    return f"{what}, because of {request} ({request.title}). {_PROOF}"


def _what(plan: Plan) -> str:
    if plan.kind == Kind.INVITATION:
        if plan.action == Action.REMOVE:
            return f"Cancel the invitation of {plan.label}"
        into = f"to {plan.place} and to nothing else" if plan.place else "to no project"
        return f"Invite {plan.label} as {plan.role}, {into},"
    if plan.action == Action.CHANGE:
        where = f"in {plan.place}" if plan.place else "in the organization"
        return f"Give {plan.label} the role {plan.role} {where}"
    if plan.kind == Kind.MEMBER:
        return f"Remove {plan.label} from the organization"
    role = f" as {plan.role}" if plan.role else ""
    return f"{_verb(plan)} {plan.label} {_to_or_from(plan)} {plan.place}{role}"


def _verb(plan: Plan) -> str:
    return "Remove" if plan.action == Action.REMOVE else "Add"


def _to_or_from(plan: Plan) -> str:
    return "from" if plan.action == Action.REMOVE else "to"
