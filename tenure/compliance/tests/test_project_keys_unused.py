from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, row
from tenure.inventory.models import Collection

SLUG, HOUR = "project-keys-unused", timedelta(hours=1)


@pytest.mark.parametrize(("rested", "fails"), [(90 * DAY - HOUR, False), (90 * DAY, True)])
def test_a_key_may_rest_for_ninety_days(key_of, rested, fails):
    key = key_of(SLUG, name="nightly", created_at=NOON - 700 * DAY, last_used_at=NOON - rested)
    found = ask(SLUG)
    assert list(found) == ([f"credential:{key.ref}"] if fails else [])
    assert row(SLUG).state == ("needs_attention" if fails else "ok")
    for finding in found.values():
        assert (finding.since, finding.due_at - NOON.replace(hour=0)) == (NOON, 30.5 * DAY)
        said = "The key nightly was last used on 25 Aug 2026; 90 days without use are enough."
        assert sentence(finding) == said


@pytest.mark.parametrize("state", ["unavailable", "complete"])
def test_without_its_list_there_is_no_answer(key_of, state):
    key_of(SLUG)
    lists = Collection.objects.filter(kind="project_keys")
    lists.update(state=state, completed_at=NOON if state == "unavailable" else None)
    ask(SLUG)
    assert row(SLUG).state == "invalid"
