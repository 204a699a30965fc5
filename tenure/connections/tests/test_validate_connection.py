from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.connections.connecting import judge_stored
from tenure.connections.errors import ProviderRefused
from tenure.connections.health import Missed, Outcome
from tenure.connections.operations.add_removal_key import add_removal_key
from tenure.connections.operations.replace_key import replace_key
from tenure.connections.operations.report_reading import report_reading
from tenure.connections.operations.set_removal import set_removal
from tenure.connections.operations.validate_connection import validate_connection
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_what_the_key_can_no_longer_do_is_remembered(connection, openai):
    openai.faults(missing_scope="invites")
    judged = judge_stored(connection, actor=actor_of("ada"))
    validate_connection(ref=connection.ref, judged=judged, actor=actor_of("ada"))
    before = connection.validated_at
    connection.refresh_from_db()
    states = {row.capability: row.state for row in connection.judged.found}
    assert states["Invites"] == "missing_scope"
    assert connection.validated_at > before
    assert connection.keys.get().kind == connection.judged.key_kind
    assert AuditEvent.objects.filter(verb="connection.validated").count() == 1


def test_both_keys_are_judged(connection, judged, openai):
    second = openai.add_key("admin")
    add_removal_key(ref=connection.ref, judged=judged(api_key=second), actor=actor_of("ada"))
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    stored = judge_stored(connection, actor=actor_of("ada"))
    assert stored.removal.key_hint == second[-4:]
    validate_connection(ref=connection.ref, judged=stored, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert connection.removal_is_on is True


def test_a_key_that_was_revoked_is_told_and_nothing_is_changed(connection, openai):
    openai.faults(revoked="admin")
    with pytest.raises(ProviderRefused, match="does not accept this key"):
        judge_stored(connection, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert connection.state == "active"


def test_who_may_only_look_judges_nothing(connection):
    with pytest.raises(NotAllowed):
        judge_stored(connection, actor=actor_of("mara"))


def test_what_was_found_of_a_key_is_not_told_of_the_key_that_replaced_it(
    connection, judged, openai
):
    old = judge_stored(connection, actor=actor_of("ada"))
    second = openai.add_key("admin", scopes=["api.management.read", "api.usage.read"])
    replace_key(ref=connection.ref, judged=judged(api_key=second), actor=actor_of("ada"))
    with pytest.raises(Conflict, match="changed meanwhile"):
        validate_connection(ref=connection.ref, judged=old, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert (connection.judged.key_kind, connection.keys.get().kind) == ("limited", "limited")


def test_nor_of_a_removal_key_that_came_meanwhile(connection, judged, openai):
    old = judge_stored(connection, actor=actor_of("ada"))
    second = openai.add_key("admin")
    add_removal_key(ref=connection.ref, judged=judged(api_key=second), actor=actor_of("ada"))
    with pytest.raises(Conflict, match="changed meanwhile"):
        validate_connection(ref=connection.ref, judged=old, actor=actor_of("ada"))


def test_whose_key_it_is_and_until_when_is_learned_anew(connection):
    before = connection.keys.get()
    connection.keys.update(owner_id="user-before", owner_name="Before", expires_at=now())
    stored = judge_stored(connection, actor=actor_of("ada"))
    validate_connection(ref=connection.ref, judged=stored, actor=actor_of("ada"))
    after = connection.keys.get()
    assert after.owner_id == before.owner_id != ""
    assert (after.owner_name, after.expires_at) == (before.owner_name, before.expires_at)


def test_what_was_degraded_is_read_at_once(connection, heard):
    missed = Missed(name="Users", state="incomplete", reason="Cut off.", times=2)
    outcome = Outcome(at=now(), could_read=True, missed=[missed])
    report_reading(ref=connection.ref, outcome=outcome, actor=actor_of("ada"))
    stored = judge_stored(connection, actor=actor_of("ada"))
    validate_connection(ref=connection.ref, judged=stored, actor=actor_of("ada"))
    assert heard() == [{"connection_ref": str(connection.ref)}]


def test_what_was_failing_is_read_at_once_and_what_was_well_is_not(connection, fail, heard):
    stored = judge_stored(connection, actor=actor_of("ada"))
    validate_connection(ref=connection.ref, judged=stored, actor=actor_of("ada"))
    assert heard() == []
    failing = fail()
    validate_connection(ref=connection.ref, judged=stored, actor=actor_of("ada"))
    failing.refresh_from_db()
    assert (failing.state, failing.strikes) == ("failing", 3)
    assert heard() == [{"connection_ref": str(connection.ref)}]
