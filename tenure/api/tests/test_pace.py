"""So many requests a minute and user, and no more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.api import pace
from tenure.users.models import ApiToken, User

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 27, 12, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def slow(settings, monkeypatch):
    settings.TENURE_API_REQUESTS_PER_MINUTE = 20
    monkeypatch.setattr(pace, "_taken", pace._Taken())
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def ask(program, times: int) -> list[int]:
    return [program.get("/accounts").status_code for _ in range(times)]


def test_one_too_many_waits_for_the_next_minute(program_of, slow):
    program = program_of("mara")
    assert ask(program, 20) == [200] * 20
    answer = program.get("/accounts")
    assert (answer.status_code, answer.document["type"]) == (429, "urn:tenure:too-many")
    assert answer.headers["Retry-After"] == "50"
    slow.shift(50)
    assert ask(program, 1) == [200]


def test_each_user_has_their_own(program_of):
    assert ask(program_of("mara"), 21)[-1] == 429
    assert ask(program_of("ada"), 1) == [200]


def test_a_second_token_is_no_second_limit(program_of):
    first, second = program_of("mara"), program_of("mara")
    assert first.secret != second.secret
    assert ask(first, 12) + ask(second, 12) == [200] * 20 + [429] * 4
    assert ApiToken.objects.filter(last_used_at=NOON).count() == 2


def test_several_processes_give_no_more_than_one(program_of, monkeypatch):
    program = program_of("mara")
    processes = [pace._Taken(), pace._Taken(), pace._Taken()]
    given = 0
    for turn in range(60):
        monkeypatch.setattr(pace, "_taken", processes[turn % 3])
        given += program.get("/accounts").status_code == 200
    assert given == 20


def test_most_requests_write_nothing(program_of):
    program = program_of("mara")
    with CaptureQueriesContext(database) as asked:
        ask(program, 20)
    writes = [query for query in asked.captured_queries if query["sql"].startswith("UPDATE")]
    assert len(writes) == 11, "ten for the limit, one to remember that the token is used"
    assert User.objects.get().leased == 20
