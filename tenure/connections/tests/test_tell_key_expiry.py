from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.connections import keyring, queries
from tenure.connections.connecting import judge_stored
from tenure.connections.models import Connection, ConnectionKey
from tenure.connections.operations.add_removal_key import add_removal_key
from tenure.connections.operations.replace_key import replace_key
from tenure.connections.operations.tell_key_expiry import tell_key_expiry
from tenure.connections.operations.validate_connection import validate_connection
from tenure.connections.tasks import look_after_connections
from tenure.jobs.context import JobContext, running
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.lib.ids import uuid7
from tenure.testing.cast import actor_of, email_of, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(connection) -> Connection:
    """The connection, with an owner who is no admin, and one admin."""
    user_of("ada")
    connection.owner = user_of("sid")
    connection.save(update_fields=["owner"])
    return connection


def end_of(connection: Connection, *, purpose: str = "everyday", **until: float) -> None:
    ends_at = now() + timedelta(**until)
    assert connection.keys.filter(purpose=purpose).update(expires_at=ends_at)


def told(connection: Connection) -> int:
    return tell_key_expiry(ref=connection.ref, actor=actor_of("ada"))


def test_each_step_towards_the_end_is_told_once(kept, mails, time_machine):
    end_of(kept, days=20)
    for days, subject in (
        (0, None),
        (5, None),
        (6.5, "The everyday key of OpenAI expires in 14 days"),
        (10, None),
        (17.5, "The everyday key of OpenAI expires in 3 days"),
        (19.5, None),
        (20, "The everyday key of OpenAI has expired"),
        (30, None),
    ):
        began = kept.keys.get().expires_at - timedelta(days=20)
        time_machine.move_to(began + timedelta(days=days))
        before = len(mails())
        assert told(kept) == (subject is not None)
        sent = mails()[before:]
        assert [mail.subject for mail in sent] == ([subject] * 2 if subject else [])
        assert [mail.to for mail in sent] == [[email_of(n)] for n in ("ada", "sid") if subject]
    body = mails()[-1].body
    assert f"/connections/{kept.ref}/key\n" in body
    assert "Tenure can read nothing" in body
    events = AuditEvent.objects.filter(verb="connection.key_expiry_told").order_by("id")
    assert [e.detail["expiry"] for e in events] == ["within 14 days", "within 3 days", "expired"]


def test_a_key_stored_late_is_told_as_it_stands(kept, mails):
    end_of(kept, hours=5)
    assert told(kept) == 1
    assert mails()[0].subject == "The everyday key of OpenAI expires within a day"


def test_each_key_is_told_by_itself(kept, mails, judged, openai):
    removal = judged(api_key=openai.add_key("admin"))
    add_removal_key(ref=kept.ref, judged=removal, actor=actor_of("ada"))
    end_of(kept, days=-1)
    end_of(kept, purpose="removal", days=2)
    assert told(kept) == 2
    assert told(kept) == 0
    last = mails()[-1]
    assert last.subject == "The removal key of OpenAI expires in 2 days"
    assert f"/connections/{kept.ref}/removal-key\n" in last.body
    assert "take no access away" in last.body


def test_another_key_in_its_place_begins_anew(kept, judged, openai):
    end_of(kept, days=-1)
    assert told(kept) == 1
    second = judged(api_key=openai.add_key("admin", expires_in=5 * 86_400))
    replace_key(ref=kept.ref, judged=second, actor=actor_of("ada"))
    assert kept.keys.get().expiry_told == ""
    assert told(kept) == 1
    assert kept.keys.get().expiry_told == "soon"


def test_a_key_whose_end_moved_begins_anew_and_one_that_was_only_checked_does_not(kept, openai):
    actor = actor_of("ada")
    own = judge_stored(kept, actor=actor)
    validate_connection(ref=kept.ref, judged=own, actor=actor)
    end_of(kept, days=1)
    assert told(kept) == 1
    validate_connection(ref=kept.ref, judged=own, actor=actor)
    key = kept.keys.get()
    assert (key.expires_at, key.expiry_told) == (None, "")
    ends_at = 2_000_000_000
    keyring.remember(kept, keyring.Purpose.EVERYDAY, _ending(own, ends_at))
    ConnectionKey.objects.update(expiry_told="near")
    keyring.remember(kept, keyring.Purpose.EVERYDAY, _ending(own, ends_at))
    assert kept.keys.get().expiry_told == "near"


def test_the_hourly_task_finds_whom_it_concerns_and_nobody_else(kept, mails):
    job = JobContext(id=1, ref=uuid7(), task="look_after", attempt=1, fence=1)
    with running(job):
        assert list(queries.connections_to_look_after(actor=job.actor)) == []
        end_of(kept, days=1)
        assert list(queries.connections_to_look_after(actor=job.actor)) == [kept]
        look_after_connections.func()
        look_after_connections.func()
    assert len(mails()) == 2


def test_who_may_not_manage_it_tells_nobody(kept):
    with pytest.raises(NotAllowed):
        tell_key_expiry(ref=kept.ref, actor=actor_of("mara"))


def _ending(judged, ends_at: int):
    from msgspec.structs import replace

    return replace(judged.everyday, key_expires_at=ends_at)
