from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tenure.jobs.models import Schedule
from tenure.lib.rows import insert_rows, write_rows
from tenure.people.models import PersonRecord
from tenure.testing.factories import make_people_source, make_person

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


def test_each_row_gets_its_own_values_and_no_other_field_is_touched(django_assert_num_queries):
    rows = [Schedule.objects.create(name=f"s{n}", next_at=AT) for n in range(3)]
    for days, row in enumerate(rows):
        row.name, row.next_at = "not written", AT + dt.timedelta(days=days)
    with django_assert_num_queries(1):
        write_rows(rows, ["next_at"])
    kept = Schedule.objects.filter(name__startswith="s").order_by("name")
    assert list(kept.values_list("name", "next_at")) == [
        (f"s{n}", AT + dt.timedelta(days=n)) for n in range(3)
    ]


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        write_rows([], ["next_at"])


def test_new_rows_hold_what_was_given():
    source, given = make_people_source(), {"name": 'Zoë \\ \t "Ø"', "tags": [1, None, True]}
    people = [make_person() for _ in range(3)]
    insert_rows(
        PersonRecord,
        ["person", "source", "values", "said_at", "is_listed", "read_at"],
        ([person.pk, source.pk, given, {}, number > 0, AT] for number, person in enumerate(people)),
    )
    kept = PersonRecord.objects.order_by("person")
    assert [(one.person, one.values, one.is_listed, one.read_at) for one in kept] == [
        (person, given, number > 0, AT) for number, person in enumerate(people)
    ]


def test_of_rows_that_the_database_refuses_none_is_kept():
    first = Schedule.objects.create(name="first", next_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Schedule, ["name", "next_at"], [["second", AT], [first.name, AT]])
    assert not Schedule.objects.filter(name="second").exists()
