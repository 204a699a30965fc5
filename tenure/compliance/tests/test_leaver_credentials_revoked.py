from __future__ import annotations

import pytest

from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, NOON, TODAY
from tenure.compliance.tests.judging import ask, row
from tenure.inventory.models import Collection, Credential, Ownership
from tenure.testing.factories import make_account, make_person, make_project
from tenure.testing.machines import make_key, make_service

SLUG = "leaver-credentials-revoked"


@pytest.fixture
def mina():
    return make_person("Mina Sol", ends_on=TODAY - 3 * DAY)


@pytest.fixture
def search(organization):
    return make_project(organization, "Search")


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_key_of_a_leaver_is_found_whether_or_not_their_account_is_gone(
    organization, search, mina, is_gone
):
    gone = {"status": "gone", "ended_at": NOON} if is_gone else {}
    account = make_account(organization, person=mina, **gone)
    key = make_key(organization, project=search, owner=account, name="Mina's laptop")
    admin = make_key(organization, owner=account, name="Mina's own")
    found = ask(SLUG)
    assert set(found) == {f"credential:{key.ref}", f"credential:{admin.ref}"}
    finding = found[f"credential:{key.ref}"]
    assert (finding.person, finding.account, finding.credential) == (mina, account, key)
    assert finding.since == mina.ends_at
    said = sentence(finding)
    assert said.startswith("The key Mina's laptop still works, and ")
    assert said.endswith("left on 20 Nov 2026.")
    Credential.objects.update(ended_at=NOON, ended_known_by="between_reads")
    assert not ask(SLUG)
    assert row(SLUG).state == "ok"


def test_a_service_account_of_a_leaver_is_found_until_somebody_else_answers_for_it(
    organization, mina
):
    priya = make_person("Priya Raman")
    service = make_service(organization, mina, priya, decided_at=NOON - 30 * DAY)
    (finding,) = ask(SLUG).values()
    assert (finding.subject, finding.person) == (f"account:{service.ref}", mina)
    said = "Mina Sol left on 20 Nov 2026 and still answers for the service account "
    assert sentence(finding) == f"{said}{service.external_id}."
    Ownership.objects.update(owner=priya, backup_owner=None)
    assert not ask(SLUG)


def test_keys_of_those_who_are_here_and_expired_ones_pass(organization, search, mina):
    here = make_account(organization, person=make_person())
    make_key(organization, project=search, owner=here)
    left = make_account(organization, person=mina)
    make_key(organization, project=search, owner=left, expires_at=NOON - DAY)
    assert not ask(SLUG)
    coverage = row(SLUG).coverage
    assert (coverage["of"], coverage["judged"]) == (1, 1)


def test_a_key_of_nobody_who_is_known_is_set_aside(organization, search):
    make_key(organization, project=search, owner=make_account(organization))
    here = make_account(organization, person=make_person())
    make_key(organization, project=search, owner=here)
    assert not ask(SLUG)
    coverage = row(SLUG).coverage
    assert (coverage["judged"], coverage["of nobody who is known"]) == (1, 1)


def test_without_a_list_of_keys_there_is_no_green_and_what_is_found_stays_found(
    organization, search, mina
):
    account = make_account(organization, person=mina)
    make_key(organization, project=search, owner=account)
    Collection.objects.filter(kind="admin_keys").update(state="unavailable", reason="No scope.")
    assert len(ask(SLUG)) == 1
    Credential.objects.update(ended_at=NOON, ended_known_by="between_reads")
    ask(SLUG)
    assert row(SLUG).state == "invalid"
