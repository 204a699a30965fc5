"""The truth tables that stand in the docstrings, row by row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.access_requests import offering_rules, policy_rules, rules
from tenure.access_requests.offering_rules import Thing
from tenure.access_requests.policy_rules import Approver, Circumstances, Condition, Policy, Step
from tenure.lib.errors import Conflict, Invalid, NotAllowed

TODAY = date(2026, 11, 28)
THING = Thing(
    kind="project",
    is_over=False,
    is_out_of_scope=False,
    is_scim_managed=False,
    is_custom=False,
    is_uploaded=False,
    connection_state="active",
)
OVER = ("expired", "revoked", "denied", "cancelled", "failed")
GIVEN = ("pending_provisioning", "awaiting_acceptance", "provisioned", "verified", "ending")


@pytest.mark.parametrize("state", [*OVER, *GIVEN])
@pytest.mark.parametrize("verb", ["approve", "deny", "cancel", "replace", "remind", "escalate"])
def test_only_what_waits_is_decided(verb, state):
    rules.check_verb(verb, "pending_approval", name="REQ-1")
    with pytest.raises(Conflict, match=r"^REQ-1 is .* and cannot be .*\.$"):
        rules.check_verb(verb, state, name="REQ-1")


def test_whoever_saw_another_version_looks_again():
    rules.check_version(2, seen=None, name="REQ-1")
    rules.check_version(2, seen=2, name="REQ-1")
    with pytest.raises(Conflict):
        rules.check_version(2, seen=1, name="REQ-1")


@pytest.mark.parametrize(("until", "has_lapsed"), [(None, False), (TODAY, False), (-1, True)])
def test_the_last_day_belongs_to_it(until, has_lapsed):
    until = TODAY - timedelta(days=1) if until == -1 else until
    assert rules.has_lapsed(until, today=TODAY) is has_lapsed


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"is_own": True}, NotAllowed),
        ({"was_asked": False}, NotAllowed),
        ({"may_answer": False}, Conflict),
        ({"answered_before": True}, Conflict),
        ({"is_waiting_for_them": False}, Conflict),
        ({}, None),
    ],
)
def test_an_answer_is_theirs_to_give(change, refusal):
    said = {
        "is_own": False,
        "was_asked": True,
        "may_answer": True,
        "answered_before": False,
        "is_waiting_for_them": True,
        "step_answered_by": "",
    }
    if refusal is None:
        rules.check_answering(**said)
        return
    with pytest.raises(refusal):
        rules.check_answering(**{**said, **change})


@pytest.mark.parametrize(
    ("needs", "waiting", "by_escalation", "approved"),
    [
        ("any", 3, False, True),
        ("all", 0, False, True),
        ("all", 1, False, False),
        ("all", 1, True, True),
    ],
)
def test_when_a_step_is_through(needs, waiting, by_escalation, approved):
    said = rules.is_step_approved(needs=needs, waiting=waiting, by_escalation=by_escalation)
    assert said is approved


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""),
        ({"connection_state": "failing"}, ""),
        ({"connection_state": "paused"}, "paused"),
        ({"connection_state": "draft"}, "not set up"),
        ({"connection_state": "disconnected"}, "not connected"),
        ({"is_uploaded": True}, "from a file"),
        ({"kind": "identity_provider"}, "machines"),
        ({"is_over": True}, "archived"),
        ({"is_out_of_scope": True}, "out of scope"),
        ({"is_scim_managed": True}, "directory"),
        ({"is_custom": True}, "console"),
    ],
)
def test_what_cannot_be_given_says_why(change, why):
    said = offering_rules.why_impossible(THING._replace(**change))
    assert why in said
    assert bool(said) == bool(why)


@pytest.mark.parametrize(
    ("listing", "privileged", "why", "offered"),
    [
        ("hidden", False, "", False),
        ("hidden", False, "It is over.", False),
        ("listed", True, "", True),
        ("listed", True, "It is over.", False),
        ("listed", False, "It is over.", True),
        ("default", True, "", False),
        ("default", False, "", True),
        ("default", True, "It is over.", False),
        ("default", False, "It is over.", True),
    ],
)
def test_what_everybody_finds(listing, privileged, why, offered):
    said = offering_rules.is_offered(listing=listing, is_privileged=privileged, why_impossible=why)
    assert said is offered


@pytest.mark.parametrize(
    ("departments", "kinds", "may"),
    [
        ([], [], True),
        (["RESEARCH "], [], True),
        (["Sales"], [], False),
        ([], ["contractor"], False),
        (["Sales", "Research"], ["employee"], True),
    ],
)
def test_for_whom_something_is(departments, kinds, may):
    said = offering_rules.is_for(
        departments=departments, kinds=kinds, department="Research", kind="employee"
    )
    assert said is may


@given(st.integers(-5, 4000))
def test_days_and_a_last_day_are_the_same_length(days):
    until = TODAY + timedelta(days=days)
    if 1 <= days <= offering_rules.MOST_DAYS:
        asked = offering_rules.days_asked(days=None, until=until, today=TODAY)
        assert asked == offering_rules.days_asked(days=days, until=None, today=TODAY) == days
    else:
        for said in ({"days": days, "until": None}, {"days": None, "until": until}):
            with pytest.raises(Invalid):
                offering_rules.days_asked(**said, today=TODAY)


@pytest.mark.parametrize(
    ("days", "most", "field"), [(None, None, ""), (None, 7, "days"), (8, 7, "days"), (7, 7, "")]
)
def test_how_long_may_be_asked_for(days, most, field):
    if not field:
        offering_rules.check_length(days, most_days=most)
        return
    with pytest.raises(Invalid) as refused:
        offering_rules.check_length(days, most_days=most)
    assert refused.value.field == field


CONDITIONS = st.builds(
    Condition,
    is_privileged=st.sampled_from([None, True, False]),
    is_external=st.sampled_from([None, True, False]),
    longer_than_days=st.sampled_from([None, 7]),
    at_most_days=st.sampled_from([None, 7]),
)
REQUESTS = st.builds(
    Circumstances,
    is_privileged=st.booleans(),
    is_external=st.booleans(),
    days=st.sampled_from([None, 1, 7, 8]),
)
POLICIES = st.builds(
    Policy,
    steps=st.lists(
        st.builds(Step, approvers=st.just((Approver(kind="manager"),)), when=CONDITIONS), max_size=3
    ).map(tuple),
    approves_itself=st.none() | CONDITIONS,
)


@given(CONDITIONS, REQUESTS)
def test_a_condition_holds_when_all_that_it_names_is_so(condition, request_):
    days = float("inf") if request_.days is None else request_.days
    named = [
        condition.is_privileged is None or condition.is_privileged == request_.is_privileged,
        condition.is_external is None or condition.is_external == request_.is_external,
        condition.longer_than_days is None or days > condition.longer_than_days,
        condition.at_most_days is None or days <= condition.at_most_days,
    ]
    assert policy_rules.holds(condition, request_) is all(named)


@given(POLICIES, REQUESTS)
def test_somebody_is_asked_unless_the_policy_says_nobody_and_it_is_harmless(policy, request_):
    assert policy_rules.steps_for(policy, request_)
    if policy_rules.needs_nobody(policy, request_):
        assert not request_.is_privileged
        assert policy.approves_itself is not None


def test_an_empty_condition_always_holds():
    for days in (None, 1):
        endless = Circumstances(is_privileged=False, is_external=True, days=days)
        assert policy_rules.holds(Condition(), endless)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"gives": False}, Conflict),
        ({"has_end": False}, Conflict),
        ({"is_same": False}, Invalid),
        ({"is_later": False}, Invalid),
        ({"is_extended": True}, Conflict),
    ],
)
def test_what_can_be_extended(change, refusal):
    said = {"gives": True, "has_end": True, "is_same": True, "is_later": True, "is_extended": False}
    if refusal is None:
        rules.check_extension(**said, name="REQ-1")
        return
    with pytest.raises(refusal):
        rules.check_extension(**{**said, **change}, name="REQ-1")
