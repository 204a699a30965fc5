from __future__ import annotations

import sys
import types

import pytest

from tenure.audit import verbs


@pytest.fixture(autouse=True)
def _forget_verbs():
    verbs.declared.cache_clear()
    yield
    verbs.declared.cache_clear()


@pytest.fixture
def another_slice(monkeypatch):
    """Replaces what another slice declares."""

    def declare(declared):
        module = types.ModuleType("tenure.users.verbs")
        module.VERBS = declared
        module.__spec__ = types.SimpleNamespace(name="tenure.users.verbs")
        monkeypatch.setitem(sys.modules, "tenure.users.verbs", module)

    return declare


def test_every_declared_verb_has_a_sentence_that_can_be_said():
    assert "audit_log.exported" in verbs.declared()
    for verb in verbs.declared():
        said = verbs.sentence(verb, subject="ref", detail={}, text={})
        assert said, verb
        assert "{" not in said, verb


def test_a_sentence_shows_details_texts_and_what_was_erased(another_slice):
    another_slice(
        {"user.invited": "invited {text.email} to {detail.sets} until {detail.until}, {text.why}"}
    )
    said = verbs.sentence(
        "user.invited",
        subject="ref",
        detail={"sets": ["reviewer", True, {"of": 3}], "until": None},
        text={"email": None},
    )
    assert said == "invited [erased] to reviewer, yes, of 3 until none, unknown"


@pytest.mark.parametrize(("count", "said"), [(1, "saw 1 key"), (2, "saw 2 keys")])
def test_a_sentence_counts_things_as_one_speaks(another_slice, count, said):
    another_slice({"keys.seen": "saw {detail.count:key}"})
    assert verbs.sentence("keys.seen", subject="", detail={"count": count}, text={}) == said


def test_a_verb_that_is_no_longer_declared_speaks_for_itself():
    assert verbs.sentence("old.forgotten", subject="", detail={}, text={}) == "old.forgotten"


@pytest.mark.parametrize("verb", ["Invite", "user", "user.Invited", "user:invited", "user.a.b"])
def test_a_verb_has_the_shape_of_object_and_participle(another_slice, verb):
    another_slice({verb: "did"})
    with pytest.raises(ValueError, match="past_participle"):
        verbs.declared()


def test_two_slices_cannot_mean_different_things_by_one_verb(another_slice):
    another_slice({"audit_log.exported": "sold"})
    with pytest.raises(ValueError, match="another slice"):
        verbs.declared()
