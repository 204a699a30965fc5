from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.audit import rules, verification
from tenure.audit.models import AuditEvent, AuditSeal, AuditText, UnsealedEvent
from tenure.audit.sealing import document, head, seal_once
from tenure.audit.tests.trail import leave
from tenure.audit.verification import verify_chain
from tenure.lib.errors import Invalid
from tenure.lib.ids import uuid7
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db

LENGTH = 6
LONG_AGO = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def chain(guards_lifted) -> None:
    """Six sealed events, two hours old, in a database somebody else holds the password of."""
    with time_machine.travel(LONG_AGO, tick=False):
        leave(LENGTH, text={"reason": "asked by Rita"}, connection="c-1")
        seal_once()
    with time_machine.travel(LONG_AGO + timedelta(hours=2), tick=False):
        yield


def event(seq: int):
    return AuditEvent.objects.filter(seal__seq=seq)


def seal(seq: int):
    return AuditSeal.objects.filter(seq=seq)


def texts(seq: int):
    return AuditText.objects.filter(event__seal__seq=seq)


def gone(rows) -> None:
    rows._raw_delete(rows.db)


def swap_seqs(seq: int) -> None:
    other = seq + 1 if seq < LENGTH else seq - 1
    seal(seq).update(seq=1000)
    seal(other).update(seq=seq)
    seal(1000).update(seq=other)


def swap_events(seq: int) -> None:
    other = seq + 1 if seq < LENGTH else seq - 1
    mine, theirs = seal(seq).get().event_id, seal(other).get().event_id
    spare = leave(1)[0].pk
    seal(seq).update(event_id=spare)
    seal(other).update(event_id=mine)
    seal(seq).update(event_id=theirs)


def reseal(seq: int) -> None:
    """Edit an event and forge its own seal, as far as a lazy forger would."""
    event(seq).update(verb="x.y")
    row = seal(seq).select_related("event").get()
    covered = document(row.event, seq=seq, sealed_at=row.sealed_at)
    seal(seq).update(hash=rules.chain(row.prev, covered))


def add_seal(seq: int) -> None:
    forged = leave(1)[0]
    AuditSeal.objects.create(
        seq=LENGTH + 1, event=forged, prev="0" * 64, hash="0" * 64, sealed_at=forged.at
    )


def first_of_pair(seq: int) -> int:
    return min(seq, LENGTH - 1)


def itself(seq: int) -> int:
    return seq


# What somebody does at one place, and the place that must be named.
TAMPERINGS: dict[str, tuple[Callable[[int], object], Callable[[int], int]]] = {
    "event deleted": (lambda seq: gone(event(seq)), itself),
    "seal deleted": (lambda seq: gone(seal(seq)), itself),
    "texts deleted": (lambda seq: gone(texts(seq)), itself),
    "texts edited": (lambda seq: texts(seq).update(text="someone else"), itself),
    "salts edited": (lambda seq: texts(seq).update(salt="00"), itself),
    "field renamed": (
        lambda seq: texts(seq).filter(field="reason").update(field="remark"),
        itself,
    ),
    "text added": (
        lambda seq: AuditText.objects.create(event=event(seq).get(), field="x", salt="", text=""),
        itself,
    ),
    "texts moved": (
        lambda seq: texts(seq).filter(field="reason").update(event=leave(1)[0]),
        itself,
    ),
    "ref": (lambda seq: event(seq).update(ref=uuid7()), itself),
    "at": (lambda seq: event(seq).update(at=F("at") + timedelta(seconds=1)), itself),
    "at, barely": (lambda seq: event(seq).update(at=LONG_AGO + MICROSECOND), itself),
    "verb": (lambda seq: event(seq).update(verb="x.y"), itself),
    "actor kind": (lambda seq: event(seq).update(actor_kind="job"), itself),
    "actor": (lambda seq: event(seq).update(actor_id="x"), itself),
    "person": (lambda seq: event(seq).update(person_id=""), itself),
    "subject kind": (lambda seq: event(seq).update(subject_kind="x"), itself),
    "subject": (lambda seq: event(seq).update(subject_ref="x"), itself),
    "connection": (lambda seq: event(seq).update(connection_ref=None), itself),
    "detail": (lambda seq: event(seq).update(detail={"number": 99}), itself),
    "detail's type": (lambda seq: event(seq).update(detail={"number": str(seq)}), itself),
    "digests": (lambda seq: event(seq).update(digests={}), itself),
    "prev": (lambda seq: seal(seq).update(prev="f" * 64), itself),
    "hash": (lambda seq: seal(seq).update(hash="f" * 64), itself),
    "sealed at": (lambda seq: seal(seq).update(sealed_at=LONG_AGO + MICROSECOND), itself),
    "seals reordered": (swap_seqs, first_of_pair),
    "events reordered": (swap_events, first_of_pair),
    "seal added": (add_seal, lambda _: LENGTH + 1),
}


def test_an_untouched_chain_is_whole(chain):
    verdict = verify_chain()
    assert (verdict.ok, verdict.sealed, verdict.unsealed) == (True, LENGTH, 0)
    assert (verdict.first_bad_seq, verdict.reason, verdict.head) == (None, "", str(head()))


def test_an_empty_chain_is_whole():
    assert verify_chain().ok


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_it_names_the_first_place_that_was_tampered_with(chain, tampering):
    tamper, named = TAMPERINGS[tampering]
    for seq in (1, LENGTH // 2, LENGTH):
        with transaction.atomic():
            tamper(seq)
            verdict = verify_chain()
            transaction.set_rollback(True)
        assert not verdict.ok
        assert verdict.first_bad_seq == named(seq), verdict
        assert verdict.reason.endswith((".", "?"))
    assert verify_chain().ok


IN_PLACE = sorted(name for name, (_, named) in TAMPERINGS.items() if named is itself)


@settings(
    max_examples=length(10, full=100),
    # Each example rolls back what it did to the chain.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(IN_PLACE), st.integers(1, LENGTH)),
        min_size=1,
        max_size=4,
        unique_by=lambda place: place[1],
    )
)
def test_of_several_tamperings_it_names_the_first(chain, places):
    with transaction.atomic():
        for name, seq in places:
            TAMPERINGS[name][0](seq)
        verdict = verify_chain()
        transaction.set_rollback(True)
    assert verdict.first_bad_seq == min(seq for _, seq in places)


def test_a_forged_seal_is_betrayed_by_the_next(chain):
    reseal(2)
    assert verify_chain().first_bad_seq == 3


def test_a_chunk_boundary_hides_nothing(chain, monkeypatch):
    monkeypatch.setattr(verification, "CHUNK", 2)
    assert verify_chain().ok
    event(3).update(verb="x.y")
    assert verify_chain().first_bad_seq == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET at = 'yesterday' WHERE id = %s",
        "UPDATE audit_auditevent SET ref = 'nobody' WHERE id = %s",
        "UPDATE audit_auditseal SET sealed_at = 'later' WHERE event_id = %s",
        "UPDATE audit_auditseal SET event_id = 'it' WHERE event_id = %s",
        "UPDATE audit_audittext SET text = x'ff' WHERE event_id = %s",
    ],
)
def test_what_cannot_even_be_read_is_named(chain, statement):
    if connection.vendor != "sqlite":
        pytest.skip("refuses such values itself")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [event(4).get().pk])
        assert verify_chain().first_bad_seq == 4
        transaction.set_rollback(True)


def test_an_erased_text_leaves_the_chain_whole(chain):
    texts(2).update(text=None, salt=None)
    assert verify_chain().ok


class TestHead:
    @pytest.mark.usefixtures("chain")
    def test_a_head_that_was_ever_the_end_is_accepted(self):
        past = AuditSeal.objects.get(seq=4)
        for known in (str(head()), f"4:{past.hash}", past.hash, past.hash.upper(), "0:" + "0" * 64):
            assert verify_chain(known).ok, known

    @pytest.mark.usefixtures("chain")
    def test_a_chain_cut_short_is_missing_its_next_seal(self):
        known = str(head())
        for seq in (LENGTH, LENGTH - 1):
            gone(texts(seq))
            ids = list(event(seq).values_list("id", flat=True))
            gone(seal(seq))
            gone(AuditEvent.objects.filter(id__in=ids))
        assert verify_chain().ok
        for head_known in (known, known.partition(":")[2]):
            verdict = verify_chain(head_known)
            assert (verdict.ok, verdict.first_bad_seq) == (False, LENGTH - 1)

    @pytest.mark.usefixtures("chain")
    def test_a_chain_written_anew_from_some_place_differs_at_the_known_head(self):
        verdict = verify_chain("3:" + "f" * 64)
        assert (verdict.ok, verdict.first_bad_seq) == (False, 3)

    @pytest.mark.usefixtures("chain")
    def test_a_hash_that_never_was_is_refused(self):
        assert not verify_chain("f" * 64).ok

    @pytest.mark.parametrize("head", ["", "abc", "4:", ":" + "f" * 64, "g" * 64, "x:" + "f" * 64])
    def test_something_else_is_not_a_head(self, head):
        with pytest.raises(Invalid, match="--head"):
            verify_chain(head)


class TestUnsealed:
    def test_a_fresh_event_may_wait(self):
        leave(1)
        verdict = verify_chain()
        assert (verdict.ok, verdict.sealed, verdict.unsealed) == (True, 0, 1)

    def test_an_event_that_waits_over_a_minute_is_not_fine(self):
        with time_machine.travel(LONG_AGO, tick=False) as clock:
            leave(1)
            clock.shift(timedelta(seconds=61))
            verdict = verify_chain()
        assert (verdict.ok, verdict.first_bad_seq, verdict.unsealed) == (False, 1, 1)

    @pytest.mark.usefixtures("chain")
    def test_hiding_an_event_from_the_sealer_does_not_hide_it(self):
        with time_machine.travel(LONG_AGO, tick=False):
            leave(1)
        UnsealedEvent.objects.all().delete()
        assert verify_chain().first_bad_seq == LENGTH + 1
