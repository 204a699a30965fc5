"""Walking pages by key, over people: the rows are theirs, the code is `tenure.lib.paging`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Upper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.lib.errors import Invalid
from tenure.lib.paging import Sort, page
from tenure.people.models import Person
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)
SORTS = [
    Sort("name", ("name",)),
    Sort("newest", ("-created_at",)),
    Sort("oldest", ("created_at", "name")),
    Sort("mixed", ("-name", "created_at")),
    Sort("id", ()),
]
# Few values, so that many rows tie.
people = st.lists(
    st.tuples(st.sampled_from(["", "Ada", "Bo", "Zoë"]), st.integers(0, 3)), max_size=13
)


def make(rows: list[tuple[str, int]]) -> None:
    Person.objects.all().delete()
    Person.objects.bulk_create(
        Person(
            email=f"p{number}@h.example",
            email_key=f"p{number}@h.example",
            name=name,
            created_at=START + timedelta(microseconds=moment),
            changed_at=START,
        )
        for number, (name, moment) in enumerate(rows)
    )


def walk(sort: Sort, limit: int) -> list[list[int]]:
    pages, cursor = [], ""
    while True:
        one = page(Person.objects.all(), sort=sort, cursor=cursor, limit=limit)
        pages.append([person.pk for person in one.rows])
        if one.next is None:
            return pages
        cursor = one.next


@settings(
    max_examples=length(10, full=60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=people, limit=st.integers(1, 5), sort=st.sampled_from(SORTS))
def test_walking_visits_each_row_once_in_order_and_back_the_same_way(rows, limit, sort):
    make(rows)
    pages = walk(sort, limit)
    everything = list(Person.objects.order_by(*sort.keys).values_list("pk", flat=True))
    assert [pk for one in pages for pk in one] == everything
    back, cursor = [], ""
    for _ in pages:
        last = page(Person.objects.all(), sort=sort, cursor=cursor, limit=limit)
        cursor = last.next or ""
    cursor = last.previous
    while cursor:
        one = page(Person.objects.all(), sort=sort, cursor=cursor, limit=limit)
        back.append([person.pk for person in one.rows])
        assert one.next is not None
        cursor = one.previous
    assert back == pages[-2::-1]


def test_rows_that_come_and_go_shift_no_page():
    make([(name, 0) for name in "bdfhj"])
    first = page(Person.objects.all(), sort=SORTS[0], limit=2)
    Person.objects.filter(name="b").delete()
    Person.objects.filter(name="h").update(name="a")
    second = page(Person.objects.all(), sort=SORTS[0], cursor=first.next, limit=2)
    assert [person.name for person in second.rows] == ["f", "j"]


def test_rows_found_bare_are_the_same_pages_with_all_that_they_are_shown_with():
    make([(name, 0) for name in "bdfhj"])
    shown = Person.objects.annotate(initial=Upper("name"))
    bare = Person.objects.exclude(name="d")
    seen, cursor = [], ""
    while cursor is not None:
        one = page(shown, among=bare, sort=SORTS[0], cursor=cursor, limit=2)
        seen.append([person.initial for person in one.rows])
        cursor = one.next
    assert seen == [["B", "F"], ["H", "J"]]
    back = page(shown, among=bare, sort=SORTS[0], cursor=one.previous, limit=2)
    assert [person.initial for person in back.rows] == ["B", "F"]


def test_a_cursor_serves_only_the_list_it_was_made_for():
    make([("Ada", 0)] * 3)
    rows = Person.objects.all()
    cursor = page(rows, sort=SORTS[0], filters={"show": "all"}, limit=1).next
    for sort, filters in [(SORTS[1], {"show": "all"}), (SORTS[0], {"show": "former"})]:
        with pytest.raises(Invalid, match="belongs to another filter"):
            page(rows, sort=sort, filters=filters, cursor=cursor, limit=1)
    for damaged in (cursor[:-1], "x", "a:b:c"):
        with pytest.raises(Invalid, match="damaged"):
            page(rows, sort=SORTS[0], filters={"show": "all"}, cursor=damaged, limit=1)


def test_a_page_begins_in_the_index_and_does_not_walk_to_it(django_assert_num_queries):
    make([("Ada", 0)] * 3)
    cursor = page(Person.objects.all(), sort=SORTS[0], limit=1).next
    with django_assert_num_queries(1) as captured:
        page(Person.objects.all(), sort=SORTS[0], cursor=cursor, limit=1)
    assert '"name" >=' in captured.captured_queries[0]["sql"]
