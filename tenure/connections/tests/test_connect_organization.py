from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.connections import keyring
from tenure.connections.models import Connection, ConnectionKey
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(monkeypatch) -> list[tuple[str, dict[str, str]]]:
    """What was announced; the slices that follow are others'."""
    heard: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(
        "tenure.connections.operations.connect_organization.announce",
        lambda topic, **arguments: heard.append((topic, arguments)),
    )
    return heard


def test_it_stores_the_connection_with_its_key_sealed_and_asks_for_the_first_sync(
    judged, openai, announced
):
    sid = user_of("sid")
    connection = connect_organization(
        judged=judged(), name="OpenAI Production", owner_ref=sid.ref, actor=actor_of("ada")
    )
    connection.refresh_from_db()
    assert (connection.state, connection.name, connection.organization_id) == (
        "active",
        "OpenAI Production",
        openai.organization_id,
    )
    assert connection.owner == sid
    assert connection.removal_is_on is False
    assert connection.judged.key_kind == "admin"
    key = connection.keys.get()
    assert (key.purpose, key.kind, key.hint) == ("everyday", "admin", openai.admin_key[-4:])
    assert keyring.open_key(connection, keyring.Purpose.EVERYDAY) == openai.admin_key
    assert announced == [("connection.ready", {"connection_ref": str(connection.ref)})]
    event = AuditEvent.objects.get()
    assert (event.verb, event.subject_ref) == ("connection.connected", str(connection.ref))
    assert event.detail["key_kind"] == "admin"


def test_a_removal_key_is_sealed_beside_it_and_removal_stays_off(judged, openai):
    connection = connect_organization(
        judged=judged(api_key=openai.read_only_key, removal_key=openai.admin_key),
        actor=actor_of("ada"),
    )
    assert connection.removal_is_on is False
    assert keyring.open_key(connection, keyring.Purpose.REMOVAL) == openai.admin_key
    assert keyring.open_key(connection, keyring.Purpose.EVERYDAY) == openai.read_only_key


def test_a_removal_key_that_may_not_write_is_refused_and_nothing_is_stored(judged, openai):
    openai.faults(personal_key_reads=True)
    with pytest.raises(Invalid, match="may not write") as refused:
        connect_organization(judged=judged(removal_key=openai.personal_key), actor=actor_of("ada"))
    assert refused.value.field == "removal_key"
    assert not Connection.objects.exists()


def test_an_organization_that_is_connected_is_refused_by_the_name_it_has(connection, judged):
    with pytest.raises(Conflict, match="already connected as OpenAI;"):
        connect_organization(judged=judged(), name="Again", actor=actor_of("ada"))
    assert Connection.objects.count() == 1


def test_reconnecting_continues_the_same_row(connection, judged, openai):
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    again = connect_organization(judged=judged(), actor=actor_of("ada"))
    assert (again.pk, again.ref, again.name) == (connection.pk, connection.ref, "OpenAI")
    assert again.state == "active"
    assert keyring.open_key(again, keyring.Purpose.EVERYDAY) == openai.admin_key
    assert AuditEvent.objects.filter(verb="connection.reconnected").exists()


def test_without_a_name_it_is_called_like_the_provider_and_numbered(judged):
    Connection.objects.bulk_create([_other("OpenAI"), _other("openai 2")])
    connection = connect_organization(judged=judged(), actor=actor_of("ada"))
    assert connection.name == "OpenAI 3"


def test_a_name_that_another_connection_has_is_refused_at_the_field(judged):
    _other("OpenAI").save()
    with pytest.raises(Invalid, match="Another connection is called openai") as refused:
        connect_organization(judged=judged(), name="openai", actor=actor_of("ada"))
    assert refused.value.field == "name"


def test_an_owner_who_cannot_see_connections_is_refused(judged):
    with pytest.raises(Invalid, match="system owner") as refused:
        connect_organization(judged=judged(), owner_ref=user_of("hugo").ref, actor=actor_of("ada"))
    assert refused.value.field == "owner"


@pytest.mark.parametrize("name", ["mara", "sid", "rita", "hugo", "aud", "oscar"])
def test_only_an_admin_connects(judged, name):
    with pytest.raises(NotAllowed):
        connect_organization(judged=judged(), actor=actor_of(name))
    assert not Connection.objects.exists()


def test_an_admin_of_one_connection_does_not_connect_others(judged, connection):
    with pytest.raises(NotAllowed):
        connect_organization(judged=judged(), actor=actor_of("ada", connection=str(connection.ref)))


def test_of_two_at_once_the_second_is_told_politely(judged, connection, monkeypatch):
    monkeypatch.setattr(
        "tenure.connections.queries.connection_of_organization", lambda *_, **__: None
    )
    with pytest.raises(Conflict, match="just connected"):
        connect_organization(judged=judged(), name="Second", actor=actor_of("ada"))
    assert ConnectionKey.objects.count() == 1


def test_the_database_itself_keeps_one_connection_per_organization(connection):
    with pytest.raises(IntegrityError), transaction.atomic():
        _other("Twin", organization_id=connection.organization_id).save()


def test_connecting_again_continues_it_and_begins_a_new_life(fail, judged, openai):
    user_of("ada")
    connection = fail()
    connection.failure_told_at = connection.owner_absence_told_at = connection.connected_at
    connection.save()
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    again = connect_organization(judged=judged(), actor=actor_of("ada"))
    again.refresh_from_db()
    assert (again.pk, again.ref, again.name) == (connection.pk, connection.ref, connection.name)
    assert (again.state, again.state_reason) == ("active", "")
    assert (again.strikes, again.first_strike_at, again.failure_kind) == (0, None, "")
    assert (again.failure_told_at, again.owner_absence_told_at) == (None, None)
    assert again.connected_at > connection.connected_at


def _other(name: str, organization_id: str = "") -> Connection:
    from tenure.lib.clock import now

    return Connection(
        kind="openai",
        name=name,
        organization_id=organization_id or f"org-of-{name}",
        created_at=now(),
        state_changed_at=now(),
    )
