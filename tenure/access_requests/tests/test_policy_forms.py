"""Whatever a policy says, its form shows it, and saving the form unchanged changes nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tenure.access_requests.policy_forms import PolicyForm, written
from tenure.access_requests.policy_rules import MOST_DAYS, Approver, Condition, Policy, Step
from tenure.lib.actor import Actor

# Nobody is looked up where a policy names no person.
LOCAL = Actor("system", "test", "Test")
days = st.none() | st.integers(1, MOST_DAYS)
either = st.sampled_from([None, True, False])
steps = st.builds(
    Step,
    approvers=st.lists(
        st.sampled_from(["manager", "system_owner", "entry_owner"]), min_size=1, unique=True
    ).map(lambda kinds: tuple(Approver(kind=kind) for kind in kinds)),
    needs=st.sampled_from(["any", "all"]),
    when=st.builds(
        Condition,
        is_privileged=either,
        is_external=either,
        longer_than_days=days,
        at_most_days=days,
    ),
    answer_within_h=st.integers(1, 720),
)
# What is privileged never approves itself, and what is longer than so much never should.
itself = st.none() | st.builds(Condition, is_external=either, at_most_days=days)


@given(st.lists(steps, min_size=1, max_size=5).map(tuple), itself)
def test_a_policy_survives_its_form(some, without):
    policy = Policy(steps=some, approves_itself=without)
    shown = {"name": "Two approvals", **written(policy, {})}
    # A browser sends a choice of each step, also of those where nobody is asked.
    data = {f"s{number}_needs": "any" for number in range(1, 6)}
    data |= {name: "" if value is None else value for name, value in shown.items()}
    form = PolicyForm(data, groups=[], steps=len(some))
    assert form.is_valid(), form.errors
    assert form.words(actor=LOCAL).rules == policy
