from __future__ import annotations

import string

import pytest

from tenure.lib.errors import Invalid
from tenure.notifications import topics
from tenure.notifications.topics import TOPICS, Event
from tenure.users.rules import ALL_PERMISSIONS, PERMISSION_SETS


def names_in(slug: str) -> set[str]:
    known = TOPICS[slug]
    written = " ".join((known.subject, *known.sentences, known.line, known.many))
    return {name for _, name, _, _ in string.Formatter().parse(written) if name} - {"count"}


@pytest.mark.parametrize("slug", sorted(TOPICS))
def test_every_topic_is_complete_once_its_fields_are_given(slug):
    names = names_in(slug)
    topics.check_told(slug, Event((), dict.fromkeys(names, "{x}"), "https://tenure.example/"))
    for name in names:
        with pytest.raises(Invalid, match=name):
            topics.check_told(slug, Event((), dict.fromkeys(names - {name}, "x"), ""))


@pytest.mark.parametrize("slug", sorted(TOPICS))
def test_every_topic_names_permissions_and_sets_that_exist(slug):
    known = TOPICS[slug]
    assert known.permission in ALL_PERMISSIONS
    assert set(known.defaults) <= set(PERMISSION_SETS)
    assert len(slug) <= 40


@pytest.mark.parametrize(
    ("chosen", "is_user", "sets", "told"),
    [
        ("off", True, {"admin"}, "off"),
        ("daily", True, {"system_owner"}, "daily"),
        ("nonsense", True, {"admin"}, "at_once"),
        (None, False, set(), "at_once"),
        (None, True, set(), "at_once"),
        (None, True, {"system_owner"}, "daily"),
        (None, True, {"auditor"}, "off"),
        (None, True, {"auditor", "system_owner"}, "daily"),
        (None, True, {"auditor", "admin"}, "at_once"),
    ],
)
def test_the_truth_table_of_how_somebody_is_told(chosen, is_user, sets, told):
    found = topics.delivery(
        "leaver_with_access",
        chosen={"leaver_with_access": chosen} if chosen else {},
        permission_sets=sets,
        is_user=is_user,
    )
    assert found == told
