"""Somebody is invited, through the simulator: once, to just what was asked for."""

from __future__ import annotations

import pytest

from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account
from tenure.lib.errors import Conflict, NotAllowed
from tenure.provisioning import acting, planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.approve_operation import approve_operation
from tenure.provisioning.operations.retry_operation import retry_operation
from tenure.provisioning.tests.conftest import somebody
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_person
from tests.faults import judge

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
NIA = "nia@halden.example"


def posts(openai):
    """The invitations that were sent, whatever came of them."""
    return [one for one in openai.requests() if one["method"] == "POST"]


def invited(openai, email=NIA):
    """What the provider has for an address."""
    return [one for one in openai.invites() if one["email"].lower() == email]


def named(project, role="member"):
    """As the simulator is told."""
    return [{"name": str(project), "role": role}]


@pytest.fixture
def invite(connection, do, members, openai):
    """`invite(projects=[(project, "member")])`: planned, let go, and worked on once."""

    def run(email=NIA, role="reader", *, by=None, **more):
        return do(planned.of_new_invitation(connection, email, role, **more), by=by)

    openai.forget_requests()
    return run


def test_an_address_is_invited_to_just_what_was_asked_for(project, invite, openai):
    operation = invite(projects=[(project, "member")])
    assert (operation.state, operation.reason) == (State.VERIFIED, "")
    (sent,) = invited(openai)
    assert operation.made_id == sent["id"]
    assert sent["projects"] == [{"id": project.external_id, "role": "member"}]
    assert (sent["email"], sent["role"]) == (NIA, "reader")
    told = judge.verdict(openai)
    assert (told["requests"], told["made"], told["blind"]) == (1, 1, [])
    answered = operation.steps.get(kind="answered")
    assert answered.request == "POST /organization/invites"
    assert answered.request_id.startswith("req_")
    seen = operation.steps.get(kind="read_after").detail["seen"]
    assert seen["projects"] == [[project.external_id, "member"]]


def test_an_invitation_to_no_project_leads_to_none(invite, openai):
    openai.add_project("Default project")
    assert invite().state == State.VERIFIED
    assert [one["projects"] for one in invited(openai)] == [[]]


def test_a_member_is_not_invited(members, invite, openai):
    operation = invite(members[0].email.upper())
    assert (operation.state, operation.block) == (State.BLOCKED, Block.ALREADY_MEMBER)
    assert "Add them to what they asked for instead" in operation.reason
    assert not posts(openai)


def test_nor_is_one_whom_the_list_does_not_find_by_another_case(members, invite, openai, sync):
    openai.change_user(members[0].email, email=members[0].email.title())
    sync()
    openai.faults(email_filter="exact")
    assert invite(members[0].email).block == Block.ALREADY_MEMBER
    assert not posts(openai)


def test_a_list_that_is_not_narrowed_names_nobody_else(invite, openai):
    openai.faults(email_filter="ignored")
    assert invite().state == State.VERIFIED


def test_the_same_invitation_is_taken_over(project, invite, openai):
    openai.add_invite(NIA.title(), role="reader", projects=named(project))
    operation = invite(projects=[(project, "member")])
    assert operation.state == State.VERIFIED
    assert operation.made_id == invited(openai)[0]["id"]
    assert "was there already" in operation.steps.get(kind="read_before").text
    assert not posts(openai)


@pytest.mark.parametrize(
    "another",
    [
        ("owner", "member", "it makes them owner, and not reader"),
        ("reader", "owner", "leads to Search (owner), and not to Search (member)"),
        ("reader", None, "leads to no project, and not to Search (member)"),
    ],
)
def test_another_invitation_is_left_alone(project, invite, openai, work, another):
    role, where, said = another
    there = named(project, where) if where else []
    openai.add_invite(NIA, role=role, projects=there)
    operation = invite(projects=[(project, "member")])
    assert (operation.state, operation.block) == (State.BLOCKED, Block.INVITED_OTHERWISE)
    assert said in operation.reason
    assert not posts(openai)
    openai.remove_invite(NIA)
    retry_operation(ref=operation.ref, actor=actor_of("ada"))
    assert work(operation).state == State.VERIFIED
    assert len(posts(openai)) == 1


def test_nor_is_one_taken_over_of_which_nobody_knows_where_it_leads(invite, openai):
    openai.add_invite(NIA)
    openai.faults(invite_projects="absent")
    operation = invite()
    assert operation.block == Block.INVITED_OTHERWISE
    assert "does not say to which projects it leads" in operation.reason


def test_what_is_over_is_in_nobodys_way(invite, openai, sync):
    openai.add_invite(NIA)
    openai.accept_invite(NIA)
    openai.remove_user(NIA)
    openai.add_invite(NIA, status="expired", expires_at="-1d")
    assert invite().state == State.VERIFIED
    assert [one["status"] for one in invited(openai)] == ["accepted", "expired", "pending"]


@pytest.mark.parametrize(
    "more", [{}, {"invite_projects": "absent"}, {"organization_header": "absent"}], ids=str
)
@pytest.mark.parametrize("answer", ["500", "503", "reset"])
def test_a_lost_answer_brings_no_second_invitation(invite, openai, work, answer, more):
    openai.faults(commit_then=f"{answer}@POST:invites#1", **more)
    operation = invite()
    assert (operation.state, operation.is_in_doubt) == (State.RUNNING, True)
    assert work(operation, later=6).state == State.VERIFIED
    assert operation.made_id == invited(openai)[0]["id"]
    assert (len(posts(openai)), len(invited(openai))) == (1, 1)


def test_nor_does_one_that_the_list_does_not_show_yet(invite, openai, work):
    openai.faults(commit_then="500@POST:invites#1", invite_lag="60")
    operation = invite()
    assert work(operation, later=6).is_in_doubt
    assert "not show it yet" in operation.reason
    openai.advance(61)
    assert work(operation, later=61).state == State.VERIFIED
    assert (len(posts(openai)), len(invited(openai))) == (1, 1)


def test_nor_does_one_that_was_accepted_meanwhile(project, invite, openai, work):
    openai.faults(commit_then="reset@POST:invites#1")
    operation = invite(projects=[(project, "member")])
    openai.accept_invite(NIA)
    assert work(operation, later=6).state == State.VERIFIED
    assert operation.made_id == invited(openai)[0]["id"]
    assert len(posts(openai)) == 1


def test_an_old_one_that_was_accepted_is_not_taken_for_it(invite, openai, work):
    openai.add_invite(NIA)
    openai.accept_invite(NIA)
    openai.remove_user(NIA)
    openai.faults(server_error="on@POST:invites#1")
    operation = invite()
    assert work(operation, later=6).is_in_doubt
    assert work(operation, later=130).state == State.VERIFIED
    assert [one["status"] for one in invited(openai)] == ["accepted", "pending"]


def test_what_was_not_made_is_sent_again_two_minutes_later(invite, openai, work):
    openai.faults(server_error="on@POST:invites#1")
    operation = invite()
    for seconds in (6, 30, 60):
        assert work(operation, later=seconds).is_in_doubt
    assert work(operation, later=30).state == State.VERIFIED
    assert judge.verdict(openai)["blind"] == []
    assert (len(posts(openai)), len(invited(openai))) == (2, 1)


def test_one_that_is_not_as_asked_for_is_told(invite, openai):
    openai.faults(unknown_role="on@/v1/organization/invites/invite-*")
    operation = invite()
    assert (operation.state, operation.block) == (State.BLOCKED, Block.INVITED_OTHERWISE)
    assert "is not as it was asked for: it makes them galactic_overseer" in operation.reason
    assert operation.made_id == invited(openai)[0]["id"]


def test_where_the_provider_names_no_projects_the_proof_says_so(project, invite, openai):
    openai.faults(invite_projects="absent")
    operation = invite(projects=[(project, "member")])
    assert operation.state == State.VERIFIED
    assert "only the role was compared" in operation.steps.get(kind="read_after").text


def test_what_the_provider_refuses_has_failed(project, invite, openai):
    openai.faults(bad_request="on@POST:invites")
    operation = invite()
    assert (operation.state, operation.is_in_doubt) == (State.FAILED, False)
    assert "The planets are not aligned" in operation.reason


def test_nothing_is_sent_while_the_connection_may_not_change(connection, invite, openai):
    set_removal(ref=connection.ref, is_on=False, actor=actor_of("ada"))
    operation = invite()
    assert operation.block == Block.REMOVAL_OFF
    assert "Tenure changes nothing there" in operation.reason
    assert not posts(openai)


@pytest.mark.parametrize(
    "signals", [{"organization_mismatch": "on"}, {"organization_header": "other"}], ids=str
)
def test_another_organization_is_sent_nothing(invite, openai, signals):
    openai.faults(**signals)
    assert invite().block == Block.WRONG_ORGANIZATION
    assert not posts(openai)


def test_a_rehearsal_says_what_would_be_sent(connection, project, openai, members):
    plan = planned.of_new_invitation(connection, NIA, projects=[(project, "member")])
    cause, batch = planned.Cause(), project.ref
    operation = planned.as_operation(plan, cause=cause, batch=batch, actor=actor_of("ada"))
    said = acting.rehearse(operation, actor=actor_of("ada"))
    assert said == f"{NIA} is as planned, and would be invited as reader to {project} (member)."
    assert not posts(openai)


def test_of_one_address_one_invitation_is_under_way(invite, openai):
    openai.faults(invite_lag="60")
    assert invite().state == State.DONE
    with pytest.raises(Conflict, match="under way already"):
        invite(NIA.upper())


def test_an_owner_is_invited_by_two_persons_only(two_people, invite, openai, work):
    ada, mara = two_people
    nia = make_person("Nia")
    operation = invite(role="owner", by=ada, person=nia)
    assert operation.state == State.AWAITING_APPROVAL
    with pytest.raises(NotAllowed, match=f"Inviting {NIA} as owner needs a second person"):
        approve_operation(ref=operation.ref, actor=ada)
    with pytest.raises(NotAllowed, match="gives you something"):
        approve_operation(ref=operation.ref, actor=actor_of("mara", person_id=str(nia.ref)))
    assert not posts(openai)
    approve_operation(ref=operation.ref, actor=mara)
    assert work(operation).state == State.VERIFIED
    assert invited(openai)[0]["role"] == "owner"


def test_or_after_two_persons_have_said_so_elsewhere(two_people, invite):
    _ada, mara = two_people
    nia = make_person("Nia")
    given = {"by": mara.person_id, "name": "Mara", "at": nia.created_at}
    operation = invite(
        role="owner", person=nia, approval=planned.Approval(asked_by=nia.ref, **given)
    )
    assert (operation.state, operation.approved_by) == (State.VERIFIED, "Mara")
    assert operation.planned_by_person == str(nia.ref)


@pytest.mark.parametrize("who", ["asked", "nobody", "gets"])
def test_but_not_by_one_alone(two_people, invite, who):
    ada, _mara = two_people
    nia = make_person("Nia")
    by = {"asked": ada.person_id, "nobody": "", "gets": nia.ref}[who]
    approval = planned.Approval(asked_by=ada.person_id, by=by, name="?", at=nia.created_at)
    with pytest.raises(NotAllowed):
        invite(role="owner", person=nia, approval=approval)
    assert not ProvisioningOperation.objects.exists()


def test_where_nobody_could_approve_it_is_done_by_hand(invite, project):
    operation = invite(role="owner", projects=[(project, "member")], by=somebody("ada"))
    assert operation.mode == operation.Mode.MANUAL
    assert f"invite {NIA} as owner to {project} (member)" in operation.instructions


def test_whoever_was_invited_and_came_is_an_account(invite, openai, sync):
    invite()
    openai.accept_invite(NIA)
    sync()
    assert Account.objects.filter(email_key=NIA, status="active").exists()
