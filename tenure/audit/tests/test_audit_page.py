from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tenure.audit import operations as audit
from tenure.audit.models import AuditEvent, AuditText
from tenure.audit.sealing import head, seal_once
from tenure.audit.tests.trail import leave

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("name", "status"),
    [("ada", 200), ("mara", 200), ("aud", 200), ("hugo", 403), ("rita", 403), ("oscar", 403)],
)
def test_only_who_may_view_the_log_opens_and_exports_it(client_of, name, status):
    client = client_of(name)
    assert client.get("/audit").status_code == status
    assert client.post("/audit/export").status_code == status


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get("/audit").status_code == 302
    assert client.post("/audit/export").status_code == 302
    assert not AuditEvent.objects.exists()


def test_it_tells_who_did_what_and_how_far_the_chain_reaches(client_of):
    leave(2)
    seal_once()
    leave(1)
    page = words(client_of("ada").get("/audit"))
    assert "exported the audit log" in page
    assert "Ada Lindqvist" in page
    assert "2 sealed" in page
    assert "1 waiting" in page
    assert str(head()) in page


def test_before_anything_happened_it_says_what_will_appear(client_of):
    assert "Nothing has happened yet" in words(client_of("ada").get("/audit"))


def test_a_filter_that_finds_nothing_offers_a_way_out(client_of):
    leave(1)
    page = words(client_of("ada").get("/audit", {"actor": "nobody"}))
    assert "No event matches" in page
    assert "Show all events" in page


@pytest.mark.parametrize(
    "query", [{"since": "yesterday"}, {"verb": "no.such"}, {"before": "7"}, {"actor": "x" * 201}]
)
def test_a_filter_that_cannot_be_read_is_explained(client_of, query):
    response = client_of("ada").get("/audit", query)
    assert response.status_code == 422
    assert "cannot be used" in words(response)


def test_the_last_day_counts_whole(client_of):
    with time_machine.travel(datetime(2026, 11, 22, 23, 59, tzinfo=UTC), tick=False):
        leave(1)
    client = client_of("ada")
    day = {"since": "2026-11-22", "until": "2026-11-22"}
    assert "exported the audit log" in words(client.get("/audit", day))
    assert "No event matches" in words(client.get("/audit", {"until": "2026-11-21"}))


def test_the_last_day_there_is_counts_as_well(client_of):
    leave(1)
    client = client_of("ada")
    answer = client.get("/audit", {"until": "9999-12-31"})
    assert answer.status_code == 200
    assert "exported the audit log" in words(answer)


def test_older_events_are_one_link_away_and_keep_the_filter(client_of):
    leave(51, subject=audit.Subject("account", "a-1"))
    leave(1, subject=audit.Subject("person", "p-1"))
    client = client_of("ada")
    first = client.get("/audit", {"subject": "account"})
    assert first.content.count(b"audit_log.exported</small>") == 50
    before = first.context["page"].older
    link = f"?subject=account&amp;before={before}"
    assert link in words(first)
    second = client.get("/audit", {"subject": "account", "before": before})
    assert second.content.count(b"audit_log.exported</small>") == 1


def test_it_says_when_nobody_seals(client_of):
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=5), tick=False):
        leave(1)
    assert "Events are not being sealed" in words(client_of("ada").get("/audit"))


def test_an_erased_name_and_hostile_text_are_shown_safely(client_of):
    leave(1, subject=audit.Subject("account", "<script>x</script>"))
    AuditText.objects.update(text=None, salt=None)
    page = words(client_of("ada").get("/audit"))
    assert "[erased]" in page
    assert "<script>x" not in page


def test_a_full_page_asks_the_database_fewer_than_ten_times(
    client_of, django_assert_max_num_queries
):
    leave(50)
    seal_once()
    client = client_of("ada")
    with django_assert_max_num_queries(9):
        client.get("/audit")


def test_the_export_streams_lines_and_is_recorded(client_of):
    leave(2, subject=audit.Subject("account", "a-1"))
    response = client_of("ada").post("/audit/export?subject=account")
    assert response.streaming
    assert "attachment" in response["Content-Disposition"]
    lines = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
    assert [line["sealed"]["subject_ref"] for line in lines] == ["a-1", "a-1"]
    assert AuditEvent.objects.last().detail["subject_filter"] == "account"


def test_a_link_somebody_follows_exports_nothing(client_of):
    assert client_of("ada").get("/audit/export").status_code == 405
    assert not AuditEvent.objects.exists()
