"""Members get other roles, in the organization or in a project, through the simulator."""

from __future__ import annotations

import pytest

from tenure.inventory.models import Account
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.provisioning import acting, braking, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.approve_operation import approve_operation
from tenure.provisioning.operations.retry_operation import retry_operation
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_person
from tests.faults import judge

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
ADD = ProvisioningOperation.Action.ADD


def posts(openai):
    return [one for one in openai.requests() if one["method"] == "POST"]


def role_there(openai, project, account):
    """Which role the provider has in a project; None for whoever is not in it."""
    (found,) = (one for one in openai.projects() if one["id"] == project.external_id)
    roles = {member["id"]: member["role"] for member in found["members"]}
    return roles.get(account.external_id)


def role_of(openai, account):
    (found,) = (one for one in openai.users() if one["id"] == account.external_id)
    return found["role"]


@pytest.fixture
def member(project, openai):
    """A plain member of the organization and of the project."""
    of_project = {"grants__ended_at": None, "grants__collection__resource": project}
    readers = Account.objects.filter(role="reader", kind="person", **of_project)
    openai.forget_requests()
    return readers.filter(grants__entitlement__external_id="member").order_by("pk").first()


@pytest.fixture
def to_owner(project, member):
    return planned.of_role(member, "owner", project)


@pytest.fixture
def stranger(project, members, openai):
    """A member of the organization, and not of the project."""
    openai.forget_requests()
    return next(one for one in members if role_there(openai, project, one) is None)


@pytest.fixture
def owners(connection, members, openai):
    """Those whose key is not the one that Tenure uses come first."""
    ours = set(connection.keys.values_list("owner_id", flat=True))
    owners = Account.objects.filter(role="owner", kind="person", status="active")
    openai.forget_requests()
    return sorted(owners, key=lambda one: (one.external_id in ours, one.pk))


# In a project


def test_a_role_in_a_project_is_changed_and_read_back(project, member, do, openai):
    operation = do(planned.of_role(member, "owner", project))
    assert (operation.state, operation.reason) == (State.VERIFIED, "")
    assert (operation.known.role, role_there(openai, project, member)) == ("member", "owner")
    told = judge.verdict(openai)
    assert (told["requests"], told["made"], told["blind"]) == (1, 1, [])
    path = f"/organization/projects/{project.external_id}/users/{member.external_id}"
    assert operation.steps.get(kind="answered").request == f"POST {path}"
    assert operation.steps.get(kind="about_to_send").detail["seen"]["role"] == "member"
    assert operation.steps.get(kind="read_after").detail["seen"]["role"] == "owner"


def test_whoever_has_the_role_already_needs_no_request(project, member, do, openai):
    operation = do(planned.of_role(member, "member", project))
    assert operation.state == State.VERIFIED
    assert "had that role already" in operation.steps.get(kind="read_before").text
    assert not posts(openai)


def test_whoever_got_a_third_role_meanwhile_is_looked_at(project, member, do, openai, work):
    openai.put_member(project.external_id, member.external_id, role="viewer")
    operation = do(planned.of_role(member, "owner", project))
    assert (operation.state, operation.block) == (State.BLOCKED, Block.IDENTITY_CHANGED)
    assert "its role changed from member to viewer" in operation.reason
    assert not posts(openai)
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    assert work(operation).state == State.VERIFIED
    assert operation.known.role == "viewer"


def test_whoever_left_the_project_gets_no_role_there(project, member, do, openai, work):
    openai.remove_member(project.external_id, member.external_id)
    operation = do(planned.of_role(member, "owner", project))
    assert operation.block == Block.IDENTITY_CHANGED
    assert f"they are in {project} no more" in operation.reason
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    assert work(operation).block == Block.IDENTITY_CHANGED
    openai.put_member(project.external_id, member.external_id, role="member")
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    assert work(operation).state == State.VERIFIED


def test_another_address_stops_it(project, member, do, openai):
    openai.change_user(member.email, email="somebody.else@halden.example")
    operation = do(planned.of_role(member, "owner", project))
    assert operation.block == Block.IDENTITY_CHANGED
    assert not posts(openai)


@pytest.mark.parametrize("answer", ["500", "503", "reset"])
def test_a_lost_answer_is_found_out_by_reading(to_owner, do, work, openai, answer):
    openai.faults(commit_then=f"{answer}@POST:project_users#1")
    operation = do(to_owner)
    assert (operation.state, operation.is_in_doubt) == (State.RUNNING, True)
    assert work(operation, later=6).state == State.VERIFIED
    assert len(posts(openai)) == 1


def test_what_was_not_made_is_sent_again_after_a_read(project, member, do, work, openai):
    openai.faults(server_error="on@POST:project_users#1")
    operation = do(planned.of_role(member, "owner", project))
    assert work(operation, later=6).state == State.VERIFIED
    told = judge.verdict(openai)
    assert (told["requests"], told["made"], told["blind"]) == (2, 1, [])


# Into a project


def test_a_member_of_the_organization_gets_into_a_project(project, stranger, do, openai):
    operation = do(planned.of_place(stranger, project, action=ADD, role="member"))
    assert (operation.state, role_there(openai, project, stranger)) == (State.VERIFIED, "member")


def test_whoever_is_in_it_as_asked_needs_no_request(project, member, do, openai):
    assert do(planned.of_place(member, project, action=ADD, role="member")).state == State.VERIFIED
    assert not posts(openai)


def test_whoever_is_in_it_as_something_else_is_not_added(project, member, do, openai):
    operation = do(planned.of_place(member, project, action=ADD, role="owner"))
    assert (operation.state, operation.block) == (State.BLOCKED, Block.OTHER_ROLE)
    assert f"in {project} already, as member and not as owner" in operation.reason
    assert not posts(openai)


def test_who_is_in_the_organization_no_more_gets_nowhere(project, stranger, do, openai):
    openai.remove_user(stranger.email)
    operation = do(planned.of_place(stranger, project, action=ADD, role="member"))
    assert operation.block == Block.IDENTITY_CHANGED
    assert not posts(openai)


# In the organization


def test_an_owner_is_made_by_two_persons_only(two_people, members, do, openai, work):
    ada, mara = two_people
    operation = do(planned.of_role(members[0], "owner"), by=ada)
    assert operation.state == State.AWAITING_APPROVAL
    with pytest.raises(NotAllowed, match="owner needs a second person"):
        approve_operation(ref=operation.ref, actor=ada)
    assert not posts(openai)
    approve_operation(ref=operation.ref, actor=mara)
    assert work(operation).state == State.VERIFIED
    assert role_of(openai, members[0]) == "owner"


def test_nobody_approves_that_they_become_one(two_people, members, do):
    ada, _mara = two_people
    plan = planned.of_role(members[0], "owner", person=make_person("Nia"))
    operation = do(plan, by=ada)
    nia = actor_of("mara", person_id=str(operation.person.ref))
    with pytest.raises(NotAllowed, match="gives you something"):
        approve_operation(ref=operation.ref, actor=nia)


def test_an_owner_is_lowered_by_two_persons_only(two_people, owners, do, openai, work):
    ada, mara = two_people
    operation = do(planned.of_role(owners[0], "reader"), by=ada)
    assert operation.state == State.AWAITING_APPROVAL
    approve_operation(ref=operation.ref, actor=mara)
    assert work(operation).state == State.VERIFIED
    assert role_of(openai, owners[0]) == "reader"


def test_or_by_whoever_approved_it_when_it_was_asked_for(two_people, owners, do, openai):
    ada, mara = two_people
    approval = planned.Approval(
        asked_by=ada.person_id, by=mara.person_id, name="Mara Okafor", at=now()
    )
    operation = do(planned.of_role(owners[0], "reader", approval=approval))
    assert (operation.state, operation.approved_by) == (State.VERIFIED, "Mara Okafor")


def test_who_became_an_owner_meanwhile_is_looked_at_by_two(two_people, members, do, openai, work):
    ada, mara = two_people
    Account.objects.filter(pk=members[0].pk).update(role="billing")
    members[0].refresh_from_db()
    openai.change_user(members[0].email, role="owner")
    operation = do(planned.of_role(members[0], "reader"), by=ada)
    assert operation.block == Block.IDENTITY_CHANGED
    retry_operation(ref=operation.ref, actor=ada)
    assert work(operation).state == State.AWAITING_APPROVAL
    approve_operation(ref=operation.ref, actor=mara)
    assert work(operation).state == State.VERIFIED


@pytest.fixture
def lower(two_people, do, work):
    """`lower(owner)`: as two persons want it."""

    def run(account):
        operation = do(planned.of_role(account, "reader"), by=two_people[0])
        approve_operation(ref=operation.ref, actor=two_people[1])
        return work(operation)

    return run


def test_the_last_owner_stays_one(owners, lower, openai):
    for owner in owners[1:]:
        openai.change_user(owner.email, role="reader")
    operation = lower(owners[0])
    assert (operation.state, operation.block) == (State.BLOCKED, Block.LAST_OWNER)
    assert not posts(openai)


def test_two_owners_are_not_lowered_because_each_counts_on_the_other(
    connection, owners, lower, work, openai
):
    connection.keys.update(owner_id="somebody-else")
    for owner in owners[2:]:
        openai.remove_user(owner.email)
    openai.faults(role_lag="60")
    operations = [lower(owner) for owner in owners[:2]]
    assert [one.state for one in operations] == [State.DONE, State.BLOCKED]
    openai.advance(61)
    assert work(operations[0], later=61).state == State.VERIFIED
    assert sum(one["role"] == "owner" for one in openai.users()) == 1


def test_the_owner_of_our_key_keeps_the_power_it_needs(connection, owners, lower, openai):
    connection.keys.update(owner_id=owners[0].external_id)
    operation = lower(owners[0])
    assert operation.block == Block.KEY_OWNER
    assert "only while they are an owner" in operation.reason
    assert not posts(openai)


@pytest.mark.parametrize(
    ("mark", "block"),
    [
        ({"is_break_glass": True}, Block.BREAK_GLASS),
        ({"is_default": True}, Block.DEFAULT_ACCOUNT),
        ({"kind": Account.Kind.SERVICE}, Block.SERVICE),
    ],
)
def test_some_accounts_keep_their_role(owners, lower, openai, mark, block):
    Account.objects.filter(pk=owners[0].pk).update(**mark)
    operation = lower(owners[0])
    assert (operation.state, operation.block) == (State.BLOCKED, block)
    assert operation.reason.endswith(".")
    assert not posts(openai)


def test_a_role_that_is_seen_late_is_waited_for(owners, lower, work, openai):
    openai.faults(role_lag="900")
    operation = lower(owners[0])
    assert operation.state == State.DONE
    assert work(operation, later=301).block == Block.NOT_VISIBLE
    openai.advance(901)
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    assert work(operation).state == State.VERIFIED
    assert len(posts(openai)) == 1


def test_lowering_does_not_count_for_the_brake(connection, owners, lower):
    lower(owners[0])
    assert braking.sent_lately(connection) == 0


def test_a_rehearsal_says_what_would_change(project, member):
    plan = planned.of_role(member, "owner", project)
    operation = planned.as_operation(
        plan, cause=planned.Cause(), batch=project.ref, actor=actor_of("ada")
    )
    said = f"{member.email} is as planned, and would be made owner of {project}, and is member."
    assert acting.rehearse(operation, actor=actor_of("ada")) == said
