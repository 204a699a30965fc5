"""What tests begin with is there for each as it was made, and for no other test."""

from __future__ import annotations

import pytest

from tenure.people.models import Person
from tenure.testing.beginnings import beginning
from tenure.testing.factories import make_person

pytestmark = pytest.mark.django_db


def anybody() -> Person:
    return make_person("Anybody")


begun = beginning(anybody)


@pytest.mark.parametrize("_", range(2))
def test_what_one_test_changes_the_next_one_does_not_see(begun, _):
    assert [person.name for person in Person.objects.all()] == [begun.name] == ["Anybody"]
    begun.name = "Somebody else"
    begun.save()
    make_person("One more")


def test_who_does_not_ask_finds_nothing():
    assert not Person.objects.exists()


def test_it_is_made_anew_when_it_is_asked_for_again(begun):
    assert Person.objects.get() == begun


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_begins_with_nothing():
    assert not Person.objects.exists()
