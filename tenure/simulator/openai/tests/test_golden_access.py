"""The official SDK walks through groups, roles, service accounts, keys, usage and the audit log."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError, OpenAI

from tenure.simulator.openai.tests.test_golden import (
    Client,
    every,
    refused,
    run,
    settled,
)


async def everything(call: Any, **given: Any) -> list[Any]:
    """All rows of a list that is chained by `next`."""
    page = await settled(call(**given))
    rows = list(page.data)
    while page.has_more:
        page = await settled(call(**given, after=page.next))
        rows += page.data
    return rows


async def groups(client: Client) -> None:
    organization = client.admin.organization
    api = organization.groups
    person = (await every(organization.users.list))[30]
    group = await settled(api.create(name="ML platform"))
    assert (group.name, group.is_scim_managed) == ("ML platform", False)
    assert (await settled(api.update(group.id, name="Platform"))).name == "Platform"
    added = await settled(api.users.create(group.id, user_id=person.id))
    assert (added.object, added.user_id, added.group_id) == ("group.user", person.id, group.id)
    members = await everything(api.users.list, group_id=group.id, limit=1)
    assert [member.id for member in members] == [person.id]
    member = await settled(api.users.retrieve(person.id, group_id=group.id))
    assert (member.email, member.user_type) == (person.email, "user")

    catalogue = await everything(organization.roles.list)
    owner = next(role for role in catalogue if role.name == "owner")
    given = await settled(api.roles.create(group.id, role_id=owner.id))
    assert (given.object, given.group.id, given.role.id) == ("group.role", group.id, owner.id)
    held = await everything(organization.users.roles.list, user_id=person.id)
    (inherited,) = [role for role in held if role.assignment_sources]
    assert inherited.name == "owner"
    assert inherited.assignment_sources[0].principal_id == group.id
    assert (await settled(api.roles.delete(owner.id, group_id=group.id))).deleted
    assert (await settled(api.users.delete(person.id, group_id=group.id))).deleted
    assert (await settled(api.delete(group.id))).deleted
    await refused(lambda: api.retrieve(group.id), NotFoundError)


async def roles_in_projects(client: Client) -> None:
    api = client.admin.organization.projects
    project = await settled(api.create(name="Aurora"))
    person = (await every(client.admin.organization.users.list))[31]
    group = await settled(client.admin.organization.groups.create(name="Readers"))
    custom = await settled(
        api.roles.create(project.id, role_name="Key maker", permissions=["api.keys.write"])
    )
    assert custom.resource_type == "api.project"
    catalogue = await everything(api.roles.list, project_id=project.id)
    assert {role.name for role in catalogue} == {"owner", "member", "viewer", "Key maker"}
    await settled(api.users.roles.create(person.id, project_id=project.id, role_id=custom.id))
    held = await everything(api.users.roles.list, user_id=person.id, project_id=project.id)
    assert [role.id for role in held] == [custom.id]

    entered = await settled(api.groups.create(project.id, group_id=group.id, role=custom.id))
    assert (entered.object, entered.group_name) == ("project.group", "Readers")
    inside = await everything(api.groups.list, project_id=project.id)
    assert [one.group_id for one in inside] == [group.id]
    roles = await everything(api.groups.roles.list, group_id=group.id, project_id=project.id)
    assert [role.name for role in roles] == ["Key maker"]
    assert (await settled(api.groups.delete(group.id, project_id=project.id))).deleted
    assert await everything(api.groups.list, project_id=project.id) == []


async def machines_and_keys(client: Client) -> None:
    api = client.admin.organization.projects
    project = await settled(api.create(name="Borealis"))
    machine = await settled(api.service_accounts.create(project.id, name="nightly"))
    assert machine.object == "organization.project.service_account"
    assert machine.api_key.value.startswith("sk-proj-")
    listed = await every(lambda **given: api.service_accounts.list(project.id, **given))
    assert [one.id for one in listed] == [machine.id]
    people = await every(client.admin.organization.users.list)
    assert [one.is_service_account for one in people if one.id == machine.id] == [True]
    owner = await settled(
        api.service_accounts.update(machine.id, project_id=project.id, role="owner")
    )
    assert owner.role == "owner"
    (key,) = await every(lambda **given: api.api_keys.list(project.id, **given))
    assert (key.id, key.owner.type) == (machine.api_key.id, "service_account")
    assert key.owner.service_account.id == machine.id
    assert machine.api_key.value not in key.model_dump_json()
    changed = await settled(
        api.api_keys.update(key.id, project_id=project.id, expires_in_seconds=3600)
    )
    assert changed.expires_at
    assert (await settled(api.api_keys.delete(key.id, project_id=project.id))).deleted
    gone = await settled(api.service_accounts.delete(machine.id, project_id=project.id))
    assert gone.deleted
    await settled(api.archive(project.id))
    closed = await refused(lambda: api.api_keys.list(project.id), BadRequestError)
    assert "Project Borealis is archived" in closed.message


async def usage_and_events(client: Client) -> None:
    organization = client.admin.organization
    since = (await every(organization.users.list))[0].added_at
    page = await settled(
        organization.usage.completions(start_time=since, group_by=["user_id"], limit=31)
    )
    assert (page.object, len(page.data), page.has_more) == ("page", 31, True)
    following = await settled(
        organization.usage.completions(start_time=since, limit=31, page=page.next_page)
    )
    assert following.data[0].start_time == page.data[-1].end_time
    costs = await settled(organization.usage.costs(start_time=since, group_by=["project_id"]))
    assert len(costs.data) == 7
    group = await settled(organization.groups.create(name="Told"))
    (event,) = (await settled(organization.audit_logs.list(event_types=["group.created"]))).data
    assert (event.group_created.id, event.group_created.data.group_name) == (group.id, "Told")
    assert event.actor.api_key.user.id


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in ("ORG_ID", "PROJECT_ID", "BASE_URL", "CUSTOM_HEADERS", "ADMIN_KEY", "API_KEY"):
        monkeypatch.delenv(f"OPENAI_{name}", raising=False)


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
@pytest.mark.parametrize(
    "step",
    [groups, roles_in_projects, machines_and_keys, usage_and_events],
    ids=lambda step: step.__name__,
)
def test_the_official_client_finds_what_the_documentation_says(openai, kind, step):
    run(kind, openai, step)
