from __future__ import annotations

import msgspec
import pytest

from tenure.audit.models import AuditEvent
from tenure.connections import keyring
from tenure.connections.connecting import judge
from tenure.connections.health import Outcome
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.pause_connection import pause_connection
from tenure.connections.operations.replace_key import replace_key
from tenure.connections.operations.report_reading import report_reading
from tenure.connections.operations.set_removal import set_removal
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def personal(openai, judged):
    """The organization, connected with a personal key that can read it."""
    openai.faults(personal_key_reads=True)
    return connect_organization(judged=judged(api_key=openai.personal_key), actor=actor_of("ada"))


def test_a_personal_key_that_reads_connects_with_removal_off(personal):
    assert personal.state == "active"
    assert personal.judged.key_kind == "personal"
    assert not personal.judged.is_full
    with pytest.raises(Conflict, match="removal key"):
        set_removal(ref=personal.ref, is_on=True, actor=actor_of("ada"))


def test_it_is_upgraded_in_place_by_an_admin_key(personal, judged, openai):
    upgraded = replace_key(ref=personal.ref, judged=judged(), actor=actor_of("ada"))
    upgraded.refresh_from_db()
    assert (upgraded.pk, upgraded.ref) == (personal.pk, personal.ref)
    assert upgraded.connected_at == personal.connected_at
    assert upgraded.judged.key_kind == "admin"
    assert keyring.open_key(upgraded, keyring.Purpose.EVERYDAY) == openai.admin_key
    assert upgraded.keys.get().hint == openai.admin_key[-4:]
    event = AuditEvent.objects.get(verb="connection.key_replaced")
    assert (event.detail["before"], event.detail["after"]) == ("personal", "admin")
    set_removal(ref=personal.ref, is_on=True, actor=actor_of("ada"))


def test_removal_goes_off_with_the_last_key_that_may_write(connection, judged, openai):
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    openai.faults(personal_key_reads=True)
    replaced = replace_key(
        ref=connection.ref, judged=judged(api_key=openai.personal_key), actor=actor_of("ada")
    )
    replaced.refresh_from_db()
    assert replaced.removal_is_on is False


def test_a_key_of_another_organization_is_refused(connection, judged):
    other = judged()
    other = msgspec.structs.replace(
        other, credentials=msgspec.structs.replace(other.credentials, organization_id="org-other")
    )
    with pytest.raises(Invalid, match="add a connection for it"):
        replace_key(ref=connection.ref, judged=other, actor=actor_of("ada"))


def test_a_disconnected_connection_is_connected_again_instead(connection, judged):
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    with pytest.raises(Conflict, match="connect the organization again"):
        replace_key(ref=connection.ref, judged=judged(), actor=actor_of("ada"))
    assert not connection.keys.exists()


def test_who_may_only_look_replaces_nothing(connection, judged):
    with pytest.raises(NotAllowed):
        replace_key(ref=connection.ref, judged=judged(), actor=actor_of("mara"))


def test_an_unknown_connection_is_not_found(judged, db):
    with pytest.raises(NotFound):
        replace_key(ref="nonsense", judged=judged(), actor=actor_of("ada"))


def test_judging_needs_the_permission_too(connection, credentials):
    with pytest.raises(NotAllowed):
        judge(kind="openai", credentials=credentials(), actor=actor_of("mara"))


def test_strikes_were_the_earlier_keys_and_it_is_read_at_once(fail, judged, openai, heard):
    replaced = replace_key(
        ref=fail(2).ref, judged=judged(api_key=openai.add_key("admin")), actor=actor_of("ada")
    )
    replaced.refresh_from_db()
    assert (replaced.state, replaced.strikes, replaced.first_strike_at) == ("active", 0, None)
    assert heard() == [{"connection_ref": str(replaced.ref)}]


def test_failing_ends_with_the_first_read_not_with_the_key(fail, judged, openai, mails):
    user_of("ada")
    key = judged(api_key=openai.add_key("admin"))
    replaced = replace_key(ref=fail().ref, judged=key, actor=actor_of("ada"))
    replaced.refresh_from_db()
    assert replaced.state == "failing"
    assert "next read shows" in replaced.state_reason
    outcome = Outcome(at=now(), could_read=True)
    well = report_reading(ref=replaced.ref, outcome=outcome, actor=actor_of("ada"))
    assert (well.state, well.state_reason) == ("active", "")
    assert mails()[-1].subject == "OpenAI is read again"


def test_a_paused_connection_is_not_read_for_its_new_key(connection, judged, heard):
    pause_connection(ref=connection.ref, actor=actor_of("ada"))
    replaced = replace_key(ref=connection.ref, judged=judged(), actor=actor_of("ada"))
    assert (replaced.state, heard()) == ("paused", [])
