from __future__ import annotations

import datetime as dt

import pytest

from tenure.jobs.models import Schedule
from tenure.lib.rows import write_rows

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
