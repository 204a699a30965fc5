"""Settings of tests and of the calendar, and who is told, as a browser asks for them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.compliance.models import Holiday, OrganizationCalendar, TestSubscriber
from tenure.compliance.operations.deactivate_test import deactivate_test
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.cases import MARA, stray
from tenure.compliance.tests.test_holidays import calendar, event
from tenure.connections.models import Connection
from tenure.testing.cast import email_of, user_of

pytestmark = pytest.mark.usefixtures("organization")


def post(client, path: str, said: dict, status: int = 200) -> str:
    answer = client.post(path, said, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_week_is_set(client_of):
    client = client_of("ada")
    said = {"zone": "Europe/Oslo", "working_days": ["6", "0"]}
    assert "Saved." in post(client, "/settings/calendar/set", said)
    assert OrganizationCalendar.objects.get().working_days == [0, 6]
    html = post(client, "/settings/calendar/set", {"zone": "Mars", "working_days": ["0"]}, 422)
    assert "such as Europe/Oslo" in html


def test_holidays_come_and_go(client_of):
    client = client_of("ada")
    day = {"on": "2026-12-25", "name": "Christmas"}
    assert "Christmas" in post(client, "/settings/calendar/holidays", day)
    assert "holiday already" in post(client, "/settings/calendar/holidays", day, 422)
    ref = Holiday.objects.get().ref
    html = post(client, f"/settings/calendar/holidays/{ref}/remove", {})
    assert "Christmas is a working day again" in html
    file = SimpleUploadedFile("no.ics", calendar(event("New year", "20270101")))
    html = post(client, "/settings/calendar/holidays/import", {"file": file})
    assert "1 day off until the end of 2031" in html
    assert "New year" in html
    junk = SimpleUploadedFile("no.ics", b"junk")
    assert "not a calendar" in post(
        client, "/settings/calendar/holidays/import", {"file": junk}, 422
    )


def test_a_test_is_given_another_time_and_threshold(client_of):
    client = client_of("ada")
    said = {"sla_days": "2", "sla_unit": "business", "days": "5"}
    html = post(client, "/settings/tests/stale-invites/set", said)
    assert "2 business days" in html
    assert "Days an invitation may wait: 5" in html
    assert post(client, "/settings/tests/stale-invites/set", {**said, "days": "0"}, 422)
    assert client.get("/settings/tests/no-such-test").status_code == 404


def test_a_test_rests_for_a_reason_that_its_page_tells(client_of):
    client = client_of("mara")
    here = "/settings/tests/accounts-linked"
    said = {"reason": "We are moving", "until": "2026-12-01"}
    assert "1 Dec 2026" in post(client, f"{here}/deactivate", said)
    run_tests(actor=MARA)
    assert "“We are moving” Mara Okafor." in client.get("/tests/accounts-linked").content.decode()
    assert "is asked again" in post(client, f"{here}/reactivate", {})
    assert post(client, f"{here}/deactivate", {"reason": ""}, 422)


def test_an_access_manager_reads_settings_and_changes_none(client_of):
    client = client_of("mara")
    html = client.get("/settings/calendar").content.decode()
    assert "Add holiday" not in html
    for path in ("calendar/set", "calendar/holidays", "tests/accounts-linked/set"):
        assert client.post(f"/settings/{path}", {}).status_code == 403


def test_subscribers_are_beside_the_test(client_of):
    user_of("sid")
    client = client_of("mara")
    email = {"email": email_of("sid")}
    post(client, "/tests/accounts-linked/subscribe", email)
    html = client.get("/tests/accounts-linked/beside").content.decode()
    assert "Sid Brandt" in html
    post(client, "/tests/accounts-linked/unsubscribe", email)
    assert not TestSubscriber.objects.exists()


def test_the_settings_page_leads_here(client_of):
    html = client_of("ada").get("/settings").content.decode()
    assert "/settings/calendar" in html
    assert "/settings/tests" in html


def test_controls_name_their_tests_and_how_they_stand(client_of):
    stray(Connection.objects.get())
    run_tests(actor=MARA)
    html = client_of("aud").get("/tests/controls").content.decode()
    for name in ("SOC 2 CC6.1", "ISO 27001 A.8.2", "NIST AC-6", "PCI DSS 7.2.4"):
        assert name in html
    assert "Needs attention" in html
    deactivate_test(slug="people-fresh", reason="By hand", actor=MARA)
    run_tests(actor=MARA)
    assert "Deactivated" in client_of("aud").get("/tests/controls").content.decode()
