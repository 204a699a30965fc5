"""What the tests of old and of unused keys have in common, of projects and the administration."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.compliance.explaining import sentence
from tenure.compliance.models import Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.operations.set_test import set_test
from tenure.compliance.tests.cases import DAY, MARA, NOON
from tenure.compliance.tests.judging import ask, inputs, row
from tenure.testing.cast import actor_of

UNUSED = ("admin-keys-unused", "project-keys-unused")
EVERY = ("admin-keys-rotated", "project-keys-rotated", *UNUSED)


@pytest.mark.parametrize("slug", UNUSED)
@pytest.mark.parametrize(("age", "fails"), [(89, False), (91, True)])
def test_a_key_without_a_known_use_is_measured_from_when_it_was_made(key_of, slug, age, fails):
    key_of(slug, name="spare", created_at=NOON - age * DAY, last_used_at=None)
    found = ask(slug)
    assert bool(found) == fails
    for finding in found.values():
        # Unknown is not never, and the sentence does not say so.
        assert "spare was made on 24 Aug 2026 and no use of it is known;" in sentence(finding)
        assert inputs(finding)["Last used at"] is None


@pytest.mark.parametrize("slug", EVERY)
def test_where_nobody_says_when_it_was_made_it_counts_from_when_it_was_seen(key_of, slug):
    young = {"created_at": None, "began_at": NOON - 5 * DAY, "last_used_at": None}
    key_of(slug, **young)
    assert not ask(slug)
    key_of(slug, name="old", **{**young, "began_at": NOON - 400 * DAY})
    (finding,) = ask(slug).values()
    assert inputs(finding)["Made at"] is None
    assert "19 Oct 2025" in sentence(finding)


@pytest.mark.parametrize("slug", EVERY)
def test_what_has_expired_opens_nothing(key_of, slug):
    key_of(slug, created_at=NOON - 900 * DAY, last_used_at=None, expires_at=NOON - DAY)
    ask(slug)
    coverage = row(slug).coverage
    assert (coverage["of"], coverage["judged"], coverage["expired"]) == (1, 0, 1)


@pytest.mark.parametrize("slug", EVERY)
def test_keys_of_the_other_kind_are_of_other_tests(key_of, slug):
    other = "project" if slug.startswith("admin") else "admin"
    key_of(other, created_at=NOON - 900 * DAY, last_used_at=None)
    assert not ask(slug)


@pytest.mark.parametrize("slug", EVERY)
def test_how_many_days_is_a_setting(key_of, slug):
    key_of(slug, created_at=NOON - 20 * DAY, last_used_at=NOON - 20 * DAY)
    assert not ask(slug)
    terms = {"slug": slug, "sla_days": 1, "sla_unit": "calendar", "actor": actor_of("ada")}
    set_test(**terms, thresholds={"days": 20})
    assert len(ask(slug)) == 1


def test_the_number_of_statements_does_not_grow_with_the_keys(key_of):
    for slug in EVERY:
        key_of(slug, created_at=NOON - 900 * DAY, last_used_at=None)
    few = [statements_of(slug) for slug in EVERY]
    assert Finding.objects.count() == 8
    Finding.objects.all().delete()
    for slug in EVERY * 15:
        key_of(slug, created_at=NOON - 900 * DAY, last_used_at=None)
    assert [statements_of(slug) for slug in EVERY] == few
    assert Finding.objects.count() == 4 * 32


def statements_of(slug):
    run_tests(slugs=["people-fresh"], actor=MARA)
    with CaptureQueriesContext(database) as asked:
        run_tests(slugs=[slug], actor=MARA)
    return len(asked)
