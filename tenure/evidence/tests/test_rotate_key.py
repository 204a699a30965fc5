from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.connections.operations.rotate_secrets import rotate_secrets
from tenure.evidence.keeping import file_of, fresh_key, sign
from tenure.evidence.models import EvidenceKey
from tenure.evidence.operations.make_key import make_key
from tenure.evidence.operations.rotate_key import rotate_key
from tenure.evidence.publishing import published
from tenure.evidence.signing import is_signed
from tenure.evidence.tests.world import make
from tenure.evidence.verifying import Outcome, verify_bundle
from tenure.lib.errors import Conflict, NotAllowed
from tenure.lib.secrets import RootKey, RootKeys, new_root_key
from tenure.testing.cast import actor_of


@pytest.mark.django_db
def test_another_key_signs_and_the_old_one_stays_published():
    old = make_key(actor=actor_of("ada"))
    new = rotate_key(actor=actor_of("ada"))
    first, second = published(actor=None)
    assert (first["fingerprint"], first["valid_until"]) == (new.fingerprint, None)
    assert (second["fingerprint"], second["valid_until"]) == (old.fingerprint, first["valid_from"])
    old.refresh_from_db()
    assert (old.key_id, old.wrapped_key, old.ciphertext) == ("", None, None)
    event = AuditEvent.objects.get(verb="evidence_key.rotated")
    assert (event.detail["before"], event.detail["after"]) == (old.fingerprint, new.fingerprint)


@pytest.mark.usefixtures("company")
def test_what_the_old_key_signed_is_still_valid():
    before = make()
    rotate_key(actor=actor_of("ada"))
    after = make()
    trusted = {"trusted_fingerprint": before.bundle.fingerprint}
    assert verify_bundle(file_of(before), **trusted).outcome == Outcome.VALID
    assert verify_bundle(file_of(after), **trusted).outcome == Outcome.OTHER_SIGNER


@pytest.mark.django_db
def test_there_is_one_key_in_force_and_an_admin_rotates_it():
    with pytest.raises(Conflict):
        rotate_key(actor=actor_of("ada"))
    make_key(actor=actor_of("ada"))
    for name in ("mara", "aud", "hugo"):
        with pytest.raises(NotAllowed):
            rotate_key(actor=actor_of(name))
    with pytest.raises(IntegrityError), transaction.atomic():
        fresh_key().save(force_insert=True)


@pytest.mark.django_db
def test_it_moves_with_the_other_secrets_to_another_root_key(settings):
    key = make_key(actor=actor_of("ada"))
    before = settings.TENURE_ROOT_KEYS.current
    settings.TENURE_ROOT_KEYS = RootKeys(RootKey(new_root_key()), before)
    assert rotate_secrets(actor=actor_of("ada")) == 1
    settings.TENURE_ROOT_KEYS = RootKeys(settings.TENURE_ROOT_KEYS.current)
    moved = EvidenceKey.objects.get(pk=key.pk)
    assert is_signed(key.public_pem, b"said", sign(moved, b"said"))
