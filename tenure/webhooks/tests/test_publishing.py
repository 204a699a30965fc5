"""Events are written with what they tell, each the next one of its subject."""

from __future__ import annotations

import threading
from collections import defaultdict

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.lib.ids import uuid7
from tenure.testing.jobs import run_jobs
from tenure.webhooks.models import WebhookDelivery, WebhookEvent, WebhookSubject
from tenure.webhooks.publishing import publish
from tenure.webhooks.tests.conftest import happen
from tenure.webhooks.types import declared, families


@pytest.mark.django_db
def test_events_are_written_without_any_endpoint_and_counted_for_each_subject():
    one, other = sorted([uuid7(), uuid7()])
    happen("operation.queued", one, other, state="queued")
    happen("operation.failed", one)
    told = WebhookEvent.objects.order_by("subject_ref", "sequence")
    assert [(e.subject_ref, e.sequence, e.type) for e in told] == [
        (one, 1, "operation.queued"),
        (one, 2, "operation.failed"),
        (other, 1, "operation.queued"),
    ]
    assert told[0].data == {"state": "queued"}
    assert told[0].connection_ref is None
    assert not WebhookDelivery.objects.exists()


@pytest.mark.django_db
def test_subjects_may_be_what_a_query_finds(added):
    added("account.*")
    connection_ref, refs = uuid7(), [uuid7() for _ in range(30)]
    happen("operation.queued", *refs)
    with transaction.atomic():
        found = WebhookEvent.objects.filter(subject_ref__in=refs).values("subject_ref")
        publish("account.changed", "account", found, connection=connection_ref, data={"n": 1})
    told = WebhookEvent.objects.filter(type="account.changed")
    assert {event.subject_ref for event in told} == set(refs)
    assert {(e.sequence, e.connection_ref, e.data["n"]) for e in told} == {(1, connection_ref, 1)}
    assert len({event.ref for event in told}) == 30
    assert WebhookDelivery.objects.filter(event__in=told).count() == 30


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow_with_the_number_of_subjects(added):
    added("operation.*")
    with transaction.atomic():
        publish("operation.queued", "operation", [uuid7()])
    few, many = [uuid7()], [uuid7() for _ in range(100)]
    counts = []
    for refs in (few, many):
        with transaction.atomic(), CaptureQueriesContext(connection) as done:
            publish("operation.queued", "operation", refs)
        counts.append(len(done))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        publish("operation.failed", "operation", [uuid7()])


@pytest.mark.django_db
def test_a_type_that_no_slice_declares_is_refused():
    with pytest.raises(LookupError, match="webhook_types"):
        happen("operation.sang")


@pytest.mark.django_db
def test_an_endpoint_is_sent_what_it_chose_and_what_happens_from_then_on(added):
    happen("operation.failed")
    added("operation.failed", "offboarding.*")
    happen("operation.failed")
    happen("operation.verified")
    happen("offboarding.blocked", kind="offboarding")
    sent = WebhookDelivery.objects.order_by("event__pk").values_list("event__type", flat=True)
    assert list(sent) == ["operation.failed", "offboarding.blocked"]


@pytest.mark.django_db
def test_what_rolls_back_was_never_told(added):
    added()
    ref = uuid7()
    happen("operation.queued", ref)
    with transaction.atomic():
        publish("operation.failed", "operation", [ref])
        transaction.set_rollback(True)
    (event,) = happen("operation.failed", ref)[1:]
    assert event.sequence == 2


@pytest.mark.django_db(transaction=True)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.lists(
            st.tuples(st.sets(st.integers(0, 3), min_size=1), st.booleans()), min_size=1, max_size=6
        ),
        min_size=2,
        max_size=4,
    )
)
def test_sequences_have_no_gap_and_follow_commits_however_many_tell_at_once(plans):
    """Each plan is a program of its own: transactions about some of four things, some undone."""
    things, kept, broken = [uuid7() for _ in range(4)], defaultdict(int), []
    barrier, lock = threading.Barrier(len(plans)), threading.Lock()

    def work(plan: list[tuple[set[int], bool]]) -> None:
        try:
            barrier.wait()
            for chosen, is_kept in plan:
                with transaction.atomic():
                    publish("operation.queued", "operation", [things[n] for n in sorted(chosen)])
                    transaction.set_rollback(not is_kept)
                with lock:
                    for n in chosen if is_kept else ():
                        kept[things[n]] += 1
        except Exception as error:  # noqa: BLE001 - told by the test
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[plan]) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    for thing in things:
        told = WebhookEvent.objects.filter(subject_ref=thing)
        sequences = list(told.order_by("sequence").values_list("sequence", flat=True))
        assert sequences == list(range(1, kept[thing] + 1))
    WebhookEvent.objects.all().delete()
    WebhookSubject.objects.all().delete()


@pytest.mark.django_db
def test_every_family_of_the_contract_is_there():
    assert {"account.*", "finding.*", "operation.*", "offboarding.*", "connection.*"} <= set(
        families()
    )
    assert all(sentence.endswith(".") for sentence in declared().values())


@pytest.mark.django_db
def test_nothing_is_left_in_the_ledger_when_nobody_wants_to_know():
    happen()
    assert run_jobs() == 0
