"""People by API: entered, left, merged, and explained."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.testing.factories import make_people_source, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(program_of):
    return program_of("mara")


def test_somebody_is_entered_edited_left_and_back(mara):
    made = mara.post("/people", {"email": "noor@halden.example", "name": "Noor", "title": "Cook"})
    assert (made.status_code, made.document["state"]) == (201, "current")
    path = f"/people/{made.document['ref']}"
    assert mara.post(f"{path}/edit", {"title": "Chef"}).document["name"] == "Noor"
    (change, *_) = mara.get(f"{path}/changes").document["data"]
    assert (change["field"], change["before"], change["after"]) == ("title", "Cook", "Chef")
    left = mara.post(f"{path}/mark-left", {"at": "2026-01-31", "reason": "told by their team"})
    assert (left.document["state"], left.document["may_hold_access"]) == ("former", False)
    assert left.document["inputs"][0]["value"].startswith("2026-02-01T")
    assert mara.post(f"{path}/clear-left").document["state"] == "current"
    assert mara.post(f"{path}/clear-left").status_code == 409


def test_an_instant_of_leaving_is_no_day(mara):
    path = f"/people/{make_person().ref}/mark-left"
    said = {"at": "2026-01-31T10:00:00+02:00", "reason": "their last hour"}
    assert mara.post(path, said).document["inputs"][0]["value"] == "2026-01-31T08:00:00.000Z"
    assert mara.post(path, {**said, "at": "2026-01-31T10:00:00"}).status_code == 422


def test_two_entries_become_one_person_and_two_again(mara):
    kept, other = make_person("Mei Tanaka"), make_person("Mei T.", ends_on=date(2026, 1, 31))
    asked = {"merged": str(other.ref), "reason": "same badge", "confirmed": True}
    refused = mara.post(f"/people/{kept.ref}/merge", asked)
    assert refused.status_code == 409
    done = mara.post(f"/people/{kept.ref}/merge", {**asked, "counts": "kept"}).document
    (merge,) = done["merges"]
    assert merge["merged"] == "Mei T."
    assert mara.get(f"/people/{other.ref}/why").status_code == 404
    assert mara.post(f"/people/merges/{merge['ref']}/undo").document["merges"] == []
    assert mara.get(f"/people/{other.ref}/why").document["name"] == "Mei T."


def test_somebody_decides_in_anothers_place_until_it_is_withdrawn(mara):
    away, here, today = make_person(), make_person("Ada Berg"), now().date()
    days = {"from_day": str(today), "until_day": str(today + timedelta(days=3))}
    made = mara.post(f"/people/{away.ref}/delegations", {"to": here.email, **days})
    assert (made.status_code, made.document["to"]["name"]) == (201, "Ada Berg")
    (listed,) = mara.get(f"/people/{away.ref}/delegations").document["data"]
    assert listed == made.document
    path = f"/delegations/{listed['ref']}/withdraw"
    assert mara.post(path).document["withdrawn_at"]
    assert mara.post(path).status_code == 409


def test_sources_are_added_and_changed_by_an_admin_and_tell_their_age(mara, program_of):
    make_people_source(last_read_at=now() - timedelta(days=36))
    new = {"name": "HR", "precedence": 50, "expected_days": 7}
    assert program_of("mara").post("/people/sources", new).status_code == 403
    ada = program_of("ada")
    assert ada.post("/people/sources", new).status_code == 201
    (strongest, csv) = mara.get("/people/sources").document["data"]
    assert (strongest["name"], strongest["is_stale"], csv["is_stale"]) == ("HR", True, True)
    changed = {"precedence": 5, "expected_days": 40, "is_authoritative": False}
    answer = ada.post(f"/people/sources/{strongest['ref']}/change", changed)
    assert [one["name"] for one in answer.document["data"]] == ["CSV", "HR"]
    assert not Person.objects.exists()


def send(program, content: bytes, query: str = ""):
    answer = program.client.post(
        f"/api/v1/people/imports{query}",
        {"file": SimpleUploadedFile("people.csv", content)},
        headers={"Authorization": f"Bearer {program.secret}"},
    )
    answer.document = answer.json()
    return answer


def test_people_are_narrowed_as_on_the_page(mara):
    make_people_source(name="workday")
    csv = (
        b"email,name,department,manager_email\n"
        b"ida@x.example,Ida,Research,\nbo@x.example,Bo,Sales,IDA@x.example\n"
    )
    assert send(mara, csv, "?source=workday").document["source"] == "workday"
    make_person("Cy Elsewhere")

    def found(query: str) -> set[str]:
        return {one["name"] for one in mara.get(f"/people?{query}").document["data"]}

    assert found("department=research") == {"Ida"}
    assert found("manager=ida@x.example") == {"Bo"}
    assert found("source=workday") == {"Ida", "Bo"}
    assert found("source=workday&department=Sales&manager=ida@x.example") == {"Bo"}
    assert found("source=none") == set()


def test_a_narrowed_list_goes_on_with_its_own_cursor_only(mara):
    for name in ("Ann", "Ben", "Cy"):
        make_person(name, department="Research")
    first = mara.get("/people?department=Research&limit=2").document
    follow = first["page"]["next"]
    rest = mara.get(f"/people?department=Research&limit=2&cursor={follow}").document
    assert [one["name"] for one in first["data"] + rest["data"]] == ["Ann", "Ben", "Cy"]
    assert mara.get(f"/people?department=Sales&cursor={follow}").status_code == 400


def test_a_file_that_is_too_large_is_refused_in_a_sentence(mara):
    answer = send(mara, b"email,name\n" + b"x" * 10_000_000)
    assert (answer.status_code, answer.document["type"]) == (413, "urn:tenure:too-large")
    assert "10 MB" in answer.document["detail"]


def test_of_many_bad_lines_all_are_counted_and_a_hundred_named(mara):
    bad = b"".join(b"nonsense %d,N\n" % n for n in range(250))
    said = send(mara, b"email,name\nnoor@x.example,Noor\n" + bad).document
    assert (said["created"], said["rejected_count"], len(said["rejected"])) == (1, 250, 100)
    assert said["rejected"][0]["line"] == 3
    (listed,) = mara.get("/people/imports").document["data"]
    assert (listed["rejected_count"], len(listed["rejected"])) == (250, 100)
