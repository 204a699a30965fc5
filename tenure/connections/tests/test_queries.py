from __future__ import annotations

import pytest

from tenure.connections import queries
from tenure.connections.connecting import open_connector
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.pause_connection import pause_connection
from tenure.connectors.base import Collection
from tenure.lib.errors import NotFound
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db


def test_who_may_look_sees_it_and_others_see_nothing(connection):
    for name in ("ada", "mara", "sid", "aud"):
        assert list(queries.connections(actor=actor_of(name))) == [connection]
    for name in ("rita", "hugo", "oscar"):
        assert not queries.connections(actor=actor_of(name))


def test_a_narrowed_permission_covers_its_connection_only(connection):
    here = actor_of("sid", connection=str(connection.ref))
    elsewhere = actor_of("sid", connection="0199d2a1-6e2b-7d3c-8a51-5a0f3c9e7b11")
    assert queries.connection_by_ref(connection.ref, actor=here) == connection
    with pytest.raises(NotFound):
        queries.connection_by_ref(connection.ref, actor=elsewhere)
    with pytest.raises(NotFound):
        queries.connection_to_change(connection.ref, actor=here)


@pytest.mark.parametrize("by", ["name", "ref", "organization_id"])
def test_a_connection_is_found_by_what_people_call_it(connection, by):
    text = str(getattr(connection, by)).upper()
    assert queries.connection_by_name(text, actor=actor_of("mara")) == connection


def test_only_connections_that_are_awake_are_due(connection):
    system = actor_of("ada")
    assert list(queries.connections_to_sync(actor=system)) == [connection]
    pause_connection(ref=connection.ref, actor=system)
    assert not queries.connections_to_sync(actor=system)
    disconnect_connection(ref=connection.ref, actor=system)
    assert not queries.connections_to_sync(actor=system)


def test_owners_are_those_who_can_look_after_a_connection(db):
    for name in ("ada", "mara", "sid", "rita", "hugo", "aud", "oscar"):
        user_of(name)
    names = {str(user) for user in queries.possible_owners(actor=actor_of("ada"))}
    assert names == {"Ada Lindqvist", "Mara Okafor", "Sid Brandt"}
    assert not queries.possible_owners(actor=actor_of("mara"))


def test_the_connector_reads_with_the_stored_key(connection):
    connector = open_connector(connection)
    try:
        events = list(connector.read(Collection(kind="users")))
    finally:
        connector.close()
    assert events[-1].state == "complete"
    assert sum(len(event.facts) for event in events[:-1]) == 12
