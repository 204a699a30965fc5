from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent, AuditText
from tenure.lib.errors import NotFound
from tenure.testing.cast import PASSWORD, actor_of, user_of
from tenure.users.operations.record_refused_confirmation import record_refused_confirmation

pytestmark = pytest.mark.django_db
VERB, CONFIRM = "confirmation.refused", "/auth/confirm"


@pytest.mark.parametrize("proof", [{"password": "wrong"}, {"code": "123456"}])
def test_a_proof_that_fails_is_noted_with_the_address(client_of, proof):
    client_of("mara", recently=False).post(CONFIRM, proof)
    event = AuditEvent.objects.get(verb=VERB)
    assert (event.actor_id, event.subject_ref) == (actor_of("mara").id,) * 2
    assert AuditText.objects.get(event=event, field="address").text == "127.0.0.1"


def test_a_proof_that_holds_is_not(client_of):
    client_of("mara", recently=False).post(CONFIRM, {"password": PASSWORD})
    assert not AuditEvent.objects.filter(verb=VERB).exists()


def test_nobody_notes_it_for_another():
    with pytest.raises(NotFound):
        record_refused_confirmation(user_ref=user_of("ada").ref, address="", actor=actor_of("mara"))
