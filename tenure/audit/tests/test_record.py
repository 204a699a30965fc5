from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit import rules
from tenure.audit.models import AuditEvent, AuditText, UnsealedEvent
from tenure.audit.verbs import UndeclaredVerb
from tenure.lib.errors import Invalid
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db
VERB = "audit_log.exported"
LOG = audit.Subject("audit_log", "all")


def test_it_writes_the_event_its_texts_and_its_place_in_the_sealers_queue():
    actor = actor_of("ada", person_id="p-1")
    event = audit.record(
        VERB, actor=actor, subject=LOG, text={"reason": "asked by Rita"}, before="a", after=None
    )
    event.refresh_from_db()
    assert (event.verb, event.actor_kind, event.actor_id) == (VERB, "user", actor.id)
    assert (event.person_id, event.subject_kind, event.subject_ref) == ("p-1", "audit_log", "all")
    assert event.detail == {"before": "a", "after": None}
    assert event.at.microsecond % 1000 == 0
    texts = {row.field: row for row in event.texts.all()}
    assert {field: row.text for field, row in texts.items()} == {
        "actor": "Ada Lindqvist",
        "reason": "asked by Rita",
    }
    assert event.digests == {
        field: rules.digest(row.salt, row.text) for field, row in texts.items()
    }
    assert UnsealedEvent.objects.get().event_id == event.pk


def test_names_and_free_text_stay_out_of_the_event_itself():
    audit.record(VERB, actor=actor_of("ada"), subject=LOG, text={"reason": "Hugo left"})
    (event,) = AuditEvent.objects.values()
    assert "Lindqvist" not in repr(event)
    assert "Hugo" not in repr(event)


def test_equal_texts_do_not_show_as_equal_digests():
    first, second = (audit.record(VERB, actor=actor_of("ada"), subject=LOG) for _ in range(2))
    assert first.digests["actor"] != second.digests["actor"]


def test_a_row_is_named_by_its_kind_and_ref():
    user = user_of("hugo")
    event = audit.record(VERB, actor=actor_of("ada"), subject=user)
    assert (event.subject_kind, event.subject_ref) == ("user", str(user.ref))


def test_the_connection_is_given_or_is_the_subject():
    ada, ref = actor_of("ada"), uuid.uuid4()
    connection = audit.Subject("connection", str(ref))
    assert audit.record(VERB, actor=ada, subject=LOG).connection_ref is None
    assert audit.record(VERB, actor=ada, subject=LOG, connection="c").connection_ref == "c"
    assert audit.record(VERB, actor=ada, subject=connection).connection_ref == str(ref)


def test_a_verb_nobody_declared_is_refused():
    with pytest.raises(UndeclaredVerb):
        audit.record("account.vanished", actor=actor_of("ada"), subject=LOG)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"after": 0.5}, TypeError),
        ({"after": "hugo@halden.example"}, ValueError),
        ({"key": "sk-admin-abcdefghijkl"}, Invalid),
        ({"text": {"reason": "sk-proj-abcdefghijkl"}}, Invalid),
        ({"text": {"reason": 7}}, TypeError),
    ],
)
def test_what_may_not_be_kept_leaves_no_event(given, refusal):
    with pytest.raises(refusal):
        audit.record(VERB, actor=actor_of("ada"), subject=LOG, **given)
    assert not AuditEvent.objects.exists()
    assert not AuditText.objects.exists()


def test_a_model_in_the_detail_is_refused():
    with pytest.raises(TypeError):
        audit.record(VERB, actor=actor_of("ada"), subject=LOG, user=user_of("hugo"))


def test_a_rollback_leaves_no_event():
    with transaction.atomic():
        audit.record(VERB, actor=actor_of("ada"), subject=LOG)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()
    assert not UnsealedEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_stand_outside_the_transaction_of_the_change():
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(VERB, actor=actor_of("ada"), subject=LOG)
    assert not AuditEvent.objects.exists()
