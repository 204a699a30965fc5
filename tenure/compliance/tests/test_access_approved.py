from __future__ import annotations

from types import SimpleNamespace

import pytest

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.tests.approved import make_request
from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, row
from tenure.inventory.models import Explanation, Grant, ProviderEvent, SyncRun
from tenure.provisioning.models import ProvisioningOperation
from tenure.testing.factories import make_account, make_member, make_person, make_project

SLUG = "access-approved"


@pytest.fixture
def nina(organization):
    """She came to be in eval-nightly yesterday; the organization was first read weeks ago."""
    person, project = make_person("Nina Falk"), make_project(organization, "eval-nightly")
    account = make_account(organization, person=person)
    grant = make_member(project, account, "member", began_at=NOON - DAY)
    SyncRun.objects.filter(connection=organization).update(finished_at=NOON - 20 * DAY)
    other = make_person("Somebody else")
    make_request(other, project, "member", state="denied", state_reason="No")
    return SimpleNamespace(person=person, project=project, account=account, grant=grant)


def approved(nina, role="member", **given):
    return make_request(
        nina.person, nina.project, role, account=nina.account, state="verified", **given
    )


def test_what_nobody_approved_or_is_known_to_have_given_fails(nina):
    (finding,) = ask(SLUG).values()
    assert (finding.subject, finding.since) == (f"grant:{nina.grant.ref}", NOON - DAY)
    assert (finding.account, finding.person) == (nina.account, nina.person)
    assert sentence(finding) == (
        "Nina Falk is member of eval-nightly, and nobody approved that or is known to have given "
        "it."
    )


def test_what_was_approved_passes(nina):
    approved(nina)
    assert not ask(SLUG)
    assert (row(SLUG).state, row(SLUG).coverage["judged"]) == ("ok", 1)


@pytest.mark.parametrize("how", ["another role", "over before it began"])
def test_what_was_approved_is_that_role_at_that_time(nina, how):
    if how == "another role":
        approved(nina, "owner")
    else:
        approved(nina, over_at=NOON - 2 * DAY)
    assert len(ask(SLUG)) == 1


def test_whom_the_log_names_stands_behind_it(nina, organization):
    event = ProviderEvent.objects.create(
        connection=organization,
        external_id="audit_log-1",
        at=NOON - DAY,
        type="user.added",
        actor_email="ada@halden.example",
        raw="{}",
        received_at=NOON,
    )
    explained = Explanation.objects.create(
        moment="grant_began",
        row_id=nina.grant.pk,
        event=event,
        read_at=NOON,
        read_known_by="between_reads",
    )
    assert not ask(SLUG)
    event.actor_email = ""
    event.save(update_fields=["actor_email"])
    assert len(ask(SLUG)) == 1
    explained.delete()
    assert len(ask(SLUG)) == 1


def test_a_change_of_tenure_s_has_its_reason(nina, organization):
    ProvisioningOperation.objects.create(
        connection=organization,
        action="add",
        target_kind="project_member",
        target_id=nina.account.external_id,
        parent_id=nina.project.external_id,
        account=nina.account,
        state="verified",
        label="Nina",
        why="She takes over from Hugo",
        planned_at=NOON - DAY,
        planned_by="Ada",
        done_at=NOON - DAY,
    )
    assert not ask(SLUG)


@pytest.mark.parametrize("when", [NOON - 30 * DAY, None])
def test_what_was_there_when_it_was_first_read_is_not_asked_about(nina, when):
    columns = {"began_at": when} if when else {"began_known_by": "between_reads"}
    Grant.objects.filter(pk=nina.grant.pk).update(began_not_before=None, **columns)
    assert not ask(SLUG)


def test_before_anybody_asks_through_tenure_there_is_nothing_to_hold_it_against(nina):
    AccessRequest.objects.update(approved_at=None)
    ask(SLUG)
    assert row(SLUG).state == "not_applicable"
