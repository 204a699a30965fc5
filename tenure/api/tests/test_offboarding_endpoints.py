"""Offboarding and the changes it makes, by API, with the simulator behind it."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest

from tenure.connections.operations.set_connection import set_connection
from tenure.inventory.models import Account
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.tests.conftest import (
    HUGO,
    _organization,
    connection,
    leaver,
    openai,
    sync,
)
from tenure.provisioning import acting, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_person

__all__ = ["_organization", "connection", "leaver", "openai", "sync"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def persons(db):
    """Ada and Mara are two people whom the directory knows."""
    return {name: make_person(name.title(), email=email_of(name)) for name in ("ada", "mara")}


@pytest.fixture
def ada(persons, program_of):
    return program_of("ada")


@pytest.fixture
def mara(persons, program_of):
    return program_of("mara")


def begin(program, leaver, **given):
    body = {"person": str(leaver.hugo.ref), "new_owner": str(leaver.priya.ref), **given}
    return program.post("/offboardings", body)


def planned_by(who, *accounts):
    operations = plan_operations(
        plans=[planned.of_member(one) for one in accounts], cause=planned.Cause(), actor=who
    )
    start_operations(batch=operations[0].batch, actor=who)
    return operations


def human(name, persons):
    user_of(name)
    return actor_of(name, person_id=str(persons[name].ref))


def test_a_leaving_from_its_plan_to_its_end(ada, leaver, openai):
    opened = begin(ada, leaver)
    case = opened.document
    assert (opened.status_code, case["state"], case["items"]) == (201, "awaiting_approval", 9)
    assert case["impact"]["sole_owner_of"] == ["ingest-prod"]
    path = f"/offboardings/{case['ref']}"
    rehearsed = ada.post(f"{path}/rehearse").document["data"]
    assert f"{HUGO} is as planned, and would be removed." in [one["says"] for one in rehearsed]
    (kept,) = [item for item in case["plan"] if item["target"] == "hugo-1"]
    said = {"action": "keep", "reason": "Billing runs on it"}
    chosen = ada.post(f"/offboarding-items/{kept['ref']}/choose", said)
    assert chosen.status_code == 200
    assert ada.post(f"{path}/approve", {"preview": case["preview"]}).status_code == 409
    assert ada.post(f"{path}/approve", {"preview": "x"}).status_code == 409
    preview = ada.get(path).document["preview"]
    approved = ada.post(f"{path}/approve", {"preview": preview}).document
    assert (approved["state"], approved["preview"]) == ("in_progress", "")
    acting.work(OffboardingCase.objects.get().batch, actor=actor_of("ada"))
    operations = ada.get("/operations", {"offboarding": case["ref"]}).document["data"]
    assert {one["state"] for one in operations} == {"verified"}
    detail = ada.get(f"/operations/{operations[0]['ref']}").document
    assert "answered" in [step["kind"] for step in detail["steps"]]
    assert HUGO not in [user["email"] for user in openai.users()]


def test_a_case_is_opened_once_for_each_key_and_once_for_each_person(ada, leaver):
    body = {"person": str(leaver.hugo.ref)}
    first, again = (ada.post("/offboardings", body, Idempotency_Key="k-1") for _ in range(2))
    assert first.document == again.document
    assert OffboardingCase.objects.count() == 1
    refused = ada.post("/offboardings", body)
    assert (refused.status_code, refused.document["type"]) == (409, "urn:tenure:conflict")


def test_something_else_is_added_cancelled_and_looked_at_again(ada, leaver):
    path = f"/offboardings/{begin(ada, leaver, is_emergency=True).document['ref']}"
    added = ada.post(f"{path}/items", {"label": "Return the laptop"})
    assert (added.status_code, added.document["items"]) == (201, 10)
    assert ada.post(f"{path}/plan").document["items"] == 10
    assert ada.post(f"{path}/reset", {"reason": "x"}).status_code == 409
    done = ada.post(f"{path}/cancel", {"reason": "They stay"}).document
    assert (done["state"], done["reason"]) == ("cancelled", "They stay")
    assert ada.get("/offboardings", {"show": "over"}).document["data"][0]["ref"] == done["ref"]


def test_a_token_of_the_first_person_is_no_second_person(ada, mara, leaver, persons, openai):
    owner = Account.objects.filter(role="owner", kind="person").first()
    (operation,) = planned_by(human("ada", persons), owner)
    path = f"/operations/{operation.ref}/approve"
    refused = ada.post(path)
    assert refused.status_code == 403
    assert "ask somebody other than yourself" in refused.document["detail"]
    approved = mara.post(path)
    assert (approved.status_code, approved.document["state"]) == (200, "queued")
    assert mara.post(path).status_code == 409


def test_a_brake_is_released_by_another_persons_token(ada, mara, leaver, persons, connection):
    set_connection(ref=connection.ref, brake_per_hour=1, actor=actor_of("ada"))
    members = Account.objects.filter(role="reader", kind="person").order_by("pk")[:3]
    operations = planned_by(human("ada", persons), *members)
    acting.work(operations[0].batch, actor=actor_of("ada"))
    path = f"/connections/{connection.ref}/release-brake"
    assert ada.post(path, {}).status_code == 403
    released = mara.post(path, {"batch": str(operations[0].batch)}).document
    assert (released["operations"], released["batch"]) == (2, str(operations[0].batch))
    assert mara.post(path, {}).status_code == 409


def test_what_is_blocked_is_tried_again_cancelled_or_overridden(ada, mara, leaver, openai, persons):
    members = list(Account.objects.filter(role="reader", kind="person").order_by("pk")[:3])
    operations = [planned_by(human("ada", persons), one)[0] for one in members]
    for one in operations:
        openai.change_user(one.label, email=f"other.{one.pk}@halden.example")
        acting.work(one.batch, actor=actor_of("ada"))
    blocked = ada.get("/operations", {"show": "attention"}).document["data"]
    assert {one["block"] for one in blocked} == {"identity_changed"}
    first, second, third = (f"/operations/{one.ref}" for one in operations)
    assert "other." in ada.post(f"{first}/rehearse").document["says"]
    assert ada.post(f"{first}/retry").document["state"] == "queued"
    assert ada.post(f"{second}/cancel", {"reason": "Not now"}).document["state"] == "cancelled"
    assert ada.post(f"{second}/rehearse").status_code == 409
    assert ada.post(f"{third}/override", {"reason": ""}).status_code == 400
    done = mara.post(f"{third}/override", {"reason": "They came back"}).document
    assert (done["state"], done["reason"]) == ("overridden", "They came back")


def test_work_by_hand_is_given_proven_and_checked_by_another(ada, mara, leaver, persons):
    case = begin(ada, leaver).document
    path = f"/offboardings/{case['ref']}"
    ada.post(f"{path}/items", {"label": "Return the laptop"})
    preview = ada.get(path).document["preview"]
    ada.post(f"{path}/approve", {"preview": preview})
    (operation,) = ProvisioningOperation.objects.filter(mode="manual")
    path = f"/operations/{operation.ref}"
    given = ada.post(f"{path}/assign", {"email": email_of("ada")}).document
    assert given["assignee"] == email_of("ada")
    (mine,) = ada.get("/operations", {"show": "mine"}).document["data"]
    assert mine["ref"] == str(operation.ref)
    assert mara.get("/operations", {"show": "mine"}).document["data"] == []
    picture = b"\x89PNG\r\n\x1a\n of the shelf"
    given = {"name": "shelf.png", "content": b64encode(picture).decode()}
    wrong = {"name": "shelf.exe", "content": b64encode(b"MZ\0").decode()}
    refused = ada.post(f"{path}/prove", {"note": "On the shelf", "files": [given, wrong]})
    assert (refused.status_code, refused.document["field"]) == (400, "files")
    done = ada.post(f"{path}/prove", {"note": "On the shelf", "files": [given]}).document
    (proof,) = done["proofs"]
    assert (done["state"], proof["content_type"]) == ("done", "image/png")
    assert proof["sha256"] == sha256(picture).hexdigest()
    kept = ada.get(f"/operations/proofs/{proof['ref']}")
    assert kept.file == picture
    assert kept["Content-Disposition"] == 'attachment; filename="shelf.png"'
    assert ada.get(f"/operations/proofs/{operation.ref}").status_code == 404
    assert ada.post(f"{path}/check").status_code == 403
    assert mara.post(f"{path}/check").document["state"] == "verified"


def test_who_only_reads_is_shown_no_preview_and_changes_nothing(program_of, ada, leaver):
    case = begin(ada, leaver).document
    reader = program_of("ada", ["offboarding:read"])
    assert reader.get(f"/offboardings/{case['ref']}").document["preview"] == ""
    refused = reader.post(f"/offboardings/{case['ref']}/approve", {"preview": case["preview"]})
    assert refused.document["type"] == "urn:tenure:scope-missing"
