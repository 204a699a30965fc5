from __future__ import annotations

import pytest

from tenure.compliance.explaining import sentence
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.tests.cases import DAY, MARA, NEXT_WEEK, NOON, TODAY
from tenure.compliance.tests.judging import ask, inputs, row
from tenure.inventory.models import Collection, Credential, CredentialChange, SyncRun
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import email_of, user_of
from tenure.testing.factories import (
    make_account,
    make_person,
    make_project,
)
from tenure.testing.machines import make_key
from tenure.users.actors import actor_of_user

SLUG = "orphaned-keys"


@pytest.fixture
def search(organization):
    return make_project(organization, "Search")


def lose(key, at):
    """As the merge writes that a key's owner lost the project."""
    run = SyncRun.objects.create(connection=key.connection, queued_at=at, status="complete")
    CredentialChange.objects.create(
        credential=key,
        run=run,
        kind="changed",
        field="owner_has_access",
        before="yes",
        after="no",
        at=at,
        known_by="between_reads",
    )
    Credential.objects.filter(pk=key.pk).update(owner_has_access=False)


def test_a_key_whose_owner_left_the_project_is_found_and_explained(organization, search):
    mina = make_person("Mina Sol", ends_on=TODAY - 3 * DAY)
    account = make_account(organization, person=mina)
    key = make_key(organization, project=search, owner=account, name="Mina's laptop")
    assert not ask(SLUG)
    assert row(SLUG).state == "ok"
    lose(key, NOON - 2 * DAY)
    (finding,) = ask(SLUG).values()
    assert finding.subject == f"credential:{key.ref}"
    assert (finding.credential, finding.account, finding.person) == (key, account, mina)
    assert (finding.since, finding.due_at) == (NOON - 2 * DAY, NOON + DAY)
    said = "The key Mina's laptop is still there in Search, which Mina Sol may use no more."
    assert sentence(finding) == said
    Credential.objects.filter(pk=key.pk).update(ended_at=NOON, ended_known_by="between_reads")
    assert not ask(SLUG)


def test_one_that_was_orphaned_before_we_knew_it_is_counted_from_when_we_could(
    organization, search
):
    make_key(organization, project=search, owner_has_access=False, owner_name="Ben Ode")
    organization.connected_at = NOON - DAY
    organization.save()
    (finding,) = ask(SLUG).values()
    assert finding.since == NOON - DAY
    assert (finding.account, inputs(finding)["Owned by"]) == (None, "Ben Ode")


@pytest.mark.parametrize(
    ("given", "aside"),
    [
        ({"expires_at": NOON}, "expired"),
        ({"owner_has_access": None}, "of which the provider does not say it"),
    ],
)
def test_what_opens_nothing_or_is_not_known_is_set_aside(organization, search, given, aside):
    make_key(organization, project=search, **{"owner_has_access": False, **given})
    make_key(organization, project=search)
    assert not ask(SLUG)
    coverage = row(SLUG).coverage
    assert (coverage["of"], coverage["judged"], coverage[aside]) == (2, 1, 1)


def test_a_project_out_of_scope_is_counted_and_not_judged(organization, search):
    make_key(organization, project=search, owner_has_access=False)
    search.is_out_of_scope, search.scope_reason = True, "A sandbox"
    search.save()
    assert not ask(SLUG)
    assert row(SLUG).coverage["in projects out of scope"] == 1


def test_if_nothing_is_known_of_any_key_there_is_no_answer(organization, search):
    make_key(organization, project=search, owner_has_access=None)
    ask(SLUG)
    assert row(SLUG).state == "invalid"
    assert row(SLUG).state_reason.startswith("None of the 1 project keys could be judged; look at")


def test_no_keys_are_an_answer_where_every_project_was_asked(organization, search):
    ask(SLUG)
    assert row(SLUG).state == "ok"


@pytest.mark.parametrize("lack", ["no list", "never read", "old", "refused"])
def test_a_project_whose_keys_were_not_read_leaves_no_answer(organization, search, lack):
    make_project(organization, "Vision")
    lists = Collection.objects.filter(kind="project_keys", resource=search)
    match lack:
        case "no list":
            lists.delete()
        case "never read":
            lists.update(completed_at=None)
        case "old":
            lists.update(completed_at=NOON - DAY * 1.01)
        case "refused":
            lists.update(state="unavailable", reason="This key lacks api.management.read.")
    assert not ask(SLUG)
    assert row(SLUG).state == "invalid"
    assert "project keys of" in row(SLUG).state_reason


def test_the_list_of_an_archived_project_is_not_missed_once_it_is_skipped(organization, search):
    search.archived_at = NOON - DAY
    search.save()
    lists = Collection.objects.filter(kind="project_keys", resource=search)
    lists.update(completed_at=None)
    ask(SLUG)
    assert row(SLUG).state == "invalid"
    lists.update(state="skipped")
    ask(SLUG)
    assert row(SLUG).state == "ok"


def test_nobody_exempts_a_key_of_their_own(organization, search):
    mara = make_account(organization, email=email_of("mara"))
    make_key(organization, project=search, owner=mara, owner_has_access=False)
    (finding,) = ask(SLUG).values()
    with pytest.raises(NotAllowed):
        exempt_findings(
            finding_refs=[finding.ref],
            kind="accepted",
            reason="It is mine",
            until=NEXT_WEEK,
            actor=actor_of_user(user_of("mara")),
        )


def test_a_key_that_becomes_anothers_is_another_finding_to_accept(organization, search):
    ben, key = (
        make_account(organization),
        make_key(
            organization, project=search, owner=make_account(organization), owner_has_access=False
        ),
    )
    (finding,) = ask(SLUG).values()
    terms = {"kind": "accepted", "reason": "It is moved", "until": NEXT_WEEK, "actor": MARA}
    exempt_findings(finding_refs=[finding.ref], **terms)
    Credential.objects.filter(pk=key.pk).update(owner=ben, principal_id=ben.external_id)
    (finding,) = ask(SLUG).values()
    assert (finding.state, finding.account) == ("open", ben)
    assert "another account" in finding.exemptions.get().lapsed_because
