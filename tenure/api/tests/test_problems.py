"""Refusals: problem documents whose type programs may rely on."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from ninja import Schema

from tenure.api.assembly import assemble, operations_of
from tenure.api.problems import MEDIA_TYPE
from tenure.api.tests.conftest import secret_of
from tenure.lib.endpoints import Endpoints
from tenure.testing.factories import make_account, make_connection, make_person

pytestmark = pytest.mark.django_db
NOWHERE = "019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"


def refused(answer) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.document["status"] == answer.status_code
    assert answer.document["title"]
    assert answer.document["detail"].endswith(".")
    return answer.status_code, answer.document["type"]


@pytest.fixture
def mara(program_of):
    return program_of("mara")


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        (f"/accounts/{NOWHERE}", 404, "not-found"),
        ("/accounts/no-ref", 404, "not-found"),
        ("/nowhere", 404, "not-found"),
        ("/", 404, "not-found"),
        ("/accounts?limit=501", 422, "malformed"),
        ("/accounts?show=everything", 422, "malformed"),
        ("/accounts?shwo=leavers", 422, "malformed"),
        ("/accounts?q=%00", 422, "malformed"),
        ("/accounts?cursor=made-up", 400, "invalid"),
        ("/access?on=yesterday", 400, "invalid"),
        ("/access?on=2999-01-01", 400, "invalid"),
        ("/access?cursor=made-up", 400, "invalid"),
        ("/audit-events?since=2026-01-01T00:00:00", 422, "malformed"),
        ("/audit-events?since=0001-01-01T00:00:00%2B10:00", 422, "malformed"),
    ],
)
def test_what_makes_no_sense(mara, path, status, kind):
    assert refused(mara.get(path)) == (status, f"urn:tenure:{kind}")


def test_a_mistake_is_named_with_its_place(mara):
    answer = mara.get("/accounts?limit=0&shwo=1")
    assert [one["field"] for one in answer.document["errors"]] == ["query.limit"]
    account = make_account(make_connection())
    answer = mara.post(f"/accounts/{account.ref}/link", {"reason": "x", "colour": "red"})
    fields = {one["field"] for one in answer.document["errors"]}
    assert fields == {"body.person", "body.colour"}


def test_a_body_that_is_no_json(mara):
    assert refused(mara.send("POST", "/test-runs", b"{"))[0] == 400


def test_a_body_that_is_too_large(mara):
    assert refused(mara.send("POST", "/test-runs", b" " * 3_000_000)) == (
        413,
        "urn:tenure:too-large",
    )


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "OPTIONS"])
def test_another_method(mara, method):
    answer = mara.send(method, "/accounts")
    assert refused(answer) == (405, "urn:tenure:method-not-allowed")
    assert answer.headers["Allow"] == "GET"


def test_a_state_that_is_no_more_is_a_conflict(mara):
    account = make_account(make_connection(), person=make_person())
    unlink = f"/accounts/{account.ref}/unlink"
    assert mara.post(unlink, {"reason": "another Ada"}).status_code == 200
    assert refused(mara.post(unlink, {"reason": "another Ada"})) == (409, "urn:tenure:conflict")


def test_a_rule_names_the_field(mara):
    account = make_account(make_connection(), person=make_person())
    answer = mara.post(f"/accounts/{account.ref}/unlink", {"reason": " "})
    assert refused(answer) == (400, "urn:tenure:invalid")
    assert answer.document["field"] == "reason"


def test_a_defect_is_told_in_one_sentence_that_says_nothing_of_its_inside():
    planted = Endpoints("Planted")

    @planted.reads("/planted", scope="inventory:read", permission="accounts.view", answers=Schema)
    def broken(request) -> None:
        raise ZeroDivisionError("the inside of it")

    (operation,) = operations_of(assemble(planted))
    request = RequestFactory().get(
        "/planted", headers={"Authorization": f"Bearer {secret_of('mara')}"}
    )
    answer = operation.run(request)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, MEDIA_TYPE)
    assert b"urn:tenure:broken" in answer.content
    assert b"inside" not in answer.content


def test_no_token_is_told_back(mara):
    answer = mara.get("/accounts", {"cursor": mara.secret})
    assert mara.secret not in answer.content.decode()
