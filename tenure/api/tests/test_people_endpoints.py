"""People by API: entered, left, merged, and explained."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

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
