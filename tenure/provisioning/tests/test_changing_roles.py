"""A member gets another role, in the organization or in a project, through the simulator."""

from __future__ import annotations

import pytest

from tenure.inventory.models import Account, Resource
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of
from tests.faults import judge

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
Mode = ProvisioningOperation.Mode


@pytest.fixture
def project(members):
    return Resource.objects.filter(kind="project", archived_at=None).order_by("pk").first()


@pytest.fixture
def member(project):
    """A plain member of the organization and of the project."""
    mine = {"grants__ended_at": None, "grants__collection__resource": project}
    in_it = Account.objects.filter(role="reader", kind="person", **mine)
    return in_it.filter(grants__entitlement__external_id="member").order_by("pk").first()


@pytest.fixture
def do(work):
    """`do(plan)`: planned, let go, and worked on once."""

    def run(plan, *, by=None):
        by, cause = by or actor_of("ada"), planned.Cause(why="a test")
        (operation,) = plan_operations(plans=[plan], cause=cause, actor=by)
        start_operations(batch=operation.batch, actor=by)
        return work(operation)

    return run


def test_a_role_in_a_project_is_changed_and_read_back(project, member, do, openai):
    operation = do(planned.of_role(member, "owner", project))
    assert (operation.state, operation.reason) == (State.VERIFIED, "")
    assert operation.known.role == "member"
    told = judge.verdict(openai)
    assert (told["requests"], told["made"], told["blind"]) == (1, 1, [])
    answered = operation.steps.get(kind="answered")
    path = f"/organization/projects/{project.external_id}/users/{member.external_id}"
    assert answered.request == f"POST {path}"


def test_whoever_has_the_role_already_needs_no_request(project, member, do, openai):
    operation = do(planned.of_role(member, "member", project))
    assert operation.state == State.VERIFIED
    assert judge.verdict(openai)["requests"] == 0
