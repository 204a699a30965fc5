from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.connections import uploading
from tenure.connections.models import Connection
from tenure.connections.operations.connect_file import connect_file
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.pause_connection import pause_connection
from tenure.connections.operations.upload_file import upload_file
from tenure.connections.upload_models import UploadedFile
from tenure.connections.uploading import Understood, understood
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def what(content: bytes, connection: Connection | None = None, **columns: str) -> Understood:
    return understood(
        content=content,
        name="figma.csv",
        columns=columns or None,
        connection=connection,
        actor=actor_of("ada"),
    )


@pytest.fixture
def figma(db) -> Connection:
    first = what(b"mail,alias\nada@example.com,Ada\n", email="mail", name="alias")
    return connect_file(what=first, name="Figma", actor=actor_of("ada"))


def test_a_newer_file_is_in_force_and_the_older_is_kept(figma):
    newer = what(b"mail,alias\nbo@example.com,Bo\n", figma)
    stored = upload_file(ref=figma.ref, what=newer, actor=actor_of("ada"))
    assert UploadedFile.objects.filter(connection=figma).count() == 2
    upload = uploading.latest(figma)
    assert upload is not None
    assert upload.content == newer.content
    told = AuditEvent.objects.get(verb="connection.file_uploaded")
    assert told.detail["sha256"] == stored.sha256


def test_columns_are_those_of_the_last_file_where_it_has_them(figma):
    assert what(b"alias,mail\nBo,bo@example.com\n", figma).table.columns == {
        "email": "mail",
        "name": "alias",
    }
    assert what(b"email\nbo@example.com\n", figma).table.columns == {"email": "email"}


def test_a_file_without_an_account_leaves_the_last_in_force(figma):
    with pytest.raises(Invalid, match="No line of the file can be taken"):
        upload_file(ref=figma.ref, what=what(b"email\n"), actor=actor_of("ada"))
    assert UploadedFile.objects.count() == 1


def test_only_a_connection_that_is_read_from_files_and_awake_takes_one(figma, connection):
    good = what(b"email\nada@example.com\n")
    with pytest.raises(Conflict, match="OpenAI is read with a key"):
        upload_file(ref=connection.ref, what=good, actor=actor_of("ada"))
    pause_connection(ref=figma.ref, actor=actor_of("ada"))
    with pytest.raises(Conflict, match="Figma is paused; resume it before"):
        upload_file(ref=figma.ref, what=good, actor=actor_of("ada"))
    disconnect_connection(ref=figma.ref, actor=actor_of("ada"))
    with pytest.raises(Conflict, match="Figma is disconnected; connect it before"):
        upload_file(ref=figma.ref, what=good, actor=actor_of("ada"))


def test_who_may_not_manage_connections_may_not_upload(figma):
    good = what(b"email\nada@example.com\n")
    with pytest.raises((NotAllowed, NotFound)):
        upload_file(ref=figma.ref, what=good, actor=actor_of("rita"))
