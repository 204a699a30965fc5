"""What a bundle reads is the database as it was at one instant, and no writer waits for it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tenure.evidence.operations.make_key import make_key
from tenure.evidence.queries import keys
from tenure.evidence.snapshot import snapshot
from tenure.testing.cast import actor_of


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_not_seen_and_does_not_wait():
    def write() -> None:
        try:
            make_key(actor=actor_of("ada"))
        finally:
            connection.close()

    with snapshot():
        assert keys(actor=None) == []
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(timeout=30)
        assert not writer.is_alive()
        assert keys(actor=None) == []
    assert len(keys(actor=None)) == 1


@pytest.mark.django_db
def test_within_a_transaction_it_is_that_one():
    with snapshot():
        make_key(actor=actor_of("ada"))
    assert len(keys(actor=None)) == 1


def _goes_wrong() -> None:
    with snapshot():
        keys(actor=None)
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_it_ends_when_something_goes_wrong():
    with pytest.raises(ZeroDivisionError):
        _goes_wrong()
    make_key(actor=actor_of("ada"))
    assert len(keys(actor=None)) == 1
