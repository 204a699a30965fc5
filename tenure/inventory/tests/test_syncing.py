from __future__ import annotations

import math

import pytest
from django.db import connection as database

from tenure.audit.models import AuditEvent
from tenure.connections.models import Connection
from tenure.inventory import reading, saving, syncing
from tenure.inventory.models import (
    Account,
    AccountChange,
    AccountRecord,
    Collection,
    Invitation,
    SyncCollection,
    SyncRun,
)
from tenure.inventory.operations.cancel_sync import cancel_sync
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tests.conftest import ALL, INVITES, MEMBERS, PROJECTS, USERS
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def active() -> set[str]:
    return set(Account.objects.exclude(status="gone").values_list("external_id", flat=True))


def users_of(run: SyncRun) -> SyncCollection:
    return run.collections.get(key="users")


def reconciles(row: SyncCollection) -> bool:
    return (
        row.received == row.stored + row.repeated + row.set_aside
        and row.stored == row.added + row.changed + row.unchanged
    )


def versions() -> list[tuple[object, ...]]:
    """Where each account row lies on PostgreSQL: a row that is written moves."""
    with database.cursor() as cursor:
        cursor.execute("SELECT id, ctid::text, xmin::text FROM inventory_account ORDER BY id")
        return cursor.fetchall()


@pytest.fixture
def account_rows_written():
    """`account_rows_written()`: rows of the account tables written since the test asked."""
    if database.vendor == "postgresql":
        before: list[list[tuple[object, ...]]] = []

        def moved() -> int:
            before.append(versions())
            return 0 if len(before) == 1 else len(set(before[-1]) ^ set(before[-2]))

        yield moved
        return
    with database.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE written (what text)")
        for table in ("account", "accountrecord", "accountchange"):
            for verb in ("INSERT", "UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TEMP TRIGGER count_{table}_{verb} AFTER {verb} "  # noqa: S608 - ours
                    f"ON main.inventory_{table} BEGIN INSERT INTO written VALUES ('{table}'); END"
                )

        def counted() -> int:
            cursor.execute("SELECT count(*) FROM written")
            (count,) = cursor.fetchone()
            cursor.execute("DELETE FROM written")
            return count

        yield counted
        cursor.execute("DROP TABLE written")


def test_the_first_sync_stores_what_the_provider_has(openai, sync):
    run = sync()
    rows = {row.kind: row for row in run.collections.all()}
    users, invites = rows["users"], rows["invites"]
    assert (run.status, run.reason) == ("complete", "")
    assert (run.added, run.changed, run.ended) == (ALL, 0, 0)
    assert active() == {user["id"] for user in openai.users()}
    assert Invitation.objects.filter(ended_at=None).count() == len(openai.invites())
    assert (users.state, users.pages, users.received, users.stored) == ("complete", 2, USERS, USERS)
    assert (invites.state, invites.received, invites.stored) == ("complete", INVITES, INVITES)
    assert (rows["projects"].stored, rows["project_users"].stored) == (PROJECTS, MEMBERS)
    assert all(reconciles(row) for row in rows.values())
    assert AccountChange.objects.filter(kind="appeared", run=run).count() == USERS
    assert AccountRecord.objects.count() == USERS
    assert Collection.objects.get(key="users").active_rows == USERS


def test_it_writes_one_audit_event_about_its_end(sync):
    run = sync()
    (event,) = AuditEvent.objects.filter(verb="sync_run.finished")
    assert event.subject_ref == str(run.ref)
    assert event.detail["added"] == ALL


def test_an_unchanged_second_sync_writes_no_account_row(sync, account_rows_written):
    sync()
    account_rows_written()
    run = sync()
    assert account_rows_written() == 0
    assert (run.status, run.added, run.changed, run.ended) == ("complete", 0, 0, 0)
    assert users_of(run).unchanged == USERS


def test_each_reading_has_a_digest_that_changes_with_what_was_sent(openai, sync):
    first, same = sync(), sync()
    digests = dict(first.collections.filter(state="complete").values_list("key", "digest"))
    # What was used and spent is added up while it is read, and tells no access.
    assert {key for key, one in digests.items() if len(one) != 64} == {"usage", "costs"}
    assert users_of(same).pages > 1
    assert users_of(same).digest == users_of(first).digest
    openai.change_user(openai.users()[-1]["id"], name="Someone Else")
    assert users_of(sync()).digest != users_of(first).digest


def test_what_changed_is_counted_once_and_told_field_by_field(openai, sync):
    sync()
    renamed, promoted, removed, *_ = [u for u in openai.users() if u["role"] == "reader"]
    openai.change_user(renamed["id"], name="Someone Else")
    openai.change_user(promoted["id"], role="owner", name="Promoted")
    openai.remove_user(removed["id"])
    added = openai.add_user("new.hire@halden.example", name="New Hire")
    run = sync()
    assert (run.added, run.changed, run.ended) == (1, 2, 1)
    told = AccountChange.objects.filter(run=run).order_by("id")
    assert sorted(told.values_list("account__external_id", "kind", "field", "before", "after")) == (
        sorted(
            [
                (renamed["id"], "changed", "name", renamed["name"], "Someone Else"),
                (promoted["id"], "changed", "name", promoted["name"], "Promoted"),
                (promoted["id"], "changed", "role", "reader", "owner"),
                (removed["id"], "ended", "", "", ""),
                (added["id"], "appeared", "", "", ""),
            ]
        )
    )
    assert active() == {user["id"] for user in openai.users()}


def test_an_end_is_known_as_an_interval_between_two_readings(openai, sync):
    first = users_of(sync())
    (gone, *_) = [u for u in openai.users() if u["role"] == "reader"]
    openai.remove_user(gone["id"])
    second = users_of(sync())
    account = Account.objects.get(external_id=gone["id"])
    assert account.status == "gone"
    assert account.ended_known_by == "between_reads"
    # It was still listed at some moment of the first reading, and not at one of the second.
    assert account.ended_not_before == first.started_at
    assert second.started_at <= account.ended_at <= second.finished_at


def test_an_appearance_has_the_providers_own_time_when_it_gives_one(openai, sync):
    sync()
    account = Account.objects.first()
    assert account.began_known_by == "provider"
    assert account.began_at == account.added_at
    assert account.changes.get().at == account.added_at


def test_last_use_is_kept_up_to_date_without_history(openai, sync):
    sync()
    who = openai.users()[0]
    changes = AccountChange.objects.count()
    openai.change_user(who["id"], api_key_last_used_at=1_790_000_000)
    run = sync()
    account = Account.objects.get(external_id=who["id"])
    assert account.key_last_used_at.timestamp() == 1_790_000_000
    assert (run.changed, AccountChange.objects.count()) == (0, changes)
    assert '"api_key_last_used_at"' in account.record.raw


def test_an_empty_answer_is_held_and_ends_nobody(openai, sync):
    sync()
    openai.faults(users_empty=True)
    run = sync()
    assert (run.status, run.ended) == ("held", 0)
    assert run.reason == f"{USERS} of {USERS} accounts would end, so a person must decide."
    assert len(active()) == USERS
    assert users_of(run).would_end == run.held_endings.count() == USERS


def test_an_answer_that_lost_a_third_is_held_and_still_adds(openai, sync):
    sync()
    new = openai.add_user("new.hire@halden.example")
    openai.faults(users_lost=0.3)
    run = sync()
    assert (run.status, run.ended) == ("held", 0)
    assert len(active() - {new["id"]}) == USERS
    assert users_of(run).would_end > 10
    collection = Collection.objects.get(key="users")
    assert (collection.state, collection.completed_at < users_of(run).started_at) == (
        "incomplete",
        True,
    )


def test_an_incomplete_list_ends_nobody_but_adds_and_changes(openai, sync):
    sync()
    (gone, renamed, *_) = [u for u in openai.users() if u["role"] == "reader"]
    openai.remove_user(gone["id"])
    openai.change_user(renamed["id"], name="Renamed")
    # The first page is whole, and then it breaks off.
    openai.faults(page_null_cursor="on@users#1")
    run = sync()
    assert (run.status, run.ended) == ("partial", 0)
    assert run.reason
    assert users_of(run).state == "incomplete"
    assert gone["id"] in active()
    assert Collection.objects.get(key="users").state == "incomplete"


def test_a_missing_scope_makes_one_collection_unavailable_and_the_run_complete(openai, sync):
    openai.faults(missing_scope="invites")
    run = sync()
    invites = run.collections.get(key="invites")
    assert (run.status, invites.state) == ("complete", "unavailable")
    assert "cope" in invites.reason
    assert run.added == ALL - INVITES


def test_a_run_that_could_read_nothing_has_failed_and_says_why(openai, sync):
    openai.faults(revoked="all")
    run = sync()
    assert run.status == "failed"
    assert run.reason
    assert not Account.objects.exists()


def test_a_record_sent_twice_is_counted_as_repeated(openai, sync):
    openai.faults(page_duplicate="on@users#2")
    run = sync()
    row = users_of(run)
    assert (row.received, row.repeated, row.stored) == (USERS + 1, 1, USERS)
    assert reconciles(row)
    assert row.remarks


def test_a_run_whose_worker_died_goes_on_where_it_can(openai, connection, monkeypatch):
    asked = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    actor = actor_of("ada")
    openai.faults(delay="0.4@users#2")
    with monkeypatch.context() as broken:
        broken.setattr(saving, "MERGE_ROWS", 1)
        finish = reading.Reading.finish
        broken.setattr(
            reading.Reading, "finish", lambda s: 1 / 0 if s.row.key == "users" else finish(s)
        )
        with pytest.raises(ZeroDivisionError):
            syncing.run_sync(run_ref=asked.ref, actor=actor)
    asked.refresh_from_db()
    assert asked.status == "running"
    assert Account.objects.exists()
    syncing.run_sync(run_ref=asked.ref, actor=actor)
    asked.refresh_from_db()
    assert asked.status == "complete"
    assert asked.received == asked.added == ALL
    assert reconciles(users_of(asked))
    assert AccountChange.objects.count() == USERS


def test_a_cancelled_run_stops_at_the_next_page_and_ends_nobody(
    openai, sync, connection, monkeypatch
):
    sync()
    openai.remove_user(openai.users()[-1]["id"])
    asked = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    take = reading.Reading.take

    def cancel_then_take(self, *page):
        if self.row.key == "users" and self.row.pages == 1:
            cancel_sync(run_ref=asked.ref, actor=actor_of("ada"))
        take(self, *page)

    monkeypatch.setattr(reading.Reading, "take", cancel_then_take)
    syncing.run_sync(run_ref=asked.ref, actor=actor_of("ada"))
    asked.refresh_from_db()
    assert asked.status == "cancelled"
    assert len(active()) == USERS
    assert not AuditEvent.objects.filter(
        verb="sync_run.finished", subject_ref=str(asked.ref)
    ).exists()


def test_a_paused_connection_fails_its_waiting_run_with_a_sentence(connection):
    asked = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    Connection.objects.update(state="paused")
    syncing.run_sync(run_ref=asked.ref, actor=actor_of("ada"))
    asked.refresh_from_db()
    assert (asked.status, asked.reason) == ("failed", "OpenAI is paused; resume it first.")


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(
    openai, sync, django_assert_max_num_queries, monkeypatch
):
    """Two pages of users and one of invitations, whoever is on them."""
    monkeypatch.setattr(saving, "MERGE_EVERY_S", 0)  # each page, however fast they come
    monkeypatch.setattr(saving, "LOOK_EVERY_S", math.inf)  # no look for who cancelled it between
    sync()
    openai.change_user(openai.users()[0]["id"], name="One II")
    with django_assert_max_num_queries(450) as few:
        sync()
    for user in openai.users()[1:61]:
        openai.change_user(user["id"], name=f"{user['name']} III")
    with django_assert_max_num_queries(450) as many:
        sync()
    assert len(many) - len(few) < 30  # a statement for each row would be 59 more
