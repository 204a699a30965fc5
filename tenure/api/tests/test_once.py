"""Idempotency-Key: sent twice, made once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from tenure.api.models import RememberedAnswer
from tenure.api.tasks import forget_answers
from tenure.api.tests.conftest import Program
from tenure.inventory.models import SyncRun
from tenure.lib.clock import now
from tenure.people.models import PeopleImport, Person
from tenure.testing.cast import user_of
from tenure.testing.factories import make_connection
from tenure.users.models import ApiToken, RoleAssignment

pytestmark = pytest.mark.django_db
CSV = b"email,name\nnoor@halden.example,Noor\n"
OTHER = b"email,name\nimre@halden.example,Imre\n"


def send(program, content: bytes = CSV, key: str | None = "k-1", query: str = ""):
    headers = {"Authorization": f"Bearer {program.secret}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    answer = program.client.post(
        f"/api/v1/people/imports{query}",
        {"file": SimpleUploadedFile("people.csv", content)},
        headers=headers,
    )
    answer.document = answer.json()
    return answer


@pytest.fixture
def mara(program_of):
    return program_of("mara")


def test_the_same_request_again_is_answered_alike_and_makes_nothing(mara):
    first, second = send(mara), send(mara)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert PeopleImport.objects.count() == 1


def test_without_a_key_it_is_made_again(mara):
    send(mara, key=None)
    send(mara, key=None)
    assert PeopleImport.objects.count() == 2


@pytest.mark.parametrize("changed", [{"content": OTHER}, {"query": "?full=true"}])
def test_another_request_with_the_same_key_is_refused(mara, changed):
    send(mara)
    answer = send(mara, **changed)
    assert (answer.status_code, answer.document["type"]) == (422, "urn:tenure:key-reused")
    assert PeopleImport.objects.count() == 1


def test_a_key_belongs_to_its_token(mara, program_of):
    send(mara)
    send(program_of("ada"))
    assert PeopleImport.objects.count() == 2


def test_what_was_refused_may_come_again_with_its_key(mara):
    bad = b"name\nNoor\n"
    assert send(mara, bad).status_code == 400
    assert not RememberedAnswer.objects.exists()
    assert send(mara).status_code == 201
    assert Person.objects.count() == 1


def test_after_a_day_a_key_is_new(mara):
    send(mara)
    with time_machine.travel(now() + timedelta(hours=24, seconds=1)):
        assert send(mara, OTHER).status_code == 201
    assert RememberedAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256])
def test_a_key_is_short_and_printable(mara, key):
    answer = send(mara, key=key)
    assert (answer.status_code, answer.document["field"]) == (400, "Idempotency-Key")


def test_old_answers_are_forgotten_though_nobody_asks_again(mara):
    send(mara)
    with time_machine.travel(now() + timedelta(hours=25)):
        forget_answers.func()
    assert not RememberedAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_that_arrive_at_once_make_one_thing(mara):
    answers, together = [], threading.Barrier(4)

    def arrive():
        together.wait()
        answers.append(send(Program(mara.secret)))
        connections.close_all()

    threads = [threading.Thread(target=arrive) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 3
    assert PeopleImport.objects.count() == 1


def test_work_that_takes_its_time_is_asked_for_once_too(mara):
    connection = make_connection()
    path = f"/connections/{connection.ref}/runs"
    first = mara.post(path, Idempotency_Key="k")
    assert first.status_code == 202
    SyncRun.objects.update(status="complete")
    again = mara.post(path, Idempotency_Key="k")
    assert again.document == first.document
    assert SyncRun.objects.count() == 1
    assert mara.get(f"/runs/{first.document['ref']}").document["status"] == "complete"


@pytest.mark.parametrize("now_may", ["nothing", "elsewhere", "another scope"])
def test_who_may_not_ask_for_it_any_more_is_not_answered_again(mara, now_may):
    here, there = make_connection(), make_connection()
    path = f"/connections/{here.ref}/runs"
    assert mara.post(path, Idempotency_Key="k").status_code == 202
    if now_may == "another scope":
        ApiToken.objects.update(scopes=["people:read"])
    else:
        RoleAssignment.objects.all().delete()
    if now_may == "elsewhere":
        user_of("mara", connection=str(there.ref))
    answer = mara.post(path, Idempotency_Key="k")
    assert answer.status_code == 403
    assert "Idempotency-Replayed" not in answer.headers
    assert str(SyncRun.objects.get().ref) not in answer.content.decode()


def test_who_may_ask_for_it_still_or_more_is_answered_again(program_of):
    connection = make_connection()
    scoped = program_of("mara", connection=str(connection.ref))
    path = f"/connections/{connection.ref}/runs"
    first = scoped.post(path, Idempotency_Key="k")
    assert scoped.post(path, Idempotency_Key="k").document == first.document
    user_of("mara")
    assert scoped.post(path, Idempotency_Key="k").document == first.document
