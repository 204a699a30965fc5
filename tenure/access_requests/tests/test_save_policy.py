from __future__ import annotations

import pytest

from tenure.access_requests import queries
from tenure.access_requests.operations.save_approver_group import save_approver_group
from tenure.access_requests.operations.save_policy import save_policy
from tenure.access_requests.policy_rules import Approver, Condition, Policy, Step
from tenure.access_requests.writing import PolicyWords
from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
MARA = actor_of("mara")
MANAGER = Step(approvers=(Approver(kind="manager"),))


def words(*steps, name="Managers", **said):
    return PolicyWords(name=name, rules=Policy(steps=steps or (MANAGER,)), **said)


def test_what_was_sent_keeps_the_policy_of_then(ask, approve):
    request = ask()
    assert [one.is_default for one in queries.policies_shown(actor=MARA)] == [True]
    saved = save_policy(words=words(is_default=True), actor=MARA)
    assert [one.name for one in queries.policies(actor=MARA) if one.is_default] == ["Managers"]
    assert approve(request, "rita").state == "pending_approval"
    assert saved.version == 1
    assert AuditEvent.objects.get(verb="approval_policy.saved").detail["version"] == 1


def test_changing_one_counts_its_versions(ask):
    saved = save_policy(words=words(), actor=MARA)
    again = save_policy(ref=saved.ref, words=words(MANAGER, MANAGER), actor=MARA)
    assert (again.pk, again.version, len(again.rules["steps"])) == (saved.pk, 2, 2)


def test_the_default_one_is_asked_of_what_names_none(ask, approve):
    save_policy(words=words(is_default=True), actor=MARA)
    assert approve(ask(), "rita").state == "pending_provisioning"


def test_a_condition_leaves_a_step_out(ask, halden):
    long = Step(approvers=(Approver(kind="system_owner"),), when=Condition(longer_than_days=60))
    save_policy(words=words(MANAGER, long, is_default=True), actor=MARA)
    assert ask().steps.count() == 1
    assert ask(resource=halden.search.ref, days=61).steps.count() == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (words(name=" "), "name"),
        (PolicyWords(name="None", rules=Policy(steps=())), "steps"),
        (words(Step(approvers=())), "steps"),
        (words(Step(approvers=(Approver(kind="group"),))), "steps"),
        (words(Step(approvers=(Approver(kind="person", ref="x"),))), "steps"),
        (words(Step(approvers=MANAGER.approvers, answer_within_h=0)), "steps"),
        (words(Step(approvers=MANAGER.approvers, when=Condition(at_most_days=0))), "steps"),
    ],
)
def test_it_refuses_what_makes_no_sense(said, field):
    with pytest.raises(Invalid) as refused:
        save_policy(words=said, actor=MARA)
    assert refused.value.field == field


def test_names_are_there_once_and_only_managers_write(ask, who):
    save_policy(words=words(), actor=MARA)
    with pytest.raises(Conflict):
        save_policy(words=words(), actor=MARA)
    with pytest.raises(NotAllowed):
        save_policy(words=words(name="Mine"), actor=who("hugo"))
    with pytest.raises(NotFound):
        save_policy(ref=ask().ref, words=words(name="Mine"), actor=MARA)


def test_a_group_answers_for_one_another(ask, approve, halden):
    people = [halden.people["oscar"].ref, "mara@halden.example"]
    group = save_approver_group(name="Security", people=people, actor=MARA)
    step = Step(approvers=(Approver(kind="group", ref=str(group.ref)),))
    save_policy(words=words(step, is_default=True), actor=MARA)
    request = ask()
    assert request.steps.get().title == "Security"
    assert approve(request, "oscar").state == "pending_provisioning"
