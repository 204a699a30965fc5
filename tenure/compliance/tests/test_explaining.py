"""Whatever the company looks like: every verdict follows from the inputs that are printed."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.access_requests.tests.approved import make_request
from tenure.compliance.catalog import catalogue
from tenure.compliance.explaining import printed, recomputed, sentence
from tenure.compliance.models import Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.cases import DAY, MARA, NOON, TODAY, organization
from tenure.compliance.tests.test_connection_fresh import make_own_key
from tenure.connections.models import Connection
from tenure.inventory.models import Account, Ownership, SyncRun
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.testing.cast import email_of, user_of
from tenure.testing.factories import (
    make_account,
    make_invitation,
    make_member,
    make_people_source,
    make_person,
    make_project,
)
from tenure.testing.lengths import length
from tenure.testing.machines import make_key, make_service

days = st.integers(-60, 60)
people = st.fixed_dictionaries(
    {
        "ends_on": st.none() | days,
        "starts_on": st.none() | st.integers(-400, 60),
        "is_disabled": st.booleans(),
        "is_listed": st.booleans(),
        "is_on_leave": st.booleans(),
    }
)
accounts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["person", "person", "external", "service", "shared"]),
        "role": st.sampled_from(["owner", "reader"]),
        "linked": st.booleans(),
        "gone": st.booleans(),
        "sponsored": st.none() | st.tuples(st.booleans(), st.none() | days),
        "used": st.none() | st.integers(0, 200),
    }
)
invitations = st.tuples(
    st.integers(0, 30), st.sampled_from(["owner", "reader"]), st.sampled_from(["pending", "x"])
)
# Ages in days; of the last use, None is unknown.
ages = st.none() | st.integers(0, 400)
keys = st.fixed_dictionaries(
    {
        "is_admin": st.booleans(),
        "made": ages,
        "used": ages,
        "expires": st.none() | days,
        "owner_has_access": st.sampled_from([True, False, None]),
        "owned": st.booleans(),
    }
)
owners = st.none() | st.integers(0, 5)
services = st.tuples(owners, owners, st.none() | days)
companies = st.fixed_dictionaries(
    {
        "keys": st.lists(keys, max_size=4),
        "services": st.lists(services, max_size=3),
        "people": st.lists(people, max_size=5),
        "accounts": st.lists(accounts, max_size=8),
        "invitations": st.lists(invitations, max_size=4),
        "key": st.none() | days,
        "owner": st.none() | days,
        "source_age": st.integers(0, 60),
    }
)


def build(company) -> None:
    """One connection that is fresh and one that may not be."""
    connection = organization()
    humans = [make_person("Somebody else")]
    for said in company["people"]:
        dates = {
            name: None if said[name] is None else TODAY + said[name] * DAY
            for name in ("ends_on", "starts_on")
        }
        humans.append(make_person(**{**said, **dates}))
    for number, said in enumerate(company["accounts"]):
        human = humans[number % len(humans)]
        columns = {"kind": said["kind"], "role": said["role"]}
        if said.get("used") is not None:
            used_at = NOON - said["used"] * DAY
            columns |= {"last_active_at": used_at, "last_active_source": "usage"}
        if said["gone"]:
            columns |= {"status": "gone", "ended_at": NOON}
        account = make_account(connection, person=human if said["linked"] else None, **columns)
        if said["sponsored"]:
            has_sponsor, until = said["sponsored"]
            Ownership.objects.create(
                account=account,
                sponsor=human if has_sponsor else None,
                until=None if until is None else TODAY + until * DAY,
                decided_at=NOON - 90 * DAY,
                decided_by="Mara",
            )
    for number, (age, role, status) in enumerate(company["invitations"]):
        human = humans[number % len(humans)]
        invited_at = NOON - age * DAY
        make_invitation(connection, human.email, role=role, status=status, invited_at=invited_at)
    build_machines(connection, company, humans)
    if company["key"] is not None:
        make_own_key(connection, NOON + company["key"] * DAY)
    if company["owner"] is not None:
        connection.owner = user_of("sid")
        connection.save()
        ends_on = TODAY + company["owner"] * DAY
        make_person("Sid Brandt", email=email_of("sid"), ends_on=ends_on)
    make_people_source(name="HR", expected_days=40, last_read_at=NOON - company["source_age"] * DAY)


def build_machines(connection, company, humans) -> None:
    """Keys, and service accounts with who answers for them."""
    search = make_project(connection, "Search")
    for number, said in enumerate(company["keys"]):
        made, used = (None if said[n] is None else NOON - said[n] * DAY for n in ("made", "used"))
        make_key(
            connection,
            project=None if said["is_admin"] else search,
            owner=make_account(connection, person=humans[number % len(humans)])
            if said["owned"]
            else None,
            created_at=made,
            began_at=made or NOON - 200 * DAY,
            last_used_at=used,
            expires_at=None if said["expires"] is None else NOON + said["expires"] * DAY,
            owner_has_access=said["owner_has_access"],
        )
    for said in company["services"]:
        owner, backup = (None if n is None else humans[n % len(humans)] for n in said[:2])
        review_on = None if said[2] is None else TODAY + said[2] * DAY
        make_service(connection, owner, backup, review_on=review_on)


@pytest.mark.django_db
@settings(
    max_examples=length(12, full=100), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(companies)
def test_every_finding_of_every_test_is_judged_the_same_from_its_printed_inputs(noon, company):
    with transaction.atomic():
        build(company)
        run_tests(actor=MARA)
        for finding in Finding.objects.select_related("test"):
            # As it is kept and shown: through JSON, and nothing beside it.
            finding.why = json.loads(json.dumps(finding.why))
            assert recomputed(finding) == "failing", (finding.test.slug, finding.why)
            assert finding.due_at > finding.since
            said = sentence(finding)
            assert said.endswith(".")
            assert said.count(".") == 1 + said.count(".example")
            assert not {"None", "T00:00"} & set(said.split()), said
        transaction.set_rollback(True)


FURNISHED = {
    "people": [
        {"ends_on": -5, "starts_on": None, "is_disabled": False, "is_listed": True,
         "is_on_leave": False},
    ],
    "accounts": [
        {"kind": "person", "role": "owner", "linked": True, "gone": False, "sponsored": None,
         "used": 201},
        {"kind": "person", "role": "reader", "linked": True, "gone": False, "sponsored": None},
        {"kind": "external", "role": "reader", "linked": True, "gone": False,
         "sponsored": (True, -3)},
        {"kind": "person", "role": "reader", "linked": False, "gone": False, "sponsored": None},
    ],
    "invitations": [(20, "owner", "pending")],
    "keys": [
        {"is_admin": True, "made": 400, "used": None, "expires": None, "owner_has_access": None,
         "owned": False},
        {"is_admin": False, "made": 400, "used": 300, "expires": None, "owner_has_access": False,
         "owned": True},
    ],
    "services": [(1, None, None)],
    "key": 3,
    "owner": None,
    "source_age": 20,
}  # fmt: skip


def came_back(account):
    """Removed, read to be gone, and there again a day later."""
    cause = planned.Cause(why="They leave")
    plan_operations(plans=[planned.of_member(account)], cause=cause, actor=MARA)
    ProvisioningOperation.objects.update(
        state="blocked",
        block="came_back",
        reason="It is back.",
        verified_at=NOON - 3 * DAY,
        reappeared_at=NOON - 2 * DAY,
    )


def ask_for_access():
    """Somebody got another role than was approved, and has it longer; somebody got it by nobody."""
    person, connection = make_person("Nina Falk"), Connection.objects.earliest("pk")
    project = make_project(connection, "eval-nightly")
    account = make_account(connection, person=person)
    make_member(project, account, "owner", began_at=NOON - DAY)
    SyncRun.objects.update(status="complete", finished_at=NOON - 20 * DAY)
    make_request(
        person,
        project,
        "member",
        title="member of eval-nightly",
        state="provisioned",
        account=account,
        provisioned_at=NOON - 9 * DAY,
        ends_at=NOON - 2 * DAY,
        differs="They have the role owner at OpenAI, and member was approved.",
    )


@pytest.fixture
def furnished(db, noon):
    build(FURNISHED)
    came_back(Account.objects.filter(kind="person", role="reader").earliest("pk"))
    make_people_source(name="Old", expected_days=5, last_read_at=NOON - 4 * DAY)
    Connection.objects.update(connected_at=NOON - 100 * DAY)
    ask_for_access()
    run_tests(actor=MARA)
    noon.shift(2 * DAY)
    run_tests(slugs=["people-fresh"], actor=MARA)


def test_no_test_of_the_catalogue_is_left_out_of_this(furnished):
    failing = set(Finding.objects.values_list("test__slug", flat=True))
    assert failing == set(catalogue())


# One printed input of each test that, had it been otherwise, would have let it pass.
CURES = {
    "access-approved": {"Given by": "ada@halden.example"},
    "granted-as-approved": {"What differs": ""},
    "temporary-access-ended": {"State": "expired"},
    "accounts-linked": {"Linked to a person": True},
    "leavers-deprovisioned": {"Still there": False},
    "leaver-credentials-revoked": {"Still there": False},
    "removed-access-stays-removed": {"State": "overridden"},
    "stale-invites": {"Status": "accepted"},
    "owner-invites": {"Role": "reader"},
    "owners-few": {"Owners": 2},
    "inactive-accounts": {"Last activity": NOON.isoformat()},
    "external-sponsored": {"Over at": (NOON + 9 * DAY).isoformat()},
    "connection-fresh": {"Expires at": (NOON + 90 * DAY).isoformat()},
    "people-fresh": {"Last read at": (NOON + DAY).isoformat()},
    "orphaned-keys": {"Owner reaches the project": True},
    "admin-keys-rotated": {"Made at": NOON.isoformat()},
    "admin-keys-unused": {"Last used at": NOON.isoformat()},
    "project-keys-rotated": {"Expires at": NOON.isoformat()},
    "project-keys-unused": {"Days a key may rest": 500},
    "service-accounts-owned": {"Kind": "person"},
    "reviews-on-time": {"Days allowed": 400},
}


@pytest.mark.parametrize("slug", sorted(catalogue()))
def test_another_input_gives_another_verdict(furnished, slug):
    finding = Finding.objects.filter(test__slug=slug).order_by("id").first()
    assert recomputed(finding) == "failing"
    cure = CURES[slug]
    assert set(cure) <= set(printed(finding))
    for given_input in finding.why["inputs"]:
        given_input["value"] = cure.get(given_input["name"], given_input["value"])
    assert recomputed(finding) == "passing"


# What a manager reads who knows neither the test nor the product.
SENTENCES = {
    "access-approved": "is owner of eval-nightly, and nobody approved that or is known",
    "granted-as-approved": "They have the role owner at OpenAI, and member was approved.",
    "temporary-access-ended": "was to end on 21 Nov 2026 and is not gone yet.",
    "accounts-linked": "belongs to nobody we know",
    "leavers-deprovisioned": "left on 18 Nov 2026 and still has an account.",
    "leaver-credentials-revoked": "left on 18 Nov 2026",
    "removed-access-stays-removed": "was removed, and is there again.",
    "stale-invites": "was invited on 3 Nov 2026 and has not answered; 7 days are enough.",
    "owner-invites": "to own the whole organization, and may still accept.",
    "owners-few": "has 1 owner for 5 people with an account: too few.",
    "inactive-accounts": "was last active on 6 May 2026 (traffic); 90 days are the most.",
    "external-sponsored": "20 Nov 2026, is over.",
    "connection-fresh": "ends on 26 Nov 2026.",
    "people-fresh": "was last read on 19 Nov 2026; it should be every 5 days.",
    "orphaned-keys": "is still there in Search, which Person ",
    "admin-keys-rotated": "was made on 19 Oct 2025; a key may last 90 days.",
    "admin-keys-unused": "was made on 19 Oct 2025 and no use of it is known; 90 days without",
    "project-keys-rotated": "was made on 19 Oct 2025; a key may last 180 days.",
    "project-keys-unused": "was last used on 27 Jan 2026; 90 days without use are enough.",
    "service-accounts-owned": "has no backup owner and has Person ",
    "reviews-on-time": "was never reviewed since it was connected.",
}


@pytest.mark.parametrize("slug", sorted(catalogue()))
def test_it_is_said_in_a_sentence(furnished, slug):
    said = [sentence(one) for one in Finding.objects.filter(test__slug=slug)]
    assert any(SENTENCES[slug] in one for one in said), said
