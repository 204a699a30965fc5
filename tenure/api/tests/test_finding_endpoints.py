"""What people do about findings, tests and the calendar, by API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.compliance.models import Finding, Holiday
from tenure.compliance.operations.run_tests import run_tests
from tenure.lib.clock import now
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_people_source,
    make_person,
)

pytestmark = pytest.mark.django_db
TEST = "leavers-deprovisioned"
ICS = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Halden//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTAMP:20260101T000000Z\r
SUMMARY:Midsummer\r
DTSTART;VALUE=DATE:%d0624\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def mara(program_of):
    return program_of("mara")


@pytest.fixture
def ada(program_of):
    return program_of("ada")


@pytest.fixture
def found(db) -> list[str]:
    """Two findings of leavers, as refs."""
    make_people_source()
    connection = make_connection()
    for _ in range(2):
        leaver = make_person(ends_on=now().date() - timedelta(days=9))
        make_account(connection, person=leaver)
    run_tests(actor=actor_of("mara"))
    leavers = Finding.objects.filter(test__slug=TEST)
    return [str(ref) for ref in leavers.order_by("id").values_list("ref", flat=True)]


def terms(**given) -> dict[str, str]:
    return {"reason": "on leave", "until": str(now().date() + timedelta(days=30)), **given}


def test_a_finding_is_exempted_and_the_exemption_withdrawn(mara, found):
    path = f"/findings/{found[0]}"
    told = mara.get(path).document
    assert (told["state"], told["verdict"], told["exemptions"]) == ("open", "failing", [])
    assert told["sentence"]
    exempted = mara.post(f"{path}/exempt", terms(kind="workload")).document
    assert (exempted["state"], exempted["urgency"]) == ("exempted", "")
    assert [one["kind"] for one in exempted["exemptions"]] == ["workload"]
    assert mara.post(f"{path}/exempt", terms()).status_code == 409
    (listed,) = mara.get("/findings?state=exempted").document["data"]
    assert listed["ref"] == found[0]
    opened = mara.post(f"{path}/withdraw", {"reason": "a mistake"}).document
    assert (opened["state"], opened["exemptions"][0]["withdrawn_reason"]) == ("open", "a mistake")
    assert mara.post(f"{path}/withdraw", {"reason": "again"}).status_code == 409


def test_several_findings_are_exempted_or_none(mara, found):
    mara.post(f"/findings/{found[0]}/exempt", terms())
    assert mara.post("/findings/exempt", terms(findings=found)).status_code == 409
    assert Finding.objects.filter(state="exempted").count() == 1
    mara.post(f"/findings/{found[0]}/withdraw", {"reason": "both at once"})
    done = mara.post("/findings/exempt", terms(findings=found)).document["data"]
    assert [one["state"] for one in done] == ["exempted", "exempted"]


def test_findings_are_given_to_a_colleague_who_may_write_notes(mara, found):
    email = user_of("ada").email
    given = mara.post("/findings/assign", {"findings": found, "owner": email}).document["data"]
    assert {one["owner"] for one in given} == {email}
    path = f"/findings/{found[0]}"
    assert mara.post(f"{path}/assign", {}).document["owner"] is None
    noted = mara.post(f"{path}/notes", {"text": "asked their manager"})
    assert noted.status_code == 201
    reader = mara.get(path).document
    assert [note["text"] for note in reader["notes"]] == ["asked their manager"]


def test_an_auditor_learns_neither_notes_nor_owners(program_of, mara, found):
    for path, body in (("assign", {"owner": user_of("ada").email}), ("notes", {"text": "hm"})):
        mara.post(f"/findings/{found[0]}/{path}", body)
    today = now().date()
    aud = program_of("aud", window=(today - timedelta(days=1), today))
    told = aud.get(f"/findings/{found[0]}").document
    assert (told["owner"], told["notes"]) == (None, [])
    assert aud.post(f"/findings/{found[0]}/notes", {"text": "mine"}).status_code == 403


def test_an_auditor_sees_a_finding_as_it_stood_in_their_window(program_of, found):
    then = now() - timedelta(days=20)
    late = {"state": "resolved", "since": then, "opened_at": then, "resolved_at": now()}
    Finding.objects.filter(ref=found[1]).update(**late)
    aud = program_of("aud", window=(then.date(), then.date() + timedelta(days=1)))
    seen = aud.get(f"/findings/{found[1]}").document
    assert (seen["state"], seen["resolved_at"]) == ("open", None)
    assert [one["ref"] for one in aud.get("/findings?state=open").document["data"]] == [found[1]]
    assert aud.get("/findings?state=resolved").document["data"] == []


def test_a_test_gets_another_time_and_thresholds(mara, ada, found):
    said = {"sla_days": 3, "sla_unit": "business"}
    assert mara.post(f"/tests/{TEST}/set", said).status_code == 403
    told = ada.post(f"/tests/{TEST}/set", said).document
    assert (told["sla_days"], told["sla_unit"]) == (3, "business")
    tuned = next(
        one
        for slug in (row["slug"] for row in ada.get("/tests").document["data"])
        for one in [ada.get(f"/tests/{slug}").document]
        if one["thresholds"]
    )
    (name, most) = (tuned["thresholds"][0]["name"], tuned["thresholds"][0]["most"])
    chosen = {**said, "thresholds": {name: most}}
    told = ada.post(f"/tests/{tuned['slug']}/set", chosen).document
    assert told["thresholds"][0]["value"] == most
    chosen["thresholds"][name] = most + 1
    assert ada.post(f"/tests/{tuned['slug']}/set", chosen).status_code == 400


def test_a_test_rests_and_tells_whom_it_is_told(mara, found):
    told = mara.post(f"/tests/{TEST}/deactivate", {"reason": "a migration"}).document
    assert (told["is_deactivated"], told["deactivated_reason"]) == (True, "a migration")
    assert mara.post(f"/tests/{TEST}/reactivate").document["is_deactivated"] is False
    assert mara.post(f"/tests/{TEST}/reactivate").status_code == 409
    email = {"email": user_of("ada").email}
    assert mara.post(f"/tests/{TEST}/subscribe", email).document["subscribers"] == [*email.values()]
    assert mara.post(f"/tests/{TEST}/subscribe", email).status_code == 409
    assert mara.post(f"/tests/{TEST}/unsubscribe", email).document["subscribers"] == []


def test_who_only_reads_tests_is_not_told_who_is_told(program_of, found):
    assert program_of("mara", ["tests:read"]).get(f"/tests/{TEST}").document["subscribers"] is None


def test_controls_name_the_tests_that_speak_to_them(mara, found):
    controls = {one["key"]: one for one in mara.get("/controls").document["data"]}
    slugs = [one["slug"] for one in controls["SOC2:CC6.3"]["tests"]]
    assert TEST in slugs


def test_the_calendar_is_an_admins_to_change_and_everybodys_who_sees_tests(mara, ada):
    said = {"zone": "Europe/Oslo", "working_days": [6, 0]}
    assert mara.post("/calendar", said).status_code == 403
    assert ada.post("/calendar", said).document["working_days"] == [0, 6]
    assert mara.get("/calendar").document["zone"] == "Europe/Oslo"


def test_days_off_are_added_imported_listed_and_removed(mara, ada):
    year = now().year + 1
    for day in (24, 25):
        made = ada.post("/holidays", {"on": f"{year}-12-{day}", "name": "Christmas"})
        assert (made.status_code, made.document["origin"]) == (201, "hand")
    sent = ada.client.post(
        "/api/v1/holidays/import",
        {"file": SimpleUploadedFile("no.ics", ICS % year)},
        headers={"Authorization": f"Bearer {ada.secret}"},
    )
    assert (sent.status_code, sent.json()["days"], sent.json()["left_out"]) == (201, 1, [])
    first = mara.get("/holidays", {"limit": 2}).document
    assert [one["name"] for one in first["data"]] == ["Midsummer", "Christmas"]
    (last,) = mara.get("/holidays", {"cursor": first["page"]["next"]}).document["data"]
    assert last["on"] == f"{year}-12-25"
    assert ada.post(f"/holidays/{last['ref']}/remove").status_code == 200
    assert ada.post(f"/holidays/{last['ref']}/remove").status_code == 404
    assert not Holiday.objects.filter(on=date(year, 12, 25)).exists()
