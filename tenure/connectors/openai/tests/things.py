"""One of each kind of thing that can be changed, on a simulated organization."""

from __future__ import annotations

import pytest

from tenure.connectors.base import ProviderError
from tenure.connectors.changing import Change, ChangeFailed, Identity, Target

NIA, GROUP = "nia@halden.example", "Optics"
KINDS = (
    "member",
    "admin_key",
    "project_key",
    "invitation",
    "project_member",
    "group_member",
    "service_account",
)


class Things:
    """One of each kind of thing, by its target and by who it is."""

    def __init__(self, simulator):
        owner = simulator.users()[0]
        self.simulator = simulator
        self.nia = simulator.add_user(NIA, name="Nia")
        self.project = simulator.projects()[0]["id"]
        self.group = simulator.add_group(GROUP, members=[NIA])["id"]
        simulator.put_member(self.project, NIA, role="owner")
        admin = simulator.add_admin_key(NIA, name="Nia's")
        key = simulator.add_project_key(self.project, NIA, name="Batch")
        machine = simulator.add_service_account(self.project, "Robot")
        invite = simulator.add_invite("new@halden.example", role="owner")
        who = {"name": "Nia", "email": NIA}
        hint = {"hint": f"sk-admin-{'*' * 16}{admin['value'][-4:]}", "owner_id": self.nia["id"]}
        self.targets = {
            "member": Target(kind="member", id=self.nia["id"]),
            "admin_key": Target(kind="admin_key", id=admin["id"]),
            "project_key": self.inside("project_key", key["id"]),
            "invitation": Target(kind="invitation", id=invite["id"]),
            "project_member": self.inside("project_member", self.nia["id"]),
            "group_member": Target(kind="group_member", id=self.nia["id"], parent_id=self.group),
            "service_account": self.inside("service_account", machine["id"]),
        }
        self.identities = {
            "member": Identity(role="reader", **who),
            "admin_key": Identity(name="Nia's", **hint),
            "project_key": Identity(
                name="Batch",
                owner_id=self.nia["id"],
                hint=f"sk-proj-{'*' * 16}{key['value'][-4:]}",
            ),
            "invitation": Identity(email="new@halden.example", role="owner"),
            "project_member": Identity(role="owner", **who),
            "group_member": Identity(**who),
            "service_account": Identity(name="Robot", role="member"),
        }
        self.owner = owner
        simulator.forget_requests()

    def inside(self, kind, one):
        return Target(kind=kind, id=one, parent_id=self.project)


def remove(target):
    return Change(action="remove", target=target)


def failed(connector, change):
    with pytest.raises(ChangeFailed) as failure:
        connector.change(change)
    assert str(failure.value).endswith(".")
    return failure.value


def unseen(look, *asked):
    with pytest.raises(ProviderError) as failure:
        look(*asked)
    return failure.value
