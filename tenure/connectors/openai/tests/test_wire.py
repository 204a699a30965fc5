from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.connectors.facts import AccountFact, GrantFact, InvitationFact, ResourceFact
from tenure.connectors.openai.listings import INVITES, PROJECT_USERS, PROJECTS, USERS

AT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def fact(listing, *parent, **record):
    raw = msgspec.json.encode(record)
    return listing.to_fact(listing.decoder.decode(raw), raw, *parent)


def test_a_user_becomes_an_account_with_everything_the_api_said():
    user = fact(
        USERS,
        object="organization.user",
        id="user-1",
        email="Ada@Halden.example",
        name="Ada Okafor",
        role="owner",
        added_at=1_700_000_000,
        api_key_last_used_at=1_700_000_000.0,
        is_default=True,
        is_scim_managed=True,
        is_service_account=True,
    )
    assert user == AccountFact(
        external_id="user-1",
        raw=user.raw,
        email="Ada@Halden.example",
        name="Ada Okafor",
        role="owner",
        is_service=True,
        is_default=True,
        is_scim_managed=True,
        added_at=AT,
        last_used_at=AT,
    )


def test_what_the_provider_did_not_say_is_none_and_never_no():
    for record in ({"id": "user-1"}, {"id": "user-1", "email": None, "role": None, "user": None}):
        user = fact(USERS, **record)
        assert user == AccountFact(external_id="user-1", raw=user.raw)
        assert (user.is_default, user.is_scim_managed, user.last_used_at) == (None, None, None)


def test_a_role_nobody_has_heard_of_is_kept_as_it_is():
    assert fact(USERS, id="user-1", role="galactic_overseer").role == "galactic_overseer"


def test_the_nested_person_fills_in_what_the_record_leaves_out():
    nested = {"email": "ada@halden.example", "name": "Ada"}
    assert fact(USERS, id="u", user=nested).email == "ada@halden.example"
    assert (
        fact(USERS, id="u", email="own@halden.example", user=nested).email == "own@halden.example"
    )
    assert fact(USERS, id="u", name=None, user=nested).name == "Ada"


@pytest.mark.parametrize(
    ("nested", "status"),
    [
        ({}, "active"),
        ({"enabled": True, "banned": False}, "active"),
        ({"enabled": False}, "suspended"),
        ({"banned": True}, "suspended"),
    ],
)
def test_a_banned_or_disabled_user_is_suspended(nested, status):
    assert fact(USERS, id="u", user=nested).status == status


def test_an_invite_becomes_an_invitation_with_its_projects():
    invite = fact(
        INVITES,
        object="organization.invite",
        id="invite-1",
        email="new@halden.example",
        role="reader",
        status="accepted",
        created_at=1_700_000_000,
        expires_at=1_700_000_000,
        accepted_at=1_700_000_000,
        projects=[{"id": "proj_1", "role": "member"}, {"id": "proj_2"}, {"role": "owner"}],
    )
    assert invite == InvitationFact(
        external_id="invite-1",
        raw=invite.raw,
        email="new@halden.example",
        role="reader",
        status="accepted",
        invited_at=AT,
        expires_at=AT,
        accepted_at=AT,
        grants=(("proj_1", "member"), ("proj_2", "")),
    )


def test_the_older_invite_without_projects_and_with_invited_at_is_understood():
    invite = fact(INVITES, id="invite-1", invited_at=1_700_000_000, created_at=None)
    assert (invite.invited_at, invite.grants, invite.status) == (AT, (), "pending")


def test_a_project_becomes_a_resource():
    project = fact(
        PROJECTS, id="proj_1", name="Search", created_at=1_700_000_000, archived_at=1_700_000_000
    )
    assert project == ResourceFact(
        external_id="proj_1",
        raw=project.raw,
        kind="project",
        name="Search",
        created_at=AT,
        archived_at=AT,
    )
    bare = fact(PROJECTS, id="proj_1", name=None)
    assert bare == ResourceFact(external_id="proj_1", raw=bare.raw, kind="project")


def test_a_member_becomes_a_grant_of_the_project():
    member = fact(PROJECT_USERS, "proj_1", id="user-1", role="member", added_at=1_700_000_000)
    assert member == GrantFact(
        external_id="user-1",
        raw=member.raw,
        principal_kind="account",
        principal_id="user-1",
        entitlement_id="member",
        resource_id="proj_1",
        began_at=AT,
    )
    bare = fact(PROJECT_USERS, "proj_1", id="user-1", role=None)
    assert (bare.entitlement_id, bare.began_at) == ("", None)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_an_instant_or_makes_the_record_unreadable(number):
    try:
        added = fact(USERS, id="u", added_at=number).added_at
    except (ValueError, msgspec.DecodeError):
        return
    assert added.tzinfo is UTC
