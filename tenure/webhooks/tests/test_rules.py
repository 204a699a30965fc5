from __future__ import annotations

import datetime as dt

import pytest

from tenure.lib.errors import Invalid
from tenure.webhooks import rules

AT = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def test_the_signature_is_the_one_of_standard_webhooks():
    """The example of the specification."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = rules.signature(
        secret, ref="msg_p5jXN8AQM9LWM0D4loKWxJek", at=1614265330, body=b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_has_the_bytes_it_was_made_of():
    assert rules.secret_of(b"\x00" * 24) == "whsec_" + "A" * 32


def test_attempts_go_on_for_two_days_and_no_longer():
    at, attempts = AT, 0
    while True:
        attempts += 1
        due_at = rules.next_attempt(attempts, since=AT, at=at)
        if due_at is None:
            break
        assert due_at > at
        at = due_at
    assert attempts == 9
    assert at == AT + rules.LONGEST


def test_what_waited_for_long_is_given_up_with_its_first_attempt():
    late = AT + rules.LONGEST
    assert rules.next_attempt(1, since=AT, at=late) is None


@pytest.mark.parametrize(
    ("wanted", "is_wanted"),
    [
        (["operation.failed"], True),
        (["operation.*"], True),
        (["*"], True),
        (["operation.done", "finding.*"], False),
        ([], False),
    ],
)
def test_a_type_or_its_family_is_wanted(wanted, is_wanted):
    assert rules.is_wanted("operation.failed", wanted) is is_wanted


def test_types_are_those_that_there_are():
    known = ["operation.failed"]
    assert rules.check_types(["operation.*", "operation.*"], known=known) == ["operation.*"]
    with pytest.raises(Invalid, match="at least one"):
        rules.check_types([], known=known)
    with pytest.raises(Invalid, match="no type review"):
        rules.check_types(["review.*"], known=known)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "TICKETING"])
def test_a_name_is_short_and_not_taken(name):
    with pytest.raises(Invalid):
        rules.check_name(name, taken=["Ticketing"])
