"""The official SDK walks through the Administration API as its documentation describes it.

Written from what is known of the provider, not from the simulator: what fails here is a defect of
the simulator. The same script runs with the synchronous and the asynchronous client.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from openai import (
    APIStatusError,
    AsyncOpenAI,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    OpenAI,
)

Client = Any
ENVELOPE = {"message", "type", "param", "code"}


async def settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


async def refused(call: Callable[[], Any], kind: type[APIStatusError]) -> APIStatusError:
    with pytest.raises(kind) as caught:
        await settled(call())
    assert set(caught.value.body) == ENVELOPE
    assert caught.value.request_id.startswith("req_")
    return caught.value


async def every(call: Callable[..., Any]) -> list[Any]:
    """All rows, following the cursor by hand."""
    page = await settled(call())
    rows = list(page.data)
    while page.has_more:
        assert page.last_id == page.data[-1].id
        page = await settled(call(after=page.last_id))
        rows += page.data
    return rows


async def users(client: Client) -> None:
    api = client.admin.organization.users
    everyone = await every(api.list)
    assert len(everyone) == len({user.id for user in everyone}) == 50
    assert {user.object for user in everyone} == {"organization.user"}
    assert all(user.id.startswith("user-") and user.added_at for user in everyone)
    default = await settled(api.list())
    assert (len(default.data), default.has_more) == (20, True)
    assert (default.first_id, default.last_id) == (default.data[0].id, default.data[-1].id)
    await refused(lambda: api.list(limit=101), BadRequestError)
    await refused(lambda: api.list(limit=0), BadRequestError)

    someone, other = everyone[20], everyone[21]
    found = await settled(api.list(emails=[someone.email, other.email]))
    assert {user.id for user in found.data} == {someone.id, other.id}
    assert (await settled(api.retrieve(someone.id))).email == someone.email

    assert (await settled(api.update(someone.id, role="owner"))).role == "owner"
    assert (await settled(api.retrieve(someone.id))).role == "owner"
    assert (await settled(api.update(someone.id, role="reader"))).role == "reader"

    gone = await settled(api.delete(someone.id))
    assert (gone.object, gone.id, gone.deleted) == ("organization.user.deleted", someone.id, True)
    await refused(lambda: api.retrieve(someone.id), NotFoundError)
    await refused(lambda: api.delete(someone.id), NotFoundError)
    empty = await settled(api.list(emails=[someone.email]))
    assert (empty.data, empty.first_id, empty.last_id, empty.has_more) == ([], None, None, False)
    assert someone.id not in {user.id for user in await every(api.list)}


async def invites(client: Client) -> None:
    api = client.admin.organization.invites
    project = (await settled(client.admin.organization.projects.list())).data[0]
    invite = await settled(
        api.create(
            email="nia@halden.example",
            role="reader",
            projects=[{"id": project.id, "role": "member"}],
        )
    )
    assert invite.id.startswith("invite-")
    assert (invite.object, invite.status) == ("organization.invite", "pending")
    assert (invite.projects[0].id, invite.projects[0].role) == (project.id, "member")
    assert invite.expires_at > invite.created_at
    assert invite.accepted_at is None
    assert (await settled(api.retrieve(invite.id))).email == "nia@halden.example"
    assert invite.id in {one.id for one in await every(api.list)}
    # An invited person is not a user yet.
    nobody = await settled(client.admin.organization.users.list(emails=["nia@halden.example"]))
    assert nobody.data == []
    gone = await settled(api.delete(invite.id))
    assert (gone.object, gone.deleted) == ("organization.invite.deleted", True)
    await refused(lambda: api.retrieve(invite.id), NotFoundError)


async def projects(client: Client) -> None:
    api = client.admin.organization.projects
    project = await settled(api.create(name="Aurora"))
    assert project.id.startswith("proj_")
    assert (project.object, project.status) == ("organization.project", "active")
    assert (await settled(api.update(project.id, name="Borealis"))).name == "Borealis"
    person = (await every(client.admin.organization.users.list))[30]
    added = await settled(api.users.create(project.id, user_id=person.id, role="member"))
    assert added.object == "organization.project.user"
    assert (added.id, added.role) == (person.id, "member")
    twice = await refused(
        lambda: api.users.create(project.id, user_id=person.id, role="member"), BadRequestError
    )
    assert "already exists in project" in twice.message
    promoted = await settled(api.users.update(person.id, project_id=project.id, role="owner"))
    assert promoted.role == "owner"
    assert (await settled(api.users.retrieve(person.id, project_id=project.id))).role == "owner"
    members = await every(lambda **given: api.users.list(project.id, **given))
    assert person.id in {member.id for member in members}
    left = await settled(api.users.delete(person.id, project_id=project.id))
    assert (left.object, left.deleted) == ("organization.project.user.deleted", True)
    absent = await refused(
        lambda: api.users.delete(person.id, project_id=project.id), NotFoundError
    )
    assert "is not a member of" in absent.message

    archived = await settled(api.archive(project.id))
    assert archived.status == "archived"
    assert archived.archived_at
    assert project.id not in {one.id for one in await every(api.list)}
    shown = await every(lambda **given: api.list(include_archived=True, **given))
    assert project.id in {one.id for one in shown}
    closed = await refused(lambda: api.users.list(project.id), BadRequestError)
    assert closed.message.endswith("Project Borealis is archived")


async def roles(client: Client) -> None:
    organization = client.admin.organization
    catalogue = (await settled(organization.roles.list())).data
    predefined = {role.name: role for role in catalogue if role.predefined_role}
    assert {"owner", "reader"} <= predefined.keys()
    assert predefined["owner"].id.startswith("role-api-organization-owner__api-organization__org-")
    custom = await settled(
        organization.roles.create(role_name="Group manager", permissions=["api.groups.read"])
    )
    person = (await every(organization.users.list))[31]
    api = organization.users.roles
    assigned = await settled(api.create(person.id, role_id=custom.id))
    assert (assigned.object, assigned.user.id, assigned.role.id) == (
        "user.role",
        person.id,
        custom.id,
    )
    held = await settled(api.list(person.id))
    assert {role.name for role in held.data} == {"reader", "Group manager"}
    assert (held.has_more, held.next) == (False, None)
    assert (await settled(api.delete(custom.id, user_id=person.id))).deleted
    await refused(lambda: api.retrieve(custom.id, user_id=person.id), NotFoundError)
    by_id = await settled(organization.users.update(person.id, role_id=predefined["owner"].id))
    assert by_id.role == "owner"


async def admin_keys(client: Client) -> None:
    api = client.admin.organization.admin_api_keys
    key = await settled(api.create(name="Rotation", expires_in_seconds=86_400))
    assert key.value.startswith("sk-admin-")
    assert key.expires_at - key.created_at == 86_400
    listed = await settled(api.retrieve(key.id))
    assert listed.owner.type == "user"
    assert key.value not in listed.model_dump_json()
    assert key.id in {one.id for one in (await settled(api.list(order="desc"))).data}

    other = type(client)(admin_api_key=key.value, base_url=client.base_url, max_retries=0)
    try:
        theirs = other.admin.organization.users
        assert (await settled(theirs.list(limit=1))).data
        assert (await settled(api.delete(key.id))).deleted
        dead = await refused(theirs.list, AuthenticationError)
    finally:
        await settled(other.close())
    assert dead.code == "invalid_api_key"
    assert key.value not in str(dead)


async def audit_log(client: Client) -> None:
    organization = client.admin.organization
    person = (await every(organization.users.list))[32]
    start = (await settled(organization.users.retrieve(person.id))).added_at
    await settled(organization.users.delete(person.id))
    events = await settled(
        organization.audit_logs.list(event_types=["user.deleted"], effective_at={"gte": start})
    )
    newest = events.data[0]
    assert newest.type == "user.deleted"
    assert newest.user_deleted.id == person.id
    assert newest.actor.type == "api_key"
    about = await settled(organization.audit_logs.list(resource_ids=[person.id]))
    assert {event.type for event in about.data} == {"user.deleted"}
    future = await settled(organization.audit_logs.list(effective_at={"gt": 4_000_000_000}))
    assert future.data == []


async def envelope(client: Client) -> None:
    raw = await settled(client.admin.organization.users.with_raw_response.list(limit=1))
    assert raw.headers["openai-version"] == "2020-10-01"
    assert raw.headers["openai-organization"]
    assert int(raw.headers["openai-processing-ms"]) >= 0
    again = await settled(client.admin.organization.users.with_raw_response.list(limit=1))
    assert raw.request_id != again.request_id


SCRIPT = [users, invites, projects, roles, admin_keys, audit_log, envelope]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in ("ORG_ID", "PROJECT_ID", "BASE_URL", "CUSTOM_HEADERS", "ADMIN_KEY", "API_KEY"):
        monkeypatch.delenv(f"OPENAI_{name}", raising=False)


def run(kind: type, openai: Any, step: Callable[[Client], Awaitable[None]], **given: Any) -> None:
    async def main() -> None:
        settings = {"admin_api_key": openai.admin_key, "max_retries": 0} | given
        client = kind(base_url=openai.url, **settings)
        try:
            await step(client)
        finally:
            await settled(client.close())

    asyncio.run(main())


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
@pytest.mark.parametrize("step", SCRIPT, ids=lambda step: step.__name__)
def test_the_official_client_finds_what_the_documentation_says(openai, kind, step):
    run(kind, openai, step)


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_the_official_client_is_told_what_its_key_lacks(openai, kind):
    async def read(client: Client) -> None:
        error = await refused(client.admin.organization.users.list, APIStatusError)
        assert error.status_code in {401, 403}
        assert "Missing scopes: api.management.read" in error.message

    async def write(client: Client) -> None:
        assert (await settled(client.admin.organization.users.list(limit=1))).data
        error = await refused(
            lambda: client.admin.organization.users.delete("user-x"), APIStatusError
        )
        assert "Missing scopes: api.management.write" in error.message

    async def model(client: Client) -> None:
        error = await refused(client.models.list, APIStatusError)
        assert "Missing scopes: api.model.read" in error.message

    run(kind, openai, read, admin_api_key=openai.personal_key)
    run(kind, openai, read, admin_api_key=openai.project_key)
    run(kind, openai, write, admin_api_key=openai.read_only_key)
    run(kind, openai, model, api_key=openai.admin_key)


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_the_official_client_is_told_of_the_wrong_organization(openai, kind):
    async def step(client: Client) -> None:
        error = await refused(client.admin.organization.users.list, AuthenticationError)
        assert error.code == "mismatched_organization"

    run(kind, openai, step, organization="org-somebody-else")
    run(kind, openai, step, organization="")
