"""Accounts from an uploaded file, through the same sync as any other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from tenure.connections.models import Connection
from tenure.connections.operations.connect_file import connect_file
from tenure.connections.operations.upload_file import upload_file
from tenure.connections.uploading import understood
from tenure.inventory import activity_wording, queries, syncing
from tenure.inventory.models import Account, AccountChange, Collection, SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.clock import now
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db

HEAD = b"email,name,role,status,last login,type\n"


def lines(count: int, *, first: int = 0) -> bytes:
    return b"".join(
        b"u%d@example.com,U %d,viewer,active,2026-01-0%d,user\n" % (n, n, n % 9 + 1)
        for n in range(first, first + count)
    )


@pytest.fixture
def bring() -> Callable[..., SyncRun]:
    """`bring(content)`: a file, uploaded and read."""
    made: list[Connection] = []

    def run(content: bytes) -> SyncRun:
        actor = actor_of("ada")
        what = understood(content=content, name="figma.csv", actor=actor)
        if made:
            upload_file(ref=made[0].ref, what=what, actor=actor)
        else:
            made.append(connect_file(what=what, name="Figma", actor=actor))
        asked = request_sync(connection_ref=made[0].ref, actor=actor)
        assert syncing.run_sync(run_ref=asked.ref, actor=actor) is None
        asked.refresh_from_db()
        return asked

    return run


def numbers(run: SyncRun) -> tuple[str, int, int, int]:
    return run.status, run.added, run.changed, run.ended


def test_accounts_appear_with_role_status_and_kind(bring):
    run = bring(HEAD + lines(2) + b"bot@example.com,Bot,,disabled,,bot\n")
    assert numbers(run) == ("complete", 3, 0, 0)
    bot = Account.objects.get(external_id="bot@example.com")
    assert (bot.kind, bot.status, bot.name) == ("service", "suspended", "Bot")
    ref = Account.objects.get(external_id="u0@example.com").ref
    one, _ = queries.account_by_ref(ref, actor=actor_of("ada"))
    assert (one.role, one.kind, one.email_key) == ("viewer", "person", "u0@example.com")
    assert one.last_active_at is not None
    assert activity_wording.said_by(one) == "Signed in"
    shown = activity_wording.of_account(one)
    assert (shown.login.at, shown.login.origin) == (one.last_active_at, "uploaded file")
    assert [line.label for line in shown.lines] == ["Signed in"]


def test_a_later_file_ends_who_is_missing_and_brings_back_who_returns(bring):
    bring(HEAD + lines(20))
    assert numbers(bring(HEAD + lines(19))) == ("complete", 0, 0, 1)
    assert Account.objects.get(external_id="u19@example.com").status == "gone"
    assert numbers(bring(HEAD + lines(20)))[0] == "complete"
    assert Account.objects.get(external_id="u19@example.com").status == "active"


def test_the_same_file_again_changes_nothing(bring):
    bring(HEAD + lines(5))
    before = AccountChange.objects.count()
    assert numbers(bring(HEAD + lines(5))) == ("complete", 0, 0, 0)
    assert AccountChange.objects.count() == before


def test_half_of_the_accounts_missing_waits_for_a_person(bring):
    bring(HEAD + lines(40))
    assert bring(HEAD + lines(10)).status == "held"
    assert Account.objects.filter(status="active").count() == 40


def test_with_a_rejected_line_nobody_ends(bring):
    bring(HEAD + lines(20))
    run = bring(HEAD + lines(18) + b"bad,Bad,,,,\n")
    assert (run.status, run.ended) == ("partial", 0)
    assert "1 line was rejected" in run.collections.get().reason
    assert Account.objects.filter(status="active").count() == 20


def test_data_is_as_old_as_its_file_however_often_it_is_read(bring):
    bring(HEAD + lines(3))
    connection = Connection.objects.get()
    uploaded_at = connection.uploads.get().uploaded_at
    with time_machine.travel(now() + timedelta(days=10)):
        asked = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
        syncing.run_sync(run_ref=asked.ref, actor=actor_of("ada"))
    assert Collection.objects.get(connection=connection).completed_at == uploaded_at


def test_only_a_newer_file_is_worth_a_reading(bring):
    bring(HEAD + lines(3))
    connection, actor = Connection.objects.get(), actor_of("ada")
    assert queries.connections_to_follow(actor=actor).count() == 0
    with time_machine.travel(now() + timedelta(days=100)):
        assert queries.connections_due(actor=actor) == []
        what = understood(content=HEAD + lines(4), name="figma.csv", actor=actor)
        upload_file(ref=connection.ref, what=what, actor=actor)
        assert queries.connections_due(actor=actor) == [connection]
