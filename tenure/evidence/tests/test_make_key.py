from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.evidence.models import EvidenceKey
from tenure.evidence.operations.make_key import make_key
from tenure.evidence.signing import fingerprint_of
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_it_is_made_at_first_use_and_once():
    key = make_key(actor=actor_of("aud"))
    assert make_key(actor=actor_of("ada")) == key
    assert key.fingerprint == fingerprint_of(key.public_pem)
    event = AuditEvent.objects.get(verb="evidence_key.made")
    assert event.detail["fingerprint"] == key.fingerprint


def test_the_private_half_is_not_readable_in_the_database():
    key = make_key(actor=actor_of("ada"))
    kept = EvidenceKey.objects.values().get(pk=key.pk)
    assert b"PRIVATE" not in b"".join(bytes(one) for one in kept.values() if type(one) is bytes)
    assert "PRIVATE" not in str(kept)


def test_it_is_for_those_who_see_evidence():
    with pytest.raises(NotAllowed):
        make_key(actor=actor_of("hugo"))
