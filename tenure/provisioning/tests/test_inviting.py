"""Somebody is invited, through the simulator: once, to just what was asked for."""

from __future__ import annotations

import pytest

from tenure.inventory.models import Resource
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of
from tests.faults import judge

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
NIA = "nia@halden.example"


def changes(openai):
    return [one for one in openai.requests() if one["method"] != "GET"]


def invited(openai, email=NIA):
    """What the provider has for an address."""
    return [one for one in openai.invites() if one["email"].lower() == email]


@pytest.fixture
def project(members):
    return Resource.objects.filter(kind="project", archived_at=None).order_by("pk").first()


@pytest.fixture
def invite(connection, work):
    """`invite(projects=[(project, "member")])`: planned, let go, and worked on once."""

    def run(email=NIA, role="reader", **more):
        plan = planned.of_new_invitation(connection, email, role, **more)
        cause = planned.Cause(why="a test")
        (operation,) = plan_operations(plans=[plan], cause=cause, actor=actor_of("ada"))
        start_operations(batch=operation.batch, actor=actor_of("ada"))
        return work(operation)

    return run


def test_an_address_is_invited_to_just_what_was_asked_for(project, invite, openai):
    operation = invite(projects=[(project, "member")])
    assert (operation.state, operation.reason) == (State.VERIFIED, "")
    (sent,) = invited(openai)
    assert operation.made_id == sent["id"]
    assert sent["projects"] == [{"id": project.external_id, "role": "member"}]
    assert (sent["email"], sent["role"]) == (NIA, "reader")
    told = judge.verdict(openai)
    assert (told["requests"], told["made"], told["blind"]) == (1, 1, [])
