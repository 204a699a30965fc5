from __future__ import annotations

import pytest
from django.db import IntegrityError

from tenure.audit.models import AuditEvent, AuditText
from tenure.connections.models import Connection
from tenure.connections.operations.set_connection import set_connection
from tenure.lib.errors import Invalid, NotAllowed
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db


def test_it_changes_what_is_given_and_nothing_else(connection):
    sid = user_of("sid")
    set_connection(
        ref=connection.ref,
        name="OpenAI EU",
        owner_ref=sid.ref,
        interval_minutes=60,
        actor=actor_of("ada"),
    )
    connection.refresh_from_db()
    assert (connection.name, connection.owner, connection.interval_minutes) == (
        "OpenAI EU",
        sid,
        60,
    )
    assert connection.requests_per_minute == 50
    event = AuditEvent.objects.get(verb="connection.changed")
    assert sorted(event.detail["fields"]) == ["interval_minutes", "name", "owner"]
    assert event.detail["after"] == {"owner": str(sid.ref), "interval_minutes": 60}
    texts = AuditText.objects.filter(event=event)
    assert dict(texts.values_list("field", "text"))["was_called"] == "OpenAI"


def test_the_budget_can_be_left_to_the_provider_and_the_owner_to_nobody(connection):
    set_connection(
        ref=connection.ref, requests_per_minute=None, owner_ref=None, actor=actor_of("ada")
    )
    connection.refresh_from_db()
    assert (connection.requests_per_minute, connection.owner) == (None, None)


def test_setting_what_is_so_already_records_nothing(connection):
    set_connection(ref=connection.ref, name="OpenAI", interval_minutes=30, actor=actor_of("ada"))
    assert not AuditEvent.objects.filter(verb="connection.changed").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"interval_minutes": 4}, "interval_minutes"),
        ({"requests_per_minute": 0}, "requests_per_minute"),
        ({"name": "release"}, "name"),
        ({"owner_ref": "0199d2a1-6e2b-7d3c-8a51-5a0f3c9e7b11"}, "owner"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field(connection, changes, field):
    with pytest.raises(Invalid) as refused:
        set_connection(ref=connection.ref, actor=actor_of("ada"), **changes)
    assert refused.value.field == field


def test_the_database_agrees_about_the_interval(connection):
    with pytest.raises(IntegrityError):
        Connection.objects.update(interval_minutes=4)


def test_an_admin_of_this_connection_alone_may_change_it(connection):
    only_here = actor_of("ada", connection=str(connection.ref))
    assert set_connection(ref=connection.ref, name="Mine", actor=only_here).name == "Mine"


def test_who_may_only_look_changes_nothing(connection):
    with pytest.raises(NotAllowed):
        set_connection(ref=connection.ref, name="X", actor=actor_of("mara"))
