"""Somebody leaves: all they had is found, shown, taken away, and read back."""

from __future__ import annotations

import pytest

from tenure.inventory.models import Ownership
from tenure.lib.errors import Conflict
from tenure.offboarding.impact import impact_of, preview_of
from tenure.offboarding.minding import settle_case
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.operations.approve_case import approve_case
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.planning import items_of
from tenure.offboarding.tests.conftest import HUGO, PRIYA, ada
from tenure.provisioning import acting
from tenure.testing.cast import actor_of

State = OffboardingCase.State


@pytest.fixture
def case(leaver):
    return open_case(person_ref=leaver.hugo.ref, new_owner_ref=leaver.priya.ref, actor=ada())


def approve(case, *, by=None):
    by = by or ada()
    preview = preview_of(case, items_of(case), actor=by)
    approve_case(ref=case.ref, preview=preview, actor=by)


def work(case):
    case.refresh_from_db()
    acting.work(case.batch, actor=actor_of("ada"))
    settle_case(ref=case.ref, actor=ada())
    case.refresh_from_db()


def test_everything_is_found_and_shown(case, leaver):
    found = [(item.kind, item.label, item.action) for item in items_of(case)]
    assert found == [
        ("project", "ingest-prod", "add_owner"),
        ("admin_key", "hugo-admin", "revoke"),
        ("project_key", "hugo-0", "revoke"),
        ("project_key", "hugo-1", "revoke"),
        ("project_key", "hugo-2", "revoke"),
        ("invitation", "hugo+old@halden.example", "cancel"),
        ("invitation", "hugo@private.example", "cancel"),
        ("service_account", "ingest-batch", "reassign"),
        ("member", HUGO, "remove"),
    ]
    impact = impact_of(items_of(case))
    assert impact.sole_owner_of == ("ingest-prod",)
    assert impact.service_accounts == ("ingest-batch",)
    assert len(impact.invitations) == 2


@pytest.mark.parametrize("before", ["", "member"])
def test_the_provider_holds_nothing_of_theirs_afterwards(case, leaver, openai, sync, before):
    if before:  # who takes the project over is in it already
        openai.put_member("ingest-prod", PRIYA, role=before)
        sync()
    approve(case)
    work(case)
    assert [(item.label, item.is_settled) for item in items_of(case) if not item.is_settled] == []
    assert case.state == State.COMPLETE
    assert HUGO not in [user["email"] for user in openai.users()]
    keys = [key for project in openai.projects() for key in openai.project_keys(project["name"])]
    assert not [key for key in keys if key["name"].startswith("hugo")]
    assert not [key for key in openai.admin_keys() if key["name"] == "hugo-admin"]
    assert not [one for one in openai.invites() if one["email"].startswith("hugo")]
    owners = [
        member["email"]
        for project in openai.projects()
        if project["name"] == "ingest-prod"
        for member in project["members"]
        if member["role"] == "owner"
    ]
    assert owners == [PRIYA]
    assert [one["name"] for one in openai.service_accounts("ingest-prod")] == ["ingest-batch"]
    assert Ownership.objects.get(account=leaver.service).owner == leaver.priya


def test_what_was_not_shown_is_not_approved(case, leaver, openai):
    stale = preview_of(case, items_of(case), actor=ada())
    openai_items = items_of(case).filter(kind="project_key")[:1].get()
    openai_items.label = "renamed"
    openai_items.save(update_fields=["label"])
    changed = preview_of(case, items_of(case), actor=ada())
    for preview, said in (("", "Look at what this touches"), (changed, "has changed since")):
        with pytest.raises(Conflict, match=said):
            approve_case(ref=case.ref, preview=preview, actor=ada())
    with pytest.raises(Conflict, match="has changed since"):
        approve_case(ref=case.ref, preview=stale, actor=actor_of("mara", person_id="another"))
    assert not [one for one in openai.requests() if one["method"] != "GET"]


def test_without_a_new_owner_nothing_begins(leaver):
    case = open_case(person_ref=leaver.hugo.ref, actor=ada())
    with pytest.raises(Conflict, match="Choose what happens to ingest-prod and 1 more first"):
        approve(case)


def test_in_an_emergency_the_account_goes_first(leaver, openai):
    case = open_case(
        person_ref=leaver.hugo.ref,
        opened=OffboardingCase.Opened.EMERGENCY,
        new_owner_ref=leaver.priya.ref,
        actor=ada(),
    )
    openai.forget_requests()
    approve(case)
    work(case)
    changes = [one["path"] for one in openai.requests() if one["method"] != "GET"]
    assert "/users/user-" in changes[0]
    assert case.state == State.COMPLETE
