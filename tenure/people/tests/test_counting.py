"""Bounded counts, over people: the rows are theirs, the code is `tenure.lib.counting`."""

from __future__ import annotations

import pytest

from tenure.lib import counting
from tenure.lib.counting import bounded_counts, in_words
from tenure.people.models import Person, PersonEmail
from tenure.people.operations.import_people import import_people
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_counts_of_several_tables_by_one_query_stop_past_the_bound(
    monkeypatch, django_assert_num_queries
):
    content = "email,other_emails\n" + "".join(f"p{n}@h.example,\n" for n in range(5))
    import_people(
        content=content.encode(), is_full=False, is_confirmed=True, actor=actor_of("mara")
    )
    monkeypatch.setattr(counting, "MOST", 3)
    with django_assert_num_queries(1):
        counts = bounded_counts(
            few=Person.objects.filter(email__startswith="p1"),
            many=Person.objects.all(),
            none=PersonEmail.objects.all(),
        )
    assert counts == {"few": 1, "many": 4, "none": 0}
    assert [in_words(count) for count in counts.values()] == ["1", "3+", "0"]
