from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tenure.jobs import enqueue
from tenure.jobs.models import Job
from tenure.jobs.tests import work
from tenure.lib.clock import now
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_a_job_runs_with_its_arguments():
    enqueue(work.say, word="hello", loudly=True)
    assert run_jobs() == 1
    assert work.said == ["HELLO"]
    assert Job.objects.get().state == "done"


def test_a_rolled_back_transaction_leaves_no_job():
    with transaction.atomic():
        enqueue(work.say, word="never")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_at_most_one_job_waits_with_a_key_and_the_second_caller_gets_it():
    first = enqueue(work.say, word="a", key="k")
    second = enqueue(work.say, word="b", key="k")
    assert second == first
    assert Job.objects.count() == 1


def test_jobs_without_a_key_are_all_kept():
    enqueue(work.say, word="a")
    enqueue(work.say, word="a")
    assert run_jobs() == 2


def test_a_running_job_does_not_stand_in_for_a_new_one_with_its_key(claim):
    enqueue(work.say, word="a", key="k")
    claim()
    enqueue(work.say, word="b", key="k")
    assert Job.objects.count() == 2


def test_the_database_agrees_that_one_waits_per_key():
    for _ in range(2):
        enqueue(work.say, word="a")
    with pytest.raises(IntegrityError):
        Job.objects.update(key="k")


def test_the_database_agrees_that_one_runs_per_lock(claim):
    for _ in range(2):
        enqueue(work.say, word="a")
        claim()
    with pytest.raises(IntegrityError):
        Job.objects.update(lock="l")


def test_the_database_agrees_that_a_running_job_has_a_lease():
    enqueue(work.say, word="a")
    with pytest.raises(IntegrityError):
        Job.objects.update(state="running")


def test_a_job_is_not_run_before_its_time():
    enqueue(work.say, word="later", run_after=now() + timedelta(hours=1))
    assert run_jobs() == 0


def test_arguments_that_do_not_fit_are_refused_at_once():
    with pytest.raises(TypeError):
        enqueue(work.say, words="typo")
    assert not Job.objects.exists()


def test_arguments_that_are_not_json_are_refused_at_once():
    with pytest.raises(TypeError):
        enqueue(work.say, word=object())
    assert not Job.objects.exists()


def test_a_key_of_a_provider_is_never_written_to_the_ledger():
    with pytest.raises(ValueError, match="pass a ref"):
        enqueue(work.say, word="sk-admin-abcdefghijklmnop")
    assert not Job.objects.exists()


def test_a_key_is_never_cut_short_so_that_two_become_one():
    with pytest.raises(ValueError, match="longer than"):
        enqueue(work.say, word="a", key="k" * 201)
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_callers_at_once_leave_one_waiting_job_per_key():
    barrier, refs, errors = threading.Barrier(4), [], []

    def call():
        try:
            barrier.wait()
            refs.extend([enqueue(work.say, word="a", key="k").ref for _ in range(5)])
        except Exception as error:  # noqa: BLE001 - reported below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(refs) == 20
    assert len(set(refs)) == Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_waiting_job_found_by_its_key_starts_only_after_the_callers_commit(claim):
    enqueue(work.say, word="a", key="k")
    found: list[object] = []

    def claim_meanwhile():
        found.append(claim()[0])
        connection.close()

    thread = threading.Thread(target=claim_meanwhile)
    with transaction.atomic():
        enqueue(work.say, word="a", key="k")
        thread.start()
        # SQLite makes the other wait for us; PostgreSQL lets it pass by the locked row.
        thread.join(0.2 if connection.vendor == "sqlite" else 10)
        assert found in ([], [None])
    thread.join()
