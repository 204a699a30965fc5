from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.inventory import marking_rules as rules
from tenure.lib.errors import Conflict, Invalid

TODAY = date(2026, 3, 2)
EVERYTHING = {
    "owner": 1,
    "backup_owner": 2,
    "sponsor": 3,
    "purpose": "Nightly ingest",
    "reason": "The vendor allows one",
    "until": date(2026, 6, 30),
}
KEPT = {
    "person": set(),
    "external": {"sponsor", "until"},
    "service": {"owner", "backup_owner", "purpose"},
    "shared": {"owner", "reason"},
}


def checked(kind: str, *, flag: bool = False, **given: object) -> dict[str, object]:
    said = {**EVERYTHING, **given}
    return rules.check_mark(kind=kind, is_break_glass=flag, given=said, today=TODAY)


@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("kind", KEPT)
def test_what_the_kind_and_the_flag_ask_for_is_kept_and_nothing_else(kind, flag):
    assert set(checked(kind, flag=flag)) == KEPT[kind] | ({"owner", "reason"} if flag else set())


@pytest.mark.parametrize("blank", [None, "", "  "])
@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("kind", KEPT)
def test_each_thing_asked_for_must_be_given(kind, flag, blank):
    for name in rules.fields_of(kind=kind, is_break_glass=flag):
        with pytest.raises(Invalid) as refused:
            checked(kind, flag=flag, **{name: blank})
        assert refused.value.field == name


@given(st.integers(-400, 400))
def test_the_last_day_is_not_over(days):
    until = date.fromordinal(TODAY.toordinal() + days)
    if days < 0:
        with pytest.raises(Invalid, match="not over"):
            checked("external", until=until)
    else:
        assert checked("external", until=until)["until"] == until


@given(st.integers(-400, 400))
def test_a_day_of_review_is_a_services_alone_and_not_over(days):
    day = date.fromordinal(TODAY.toordinal() + days)
    assert "review_on" not in checked("shared", review_on=day)
    if days < 0:
        with pytest.raises(Invalid, match="not over") as refused:
            checked("service", review_on=day)
        assert refused.value.field == "review_on"
    else:
        assert checked("service", review_on=day)["review_on"] == day


def test_the_backup_owner_is_somebody_else():
    with pytest.raises(Invalid, match="somebody else") as refused:
        checked("service", backup_owner=1)
    assert refused.value.field == "backup_owner"


def test_an_unknown_kind_is_refused():
    with pytest.raises(Invalid, match="Choose one of person, external, service, shared"):
        checked("robot")


def test_who_may_not_hold_access_answers_for_nothing():
    rules.check_stands_for_it(name="Mei", field="owner", may_hold_access=True)
    with pytest.raises(Invalid, match="Hugo may not hold access") as refused:
        rules.check_stands_for_it(name="Hugo", field="owner", may_hold_access=False)
    assert refused.value.field == "owner"


def test_there_is_nothing_to_undo_without_a_word():
    rules.check_undo(has_word=True)
    with pytest.raises(Conflict, match="nothing to undo"):
        rules.check_undo(has_word=False)


@pytest.mark.parametrize("written", ["Mail.Example", "@mail.example", " mail.example. "])
def test_a_domain_is_what_stands_behind_the_at(written):
    assert rules.plain_domain(written) == "mail.example"


@pytest.mark.parametrize("written", ["", "mail", "a b.example", "x@mail.example", ".example"])
def test_what_is_no_domain_is_refused(written):
    with pytest.raises(Invalid, match="Write a domain"):
        rules.plain_domain(written)


@pytest.mark.parametrize(("tags", "dots"), [(True, False), (False, True), (True, True)])
def test_a_domain_ignores_something(tags, dots):
    rules.check_linking_domain(ignores_tags=tags, ignores_dots=dots)
    with pytest.raises(Invalid, match="ignores"):
        rules.check_linking_domain(ignores_tags=False, ignores_dots=False)


def test_a_day_is_written_as_iso():
    assert rules.day_of("2026-03-31") == date(2026, 3, 31)
    assert rules.day_of("") is None
    with pytest.raises(Invalid, match="is no day"):
        rules.day_of("31 March")
