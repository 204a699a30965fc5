from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.compliance.catalog import catalogue
from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, row
from tenure.inventory.models import Collection

SLUG, HOUR = "project-keys-rotated", timedelta(hours=1)


@pytest.mark.parametrize(("age", "fails"), [(180 * DAY - HOUR, False), (180 * DAY, True)])
def test_a_key_lasts_for_so_many_days(key_of, age, fails):
    key = key_of(SLUG, name="nightly", created_at=NOON - age)
    found = ask(SLUG)
    assert list(found) == ([f"credential:{key.ref}"] if fails else [])
    assert row(SLUG).state == ("needs_attention" if fails else "ok")
    for finding in found.values():
        assert (finding.since, finding.due_at - NOON.replace(hour=0)) == (NOON, 30.5 * DAY)
        assert sentence(finding).endswith("; a key may last 180 days.")


def test_its_title_is_true_of_the_usual_setting():
    (days,) = catalogue()[SLUG].thresholds
    assert f"{days.usual} days" in catalogue()[SLUG].title


@pytest.mark.parametrize("state", ["unavailable", "complete"])
def test_without_its_list_there_is_no_answer(key_of, state):
    key_of(SLUG)
    lists = Collection.objects.filter(kind="project_keys")
    lists.update(state=state, completed_at=NOON if state == "unavailable" else None)
    ask(SLUG)
    assert row(SLUG).state == "invalid"
