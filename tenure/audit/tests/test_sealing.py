from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from structlog.testing import capture_logs

from tenure.audit import rules, sealing
from tenure.audit.models import AuditEvent, AuditSeal, UnsealedEvent
from tenure.audit.sealing import Head, document, head, seal_once, unsealed_since
from tenure.audit.tests.trail import leave
from tenure.audit.verification import verify_chain

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_each_seal_covers_the_one_before_the_event_and_its_own_place_and_time():
    leave(3)
    assert seal_once() == 3
    prev = rules.GENESIS
    for seq, seal in enumerate(AuditSeal.objects.select_related("event").order_by("seq"), start=1):
        assert (seal.seq, seal.prev) == (seq, prev)
        covered = document(seal.event, seq=seq, sealed_at=seal.sealed_at)
        assert seal.hash == rules.chain(prev, covered)
        prev = seal.hash
    assert head() == Head(3, prev)
    assert not UnsealedEvent.objects.exists()


@pytest.mark.django_db
def test_the_chain_goes_on_where_it_ended():
    leave(1)
    seal_once()
    first = head()
    leave(1)
    assert seal_once() == 1
    assert AuditSeal.objects.get(seq=2).prev == first.hash


@pytest.mark.django_db
def test_nothing_new_means_nothing_written(django_assert_num_queries):
    leave(1)
    seal_once()
    with django_assert_num_queries(1):
        assert seal_once() == 0


@pytest.mark.django_db
def test_more_than_a_batch_is_sealed_in_one_go(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    leave(5)
    assert seal_once() == 5
    assert verify_chain().ok


@pytest.mark.django_db
def test_the_work_depends_on_what_is_new_not_on_what_is_there(django_assert_max_num_queries):
    leave(20)
    seal_once()
    leave(1)
    with django_assert_max_num_queries(10) as queries:
        seal_once()
    assert not any("COUNT(" in query["sql"] for query in queries.captured_queries)


@pytest.mark.django_db
def test_an_event_is_late_after_a_minute_without_a_seal():
    with time_machine.travel(NINE, tick=False) as clock:
        leave(1)
        clock.shift(timedelta(seconds=60))
        assert unsealed_since() is None
        clock.shift(timedelta(seconds=1))
        assert unsealed_since() == NINE
        seal_once()
        assert unsealed_since() is None


@pytest.mark.django_db
def test_the_head_is_logged_once_a_day():
    with time_machine.travel(NINE, tick=False) as clock, capture_logs() as logs:
        sealing._anchored.clear()
        leave(1)
        seal_once()
        seal_once()
        clock.shift(timedelta(days=1))
        seal_once()
    heads = [line["head"] for line in logs if line["event"] == "audit head"]
    assert heads == [str(head())] * 2


def run(*jobs) -> None:
    failures = []

    def job(work) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told below, in the main thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=job, args=(work,)) for work in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_eight_writers_and_two_sealers_make_one_chain_without_gaps():
    writing = threading.Event()

    def write() -> None:
        for _ in range(5):
            leave(1)

    def seal() -> None:
        while not writing.wait(0.01):
            seal_once()
        seal_once()

    sealers = threading.Thread(target=lambda: run(seal, seal))
    sealers.start()
    run(*[write] * 8)
    writing.set()
    sealers.join(60)
    seal_once()
    assert AuditEvent.objects.count() == 40
    assert list(AuditSeal.objects.order_by("seq").values_list("seq", flat=True)) == [*range(1, 41)]
    verdict = verify_chain()
    assert (verdict.ok, verdict.sealed, verdict.unsealed) == (True, 40, 0)


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_is_sealed_when_it_commits_after_later_ids():
    if connection.vendor == "sqlite":
        pytest.skip("has one writer at a time")
    recorded, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            leave(1)
            recorded.set()
            assert may_commit.wait(30)

    writer = threading.Thread(target=lambda: run(slow))
    writer.start()
    assert recorded.wait(30)
    leave(2)
    assert seal_once() == 2
    may_commit.set()
    writer.join(60)
    assert seal_once() == 1
    assert AuditSeal.objects.get(seq=3).event_id == min(
        AuditEvent.objects.values_list("id", flat=True)
    )
    assert verify_chain().ok


@pytest.mark.django_db(transaction=True)
def test_a_second_sealer_stands_back():
    if connection.vendor == "sqlite":
        pytest.skip("has one writer at a time")
    leave(1)
    seen = []
    with transaction.atomic():
        assert sealing._alone()
        run(lambda: seen.append(seal_once()))
    assert seen == [0]
    assert seal_once() == 1
