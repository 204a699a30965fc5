from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.exports.listings import listing_by_name
from tenure.exports.operations.export_list import export_list
from tenure.exports.tests.world import World
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def begun(each: int = 5):
    listing = listing_by_name("people")
    return export_list(
        listing=listing,
        asked=listing.asked({}),
        format_name="csv",
        actor=actor_of("mara"),
        each=each,
    )


def last() -> tuple[str, object]:
    event = AuditEvent.objects.latest("id")
    return event.verb, event.detail.get("rows")


def test_the_last_row_ends_it():
    World(1).grow(12)
    export = begun()
    assert last() == ("export.started", None)
    b"".join(export.pieces)
    assert last() == ("export.finished", 12)


def test_whoever_stops_reading_has_broken_it_off_after_so_many_rows():
    World(1).grow(12)
    export = begun()
    for _ in range(3):  # the head, and two batches
        next(export.pieces)
    export.pieces.close()
    assert last() == ("export.broken_off", 10)


def test_of_an_empty_list_it_was_none():
    b"".join(begun().pieces)
    assert last() == ("export.finished", 0)
