"""A scan and an installation, asked about the same company, name the same accounts."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.cli import main
from tenure.cli.output import state
from tenure.compliance.models import ComplianceTest, Finding
from tenure.connections.connecting import Credentials, judge
from tenure.connections.operations.connect_organization import connect_organization
from tenure.inventory import syncing
from tenure.inventory.models import Invitation
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.operations.request_sync import request_sync
from tenure.people.operations.import_people import import_people
from tenure.scan.tests.conftest import DOMAIN, day, run
from tenure.simulator.openai.running import RunningSimulator, running_simulator
from tenure.testing.cast import actor_of
from tenure.testing.lengths import length

EXAMPLES = length(4, full=60)

# Of one human being: how the file speaks of them, and what they have at the provider.
HUMANS = st.lists(
    st.fixed_dictionaries(
        {
            "is_listed": st.sampled_from([True, True, True, False]),
            "start_date": st.sampled_from(["", "2020-01-01", day(-20), day(5), day(40)]),
            "end_date": st.sampled_from(["", "", "", day(-400), day(-3), day(-1), day(0), day(9)]),
            "status": st.sampled_from(["", "active", "on_leave", "inactive", "unheard of"]),
            "address": st.sampled_from(["work", "WORK", "other", "none", "stranger"]),
            "added": st.sampled_from(["-900d", "-30d", "-2d"]),
            "is_service": st.sampled_from([False, False, False, True]),
            "account": st.booleans(),
            "invite": st.sampled_from(["", "", "work", "other"]),
        }
    ),
    max_size=10,
)


def address(number: int, kind: str) -> str | None:
    return {
        "work": f"person{number}@{DOMAIN}",
        "WORK": f"Person{number}@{DOMAIN.upper()}",
        "other": f"p{number}@mail.example",
        "stranger": f"x{number}@elsewhere.example",
        "none": None,
    }[kind]


def company(humans: list[dict[str, Any]]) -> dict[str, Any]:
    users = [
        {
            "id": f"user-{number:04}",
            "email": address(number, human["address"]),
            "name": f"Person {number}",
            "added_at": human["added"],
            "is_service_account": human["is_service"],
        }
        for number, human in enumerate(humans)
        if human["account"]
    ]
    invites = [
        {"email": address(number, human["invite"])}
        for number, human in enumerate(humans)
        if human["invite"]
    ]
    founder = {"id": "user-founder", "email": f"founder@{DOMAIN}", "name": "F", "role": "owner"}
    return {"users": [founder, *users], "invites": invites}


def people(humans: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    file = csv.writer(out)
    file.writerow(["email", "name", "start_date", "end_date", "status", "other_emails"])
    file.writerow([f"founder@{DOMAIN}", "F", "", "", "", ""])
    for number, human in enumerate(humans):
        if human["is_listed"]:
            said = [human[column] for column in ("start_date", "end_date", "status")]
            other = address(number, "other")
            file.writerow([address(number, "work"), f"Person {number}", *said, other])
    return out.getvalue().encode()


Named = set[tuple[str, str, str | None]]


def scanned(openai: RunningSimulator, content: bytes) -> tuple[dict[str, str], Named]:
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "people.csv").write_bytes(content)
        words = ("scan", "openai", "--people", "people.csv", "--api-key-stdin", "--json")
        options = {"cwd": directory, "input": openai.admin_key}
        tests = run(*words, "--base-url", openai.url, **options).tests.values()
    return {test["slug"]: test["state"] for test in tests}, {
        (test["slug"], one["kind"], one["external_id"]) for test in tests for one in test["failing"]
    }


def installed(openai: RunningSimulator, content: bytes) -> tuple[dict[str, str], Named]:
    ada = actor_of("ada")
    import_people(content=content, is_full=False, is_confirmed=True, actor=ada)
    credentials = Credentials(
        organization_id=openai.organization_id, api_key=openai.admin_key, base_url=openai.url
    )
    judged = judge(kind="openai", credentials=credentials, actor=ada)
    connection = connect_organization(judged=judged, requests_per_minute=None, actor=ada)
    syncing.run_sync(run_ref=request_sync(connection_ref=connection.ref, actor=ada).ref, actor=ada)
    link_accounts(actor=ada)
    with pytest.MonkeyPatch.context() as flags:
        flags.setattr(state, "quiet", True)
        flags.setattr(state, "json", False)
        with pytest.raises(SystemExit):
            main(["tests", "run"])
    states = dict(ComplianceTest.objects.values_list("slug", "state"))
    invited = {f"invitation:{one.ref}": one.external_id for one in Invitation.objects.all()}
    found = Finding.objects.filter(state="open").select_related("test", "account", "credential")
    return states, {(one.test.slug, *_named(one, invited)) for one in found}


def _named(finding: Finding, invited: dict[str, str]) -> tuple[str, str | None]:
    """What a scan calls what a finding is about."""
    if finding.credential:
        return "key", finding.credential.external_id
    ours = finding.account.external_id if finding.account else invited.get(finding.subject)
    return finding.subject.partition(":")[0], ours


@pytest.mark.django_db
@given(humans=HUMANS)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_both_name_the_same_accounts(humans):
    content = people(humans)
    with running_simulator(company=company(humans)) as openai:
        told = scanned(openai, content)
        with transaction.atomic():
            expected = installed(openai, content)
            transaction.set_rollback(True)
    assert told == expected
