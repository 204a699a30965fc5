from __future__ import annotations

import pytest

from tenure.lib import counting
from tenure.lib.counting import AtLeast, bounded_counts
from tenure.testing.cast import user_of
from tenure.users.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("most", "counted"), [(0, 1), (1, 2), (2, 3), (10, 3)])
def test_a_part_that_reaches_the_bound_is_enough_and_else_the_whole_is_counted(
    monkeypatch, django_assert_num_queries, most, counted
):
    for name in ("ada", "mara", "oscar"):
        user_of(name)
    monkeypatch.setattr(counting, "MOST", most)
    two, everybody = User.objects.exclude(name="Oscar Weil"), User.objects.all()
    with django_assert_num_queries(1):
        assert bounded_counts(of=AtLeast(two, everybody), none=AtLeast(two.none(), two.none())) == {
            "of": counted,
            "none": 0,
        }
