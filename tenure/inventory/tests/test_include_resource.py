from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.models import Collection
from tenure.inventory.operations.include_resource import include_resource
from tenure.inventory.tests.company import accounts, project_of, read_company
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


def include(name: str, who: str = "mara"):
    return include_resource(resource_ref=project_of(name).ref, actor=actor_of(who))


def test_the_next_sync_reads_its_members_again(halden, monkeypatch):
    sandbox = Collection.objects.get(key="project_users:proj_sandbox")
    include("Sandbox")
    assert project_of("Sandbox").scope_reason == ""
    assert AuditEvent.objects.get(verb="resource.included").detail["after"] == "in_scope"
    read_company(halden, monkeypatch, accounts())
    assert Collection.objects.get(pk=sandbox.pk).completed_at > sandbox.completed_at


def test_it_refuses_what_is_in_scope_and_who_may_not():
    with pytest.raises(Conflict, match="in scope already"):
        include("Search")
    with pytest.raises(NotAllowed):
        include("Sandbox", who="sid")
