from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent, AuditText
from tenure.connections.operations.rotate_secrets import rotate_secrets
from tenure.lib.errors import Invalid, NotAllowed
from tenure.lib.secrets import RootKey, RootKeys, new_root_key
from tenure.notifications import sealing
from tenure.notifications.calling import check
from tenure.notifications.models import Target
from tenure.notifications.operations.add_target import add_target
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
URL = "jsons://hooks.halden.example/s3cr3t"


def test_its_address_is_sealed_and_stands_nowhere():
    checked = check(f" {URL} ")
    target = add_target(
        name="#access", checked=checked, topics=["owner_gone"], actor=actor_of("ada")
    )
    assert (target.service, target.tail, target.topics) == (
        "jsons",
        "…halden.example",
        ["owner_gone"],
    )
    assert sealing.unseal_text(target) == URL
    for model in (Target, AuditEvent, AuditText):
        assert "s3cr3t" not in str(list(model.objects.values()))
    event = AuditEvent.objects.get()
    assert event.verb == "target.added"
    assert event.detail == {"service": "jsons", "topics": ["owner_gone"]}


def test_only_who_manages_settings_adds_one():
    with pytest.raises(NotAllowed):
        add_target(name="#a", checked=check(URL), topics=[], actor=actor_of("mara"))


def test_a_name_is_one_targets_and_topics_exist(target_at):
    target_at(URL)
    with pytest.raises(Invalid, match="Another target"):
        target_at(URL)
    with pytest.raises(Invalid, match="topic"):
        target_at(URL, "spam", name="#other")


def test_the_database_agrees(target_at):
    target = target_at(URL)
    for change in ({"ciphertext": None}, {"removed_at": target.created_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Target.objects.update(**change)
    twin = Target(name=target.name, service="jsons", tail="x")
    sealing.seal_text(twin, URL)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_it_follows_the_root_key(target_at, settings):
    target = target_at(URL)
    settings.TENURE_ROOT_KEYS = RootKeys(RootKey(new_root_key()), settings.TENURE_ROOT_KEYS.current)
    rotate_secrets(actor=actor_of("ada"))
    target.refresh_from_db()
    assert target.key_id == settings.TENURE_ROOT_KEYS.current.id
    assert sealing.unseal_text(target) == URL
