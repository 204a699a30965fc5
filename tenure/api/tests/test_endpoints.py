"""What the endpoints show and do: the same as the pages, for whoever the token acts for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.access_requests.tests.asked import make_request
from tenure.api.assembly import document
from tenure.audit.models import AuditEvent
from tenure.compliance.models import ComplianceTest, Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.inventory.models import AccountLink, Entitlement
from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.clock import now
from tenure.offboarding.operations.open_case import open_case
from tenure.people.models import Person
from tenure.provisioning import planned
from tenure.provisioning.models import OperationProof, ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.reviews.tests.campaigns import make_campaign
from tenure.testing.cast import actor_of
from tenure.testing.factories import (
    link,
    make_account,
    make_connection,
    make_credential,
    make_evidence,
    make_group,
    make_member,
    make_people_source,
    make_person,
    make_project,
)
from tenure.testing.webhooks import webhook_endpoint

pytestmark = pytest.mark.django_db
MOST = 12
CSV = b"email,name\nnoor@halden.example,Noor\nnot an address,Bad\n"


@pytest.fixture
def mara(program_of):
    return program_of("mara")


@pytest.fixture
def connection(db):
    make_people_source()
    return make_connection()


def data_of(answer) -> list[dict]:
    assert answer.status_code == 200, answer.document
    return answer.document["data"]


def every(program, path: str, limit: int = 7) -> list[dict]:
    """All rows of a list, page by page."""
    rows, cursor, pages = [], None, 0
    while pages < 100:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = program.get(path, query)
        rows += data_of(answer)
        pages += 1
        if (cursor := answer.document["page"]["next"]) is None:
            return rows
    raise AssertionError("the list has no end")


def test_pages_have_every_row_once(mara, connection):
    made = {str(make_account(connection).ref) for _ in range(30)}
    rows = every(mara, "/accounts")
    assert sorted(row["ref"] for row in rows) == sorted(made)
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)


@pytest.mark.parametrize("path", ["/audit-events", "/connections"])
def test_other_lists_too(mara, path):
    for _ in range(16):
        make_connection()
    for _ in range(16):
        mara.post("/test-runs", {})
    rows = every(mara, path)
    assert len({row["ref"] for row in rows}) == len(rows) > 15


def test_a_cursor_belongs_to_its_filter(mara, connection):
    for _ in range(3):
        make_account(connection)
    cursor = mara.get("/accounts", {"limit": 2}).document["page"]["next"]
    answer = mara.get("/accounts", {"cursor": cursor, "show": "unlinked"})
    assert answer.status_code == 400


def test_filters_are_those_of_the_page(mara, connection):
    leaver = make_person("Noor el-Amin", ends_on=now().date() - timedelta(days=5))
    left = make_account(connection, person=leaver, role="owner")
    alone = make_account(connection)
    make_account(connection, person=make_person())
    assert [row["ref"] for row in data_of(mara.get("/accounts?show=leavers"))] == [str(left.ref)]
    assert [row["ref"] for row in data_of(mara.get("/accounts?show=unlinked"))] == [str(alone.ref)]
    assert [row["ref"] for row in data_of(mara.get("/accounts?q=noor"))] == [str(left.ref)]
    (row,) = data_of(mara.get("/accounts?show=owners"))
    assert row["person"]["state"] == "former"
    assert row["is_leaver"] is True
    assert row["since"].endswith("Z")


def test_an_account_is_linked_unlinked_and_explained(mara, connection):
    account, person = make_account(connection), make_person("Ada Berg")
    path = f"/accounts/{account.ref}"
    linked = mara.post(f"{path}/link", {"person": person.email, "reason": "she said so"}).document
    assert linked["person"]["ref"] == str(person.ref)
    assert [one["state"] for one in linked["links"]] == ["confirmed"]
    told = mara.get(f"{path}/explanation").document
    assert (told["person"], told["linked_by"]) == ("Ada Berg", "by hand")
    assert told["since_known"] == "The provider's own time"
    assert mara.post(f"{path}/unlink", {"reason": "another Ada"}).document["link"] == "unlinked"


@pytest.mark.parametrize(("verb", "state"), [("confirm", "confirmed"), ("reject", "rejected")])
def test_a_suggestion_is_decided_once(mara, connection, verb, state):
    suggestion = link(make_account(connection), make_person(), state="proposed")
    (row,) = data_of(mara.get("/link-suggestions"))
    assert row["ref"] == str(suggestion.ref)
    decided = mara.post(f"/link-suggestions/{suggestion.ref}/{verb}")
    assert (decided.status_code, decided.document["state"]) == (200, state)
    assert AccountLink.objects.get().state == state
    assert mara.post(f"/link-suggestions/{suggestion.ref}/{verb}").status_code == 409
    assert data_of(mara.get("/link-suggestions")) == []


def test_what_an_account_can_do_is_said_with_its_path(mara, connection):
    project = make_project(connection, "Search")
    account = make_account(connection, role="owner")
    make_member(project, account)
    rights = mara.get(f"/accounts/{account.ref}").document["access"]
    assert [(one["entitlement"], one["path"]) for one in rights] == [
        ("owner of the organization", "direct"),
        ("owner of 1 project", "organization owner"),
        ("member of Search", "direct"),
    ]
    (reach,) = data_of(mara.get(f"/projects/{project.ref}/accounts"))
    assert {(way["role"], way["path"]) for way in reach["ways"]} == {
        ("owner", "organization owner"),
        ("member", "direct"),
    }


def test_a_project_goes_out_of_scope_and_comes_back(mara, connection):
    project = make_project(connection)
    out = mara.post(f"/projects/{project.ref}/exclude", {"reason": "a sandbox"}).document
    assert (out["state"], out["scope_reason"]) == ("out of scope", "a sandbox")
    assert [one["ref"] for one in data_of(mara.get("/projects?show=out_of_scope"))] == [out["ref"]]
    assert mara.post(f"/projects/{project.ref}/include").document["is_out_of_scope"] is False
    assert mara.post(f"/projects/{project.ref}/include").status_code == 409


def test_a_sync_is_asked_for_and_looked_at(mara, connection):
    asked = mara.post(f"/connections/{connection.ref}/runs")
    assert (asked.status_code, asked.document["status"]) == (202, "queued")
    again = mara.post(f"/connections/{connection.ref}/runs")
    assert again.document["ref"] == asked.document["ref"]
    assert mara.get(f"/runs/{asked.document['ref']}").document["is_open"] is True
    (row,) = data_of(mara.get(f"/connections/{connection.ref}/runs"))
    assert row["ref"] == asked.document["ref"]
    assert data_of(mara.get(f"/runs/{row['ref']}/collections")) == []


def test_a_sync_is_cancelled_and_a_held_one_released(mara, connection):
    asked = mara.post(f"/connections/{connection.ref}/runs").document
    cancelled = mara.post(f"/runs/{asked['ref']}/cancel").document
    assert (cancelled["status"], cancelled["is_open"]) == ("cancelled", False)
    assert mara.post(f"/runs/{asked['ref']}/cancel").status_code == 409
    assert mara.post(f"/runs/{asked['ref']}/release").status_code == 409
    connection.runs.update(status="held", finished_at=now())
    released = mara.post(f"/runs/{asked['ref']}/release")
    assert (released.status_code, released.document["trigger"]) == (202, "release")


def test_people_come_from_a_file_and_bad_lines_are_named(mara):
    sent = mara.client.post(
        "/api/v1/people/imports?dry_run=true",
        {"file": SimpleUploadedFile("people.csv", CSV)},
        headers={"Authorization": f"Bearer {mara.secret}"},
    )
    assert (sent.status_code, sent.json()["created"], sent.json()["ref"]) == (201, 1, None)
    assert not Person.objects.exists()
    sent = mara.client.post(
        "/api/v1/people/imports",
        {"file": SimpleUploadedFile("people.csv", CSV)},
        headers={"Authorization": f"Bearer {mara.secret}"},
    )
    assert [bad["line"] for bad in sent.json()["rejected"]] == [3]
    (row,) = data_of(mara.get("/people"))
    assert (row["email"], row["state"], row["accounts"]) == ("noor@halden.example", "current", 0)
    assert data_of(mara.get("/people/imports"))[0]["ref"] == sent.json()["ref"]
    assert data_of(mara.get("/people/sources"))[0]["name"] == "CSV"


def test_a_person_is_shown_with_why_and_what_they_hold(mara, connection):
    person = make_person("Noor el-Amin", ends_on=now().date() - timedelta(days=5))
    account = make_account(connection, person=person)
    told = mara.get(f"/people/{person.ref}").document
    assert (told["state"], told["may_hold_access"]) == ("former", False)
    assert told["why"] == "The last day has ended where they are."
    assert [one["account"]["ref"] for one in told["accounts"]] == [str(account.ref)]


def test_tests_run_and_findings_say_why(mara, connection):
    leaver = make_person(ends_on=now().date() - timedelta(days=5))
    make_account(connection, person=leaver)
    ran = data_of(mara.post("/test-runs", {"tests": ["leavers-deprovisioned"]}))
    assert [(one["slug"], one["state"]) for one in ran] == [
        ("leavers-deprovisioned", "needs_attention")
    ]
    (found,) = data_of(mara.get("/findings?test=leavers-deprovisioned"))
    assert found["person"]["ref"] == str(leaver.ref)
    assert mara.get(f"/findings/{found['ref']}").document["why"]["inputs"]
    assert mara.get("/tests/leavers-deprovisioned").document["how_to_fix"]
    assert data_of(mara.get("/findings?state=resolved")) == []
    assert mara.post("/test-runs", {"tests": ["made-up"]}).status_code == 404


def test_access_on_a_date_comes_in_pages_of_one_instant(program_of, mara, connection):
    for _ in range(5):
        make_account(connection)
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    users = connection.collections.get(key="users")
    run.collections.create(
        collection=users, key="users", kind="users", state="complete", finished_at=now()
    )
    first = mara.get("/access", {"limit": 3})
    assert first.status_code == 200
    assert len(first.document["data"]) == 3
    make_account(connection, name="Aaa came later", began_at=now())
    rest = mara.get("/access", {"limit": 3, "cursor": first.document["page"]["next"]}).document
    assert (rest["at"], len(rest["data"]), rest["page"]["next"]) == (first.document["at"], 2, None)
    other = {"cursor": first.document["page"]["next"], "connection": connection.name}
    assert mara.get("/access", other).status_code == 400


def test_an_auditor_sees_their_window_and_it_is_noted(program_of):
    days = (date(2026, 9, 1), date(2026, 9, 30))
    row = ComplianceTest.objects.create(slug="leavers-deprovisioned")
    names = ("Last day", "Ended at", "Begins at", "Disabled", "Listed", "On leave", "Still there")
    why = {"inputs": [{"name": name, "value": None} for name in names]}
    columns = {"test": row, "connection": make_connection(), "sla_days": 1, "why": why}
    for number, month in enumerate((8, 9, 10)):
        at = datetime(2026, month, 10, tzinfo=UTC)
        over = {"state": "resolved", "resolved_at": at + timedelta(days=1)}
        moments = {"since": at, "opened_at": at, "due_at": at}
        Finding.objects.create(subject=f"account:{number}", **columns, **moments, **over)
    aud = program_of("aud", window=days)
    (seen,) = data_of(aud.get("/findings?state=resolved"))
    assert seen["opened_at"] == "2026-09-10T00:00:00.000Z"
    assert data_of(aud.get("/audit-events")) == []
    assert aud.get(f"/findings/{seen['ref']}").status_code == 200
    looked = AuditEvent.objects.filter(verb="page.viewed").order_by("id")
    assert [event.detail["page"] for event in looked] == [
        "api:findings",
        "api:audit_events",
        "api:finding",
    ]
    assert looked.last().detail["ref"] == seen["ref"]
    assert aud.post("/test-runs", {}).status_code == 403
    assert aud.get("/accounts").status_code == 403


def proof_of(operation) -> OperationProof:
    return OperationProof.objects.create(
        operation=operation, name="a.txt", content=b"a", added_at=now()
    )


def questions(program, path: str) -> int:
    """Of two requests the fewer: once in a minute one is also counted, and asks more."""
    numbers = []
    for _ in range(2):
        with CaptureQueriesContext(database) as asked:
            assert program.get(path).status_code == 200, path
        numbers.append(len(asked))
    return min(numbers)


def planned_operation(connection) -> ProvisioningOperation:
    plan, cause = planned.of_member(make_account(connection)), planned.Cause(why="a test")
    return plan_operations(plans=[plan], cause=cause, actor=actor_of("ada"))[0]


def test_many_rows_ask_no_more_than_few_and_nothing_asks_much(
    mara, connection, time_machine, settings
):
    # A minute of its own, and more than enough of it: how much is left is asked once.
    settings.TENURE_API_REQUESTS_PER_MINUTE = 10_000
    time_machine.move_to(now() + timedelta(minutes=2), tick=False)

    def grow(times: int) -> None:
        for number in range(times):
            leaver = {"ends_on": now().date() - timedelta(days=5)} if number % 3 else {}
            account = make_account(connection, person=make_person(**leaver))
            make_member(make_project(connection), account)
            link(make_account(connection), make_person(), state="proposed")
            make_connection()
        run_tests(actor=actor_of("mara"))

    grow(3)
    request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    refs = {
        "connections": connection.ref,
        "accounts": connection.accounts.first().ref,
        "projects": connection.resources.first().ref,
        "people": Person.objects.first().ref,
        "findings": Finding.objects.first().ref,
        "runs": connection.runs.last().ref,
        "groups": make_group(connection).ref,
        "roles": Entitlement.objects.first().ref,
        "credentials": make_credential(make_project(connection), None).ref,
        "operations": (operation := planned_operation(connection)).ref,
        "proofs": proof_of(operation).ref,
        "webhook-endpoints": webhook_endpoint().ref,
        "offboardings": open_case(person_ref=make_person().ref, actor=actor_of("ada")).ref,
        "campaigns": (campaign := make_campaign(connection)).ref,
        "review-items": campaign.snapshot.items.first().ref,
        "requests": (request := make_request(connection)).ref,
        "catalogue": request.resource.ref,
        "evidence": make_evidence().ref,
    }
    paths = []
    for path, methods in document()["paths"].items():
        short = path.removeprefix("/api/v1")
        ref = refs.get(short.partition("/{")[0].rpartition("/")[2], "")
        short = short.replace("{ref}", str(ref)).replace("{slug}", "accounts-linked")
        is_list = "limit" in str(methods.get("get", {}).get("parameters"))
        paths += [f"{short}?limit=500" if is_list else short] if "get" in methods else []
    assert len(paths) > 20
    before = {path: questions(mara, path) for path in paths}
    grow(30)
    assert {path: questions(mara, path) for path in paths} == before
    # An export leaves two events in the audit log.
    most = {path: MOST + 6 if path.startswith("/exports/") else MOST for path in paths}
    assert {path: asked for path, asked in before.items() if asked > most[path]} == {}


def test_a_hundred_accounts_are_few_questions(mara, connection):
    for number in range(100):
        make_account(connection, person=make_person() if number % 2 else None)
    mara.get("/accounts")
    with CaptureQueriesContext(database) as asked:
        assert len(data_of(mara.get("/accounts?limit=100"))) == 100
    assert len(asked) == 3
