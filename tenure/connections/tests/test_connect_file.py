from __future__ import annotations

import hashlib

import pytest
from django.test import override_settings

from tenure.audit.models import AuditEvent
from tenure.connections import keyring
from tenure.connections.connecting import judge_stored, open_changing_connector
from tenure.connections.models import Connection
from tenure.connections.operations.connect_file import connect_file
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.set_connection import set_connection
from tenure.connections.operations.set_removal import set_removal
from tenure.connections.upload_models import UploadedFile
from tenure.connections.uploading import Understood, understood
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db

FIGMA = b"email,name,seat\nada@example.com,Ada,Editor\nbo@example.com,Bo,Viewer\nbad,,\n"


def what(content: bytes = FIGMA, **columns: str) -> Understood:
    actor = actor_of("ada")
    return understood(content=content, name="figma.csv", columns=columns or None, actor=actor)


def test_a_file_is_stored_as_it_came_with_its_hash_and_nothing_is_sealed():
    owner = user_of("ada")
    made = connect_file(what=what(), name=" Figma ", owner_ref=owner.ref, actor=actor_of("ada"))
    assert (made.kind, made.name, made.organization_id) == ("file", "Figma", "figma")
    assert (made.state, made.owner, made.removal_policy) == ("active", owner, "manual")
    assert (made.requests_per_minute, made.removal_is_on) == (None, False)
    (kept,) = UploadedFile.objects.all()
    assert kept.sha256 == hashlib.sha256(FIGMA).hexdigest()
    assert (kept.size, kept.accounts, kept.rejected) == (len(FIGMA), 2, 1)
    assert kept.columns == {"email": "email", "name": "name", "role": "seat"}
    assert kept.uploaded_by == owner
    upload = keyring.credentials(made, keyring.Purpose.EVERYDAY).upload
    assert upload is not None
    assert upload.content == FIGMA
    assert not made.keys.exists()
    told = AuditEvent.objects.get(verb="connection.file_connected")
    assert told.detail["sha256"] == kept.sha256
    assert (told.detail["accounts"], told.detail["rejected"]) == (2, 1)


def test_a_system_is_connected_once_and_goes_on_after_it_was_disconnected():
    made = connect_file(what=what(), name="Figma", actor=actor_of("ada"))
    with pytest.raises(Conflict, match="Figma is connected already; upload a newer file"):
        connect_file(what=what(), name="FIGMA", actor=actor_of("ada"))
    disconnect_connection(ref=made.ref, actor=actor_of("ada"))
    again = connect_file(what=what(), name="figma", actor=actor_of("ada"))
    assert (again.pk, again.state, again.name) == (made.pk, "active", "figma")
    assert Connection.objects.count() == 1


@pytest.mark.parametrize("name", ["", "  "])
def test_a_system_has_a_name(name):
    with pytest.raises(Invalid, match="Name the system"):
        connect_file(what=what(), name=name, actor=actor_of("ada"))


def test_a_file_without_an_account_is_refused_with_the_first_reason():
    with pytest.raises(Invalid, match="can be taken as an account: line 2 'bad' is not an e-mail"):
        connect_file(what=what(b"email\nbad\n"), name="Figma", actor=actor_of("ada"))
    with pytest.raises(Invalid, match="it has no lines below the first"):
        connect_file(what=what(b"email\n"), name="Figma", actor=actor_of("ada"))
    assert not Connection.objects.exists()


def test_a_file_that_is_too_large_is_refused():
    with (
        override_settings(TENURE_UPLOAD_MB=0),
        pytest.raises(Invalid, match="larger than 0 MB; leave out columns"),
    ):
        what()


def test_who_may_not_manage_connections_may_not_connect_one():
    good = what()
    with pytest.raises(NotAllowed):
        connect_file(what=good, name="Figma", actor=actor_of("rita"))
    with pytest.raises(NotAllowed):
        understood(content=FIGMA, name="figma.csv", actor=actor_of("rita"))


def test_nothing_is_removed_through_a_file_and_no_key_is_checked():
    made = connect_file(what=what(), name="Figma", actor=actor_of("ada"))
    with pytest.raises(Conflict, match="removals there are done by hand"):
        set_removal(ref=made.ref, is_on=True, actor=actor_of("ada"))
    for only_reads in (True, False):
        with pytest.raises(Conflict, match="do it by hand, then upload a newer file"):
            open_changing_connector(made, only_reads=only_reads)
    with pytest.raises(Invalid, match="Files are read without a key"):
        judge_stored(made, actor=actor_of("ada"))


def test_a_file_is_expected_every_so_many_days():
    made = connect_file(what=what(), name="Figma", actor=actor_of("ada"))
    set_connection(ref=made.ref, interval_minutes=90 * 1440, actor=actor_of("ada"))
    made.refresh_from_db()
    assert made.interval_minutes == 90 * 1440
    with pytest.raises(Invalid, match="which is a day, and 525600, which is a year"):
        set_connection(ref=made.ref, interval_minutes=30, actor=actor_of("ada"))
