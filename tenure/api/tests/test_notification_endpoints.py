"""What a token's user is told, and where the organization is told it."""

from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.notifications.calling import check
from tenure.notifications.models import Preference
from tenure.notifications.operations.add_target import add_target
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db


def test_a_token_chooses_what_its_own_user_is_told(program_of):
    mara = program_of("mara")
    before = mara.get("/notification-preferences").document
    told = mara.post("/notification-preferences", {"deliveries": {"finding_overdue": "daily"}})
    assert told.status_code == 200, told.document
    said = {one["topic"]: one["delivery"] for one in told.document["topics"]}
    assert said["finding_overdue"] == "daily"
    assert (told.document["hour"], told.document["zone"]) == (before["hour"], before["zone"])
    assert Preference.objects.get().user_ref == user_of("mara").ref
    event = AuditEvent.objects.get(verb="preference.changed")
    assert (event.actor_kind, event.subject_ref) == ("token", str(user_of("mara").ref))
    wrong = {"deliveries": {"finding_overdue": "shouted"}}
    assert mara.post("/notification-preferences", wrong).status_code == 400
    others = program_of("sid").get("/notification-preferences").document["topics"]
    assert {one["topic"]: one["delivery"] for one in others}["finding_overdue"] == "at_once"


def test_targets_are_listed_without_their_addresses_and_made_by_no_token(program_of):
    url = check("jsons://hooks.halden.example/s3cr3t")
    add_target(name="#access", checked=url, topics=["key_expired"], actor=actor_of("ada"))
    ada = program_of("ada")
    answer = ada.get("/notification-targets")
    (row,) = answer.document["data"]
    assert (row["name"], row["host_ends"], row["topics"]) == (
        "#access",
        "…halden.example",
        ["key_expired"],
    )
    assert b"s3cr3t" not in answer.content
    assert ada.post("/notification-targets", {"name": "#b"}).status_code == 405
    assert program_of("sid").get("/notification-targets").status_code == 403
