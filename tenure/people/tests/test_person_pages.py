"""Why somebody has their state, marking them as left, and people sources, as HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tenure.lib.clock import now
from tenure.people.models import Delegation, PeopleSource, Person
from tenure.people.operations.merge_people import merge_people
from tenure.people.queries import explained
from tenure.people.tests.saying import ADA, somebody, state, take
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(db):
    take("email,name,end_date ada@h.example,Ada, old@h.example,Old,2020-01-31")


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_person_is_marked_as_left_and_it_is_taken_back(client_of):
    client, ref = client_of("mara"), somebody().ref
    page(client, f"/people/{ref}/leave")
    answer = client.post(f"/people/{ref}/leave", {"at": "2026-01-31", "reason": "Resigned"})
    assert (answer.status_code, state()) == (302, "former")
    told = page(client, f"/people/{ref}")
    assert "Mara Okafor marked them as left, because: Resigned." in told
    assert "Marked as left from 1 Feb 2026" in told
    assert "Take back that they left" in told
    told = page(client, f"/people/{ref}/why")
    assert "because: Resigned" in told
    assert "1 Feb 2026, 00:00" in told
    assert client.post(f"/people/{ref}/clear-leave").status_code == 302
    assert state() == "current"
    assert "No longer marked as left" in page(client, f"/people/{ref}")


def test_somebody_leaves_at_a_time_of_day_where_they_are(client_of):
    take(f"email,time_zone {ADA},Europe/Oslo")
    client, ref = client_of("mara"), somebody().ref
    path = f"/people/{ref}/leave"
    assert "Europe/Oslo" in page(client, path)
    sent = {"at": "2026-01-31", "time": "17:30", "reason": "Told by HR"}
    assert client.post(path, sent).status_code == 302
    assert somebody().left_at == datetime(2026, 1, 31, 16, 30, tzinfo=UTC)
    assert "Marked as left from 31 Jan 2026, 17:30 CET" in page(client, f"/people/{ref}")


def test_what_makes_no_sense_is_told_at_the_field(client_of):
    client, ref = client_of("mara"), somebody().ref
    answer = client.post(f"/people/{ref}/leave", {"at": "2026-01-31", "reason": "  "})
    assert answer.status_code == 422
    answer = client.post(f"/people/{ref}/leave", {"at": "9999-12-31", "reason": "x"})
    assert "no real day" in answer.content.decode()


def test_each_value_is_shown_with_its_source_and_a_merge_can_be_undone(client_of):
    client, ref = client_of("mara"), somebody().ref
    done = merge_people(
        kept_ref=ref,
        merged_ref=somebody("old@h.example").ref,
        counts="kept",
        is_confirmed=True,
        actor=actor_of("mara"),
    )
    told = page(client, f"/people/{ref}/why")
    assert "CSV" in told
    assert "Undo the merge of Old" in told
    assert client.post(f"/people/merges/{done.ref}/undo").status_code == 302
    assert somebody("old@h.example").name == "Old"


@pytest.mark.parametrize("who", ["sid", "hugo", "aud", "rita"])
def test_who_may_not_is_refused(client_of, who):
    client, ref = client_of(who), somebody().ref
    for path in (f"/people/{ref}/why", f"/people/{ref}/leave", "/settings/people-sources"):
        assert client.get(path).status_code == 403


def test_an_admin_adds_and_changes_a_source_and_an_access_manager_looks_on(client_of):
    admin = client_of("ada")
    sent = {"name": "HR", "precedence": "40", "expected_days": "2"}
    assert admin.post("/settings/people-sources", sent).status_code == 302
    assert "already" in admin.post("/settings/people-sources", sent).content.decode()
    source = PeopleSource.objects.get(name="HR")
    told = page(admin, "/settings/people-sources")
    assert "Never" in told
    path = f"/settings/people-sources/{source.ref}"
    assert "Nothing was read of it yet" in page(admin, path)
    assert admin.post(path, {"precedence": "5", "expected_days": "3"}).status_code == 302
    source.refresh_from_db()
    assert (source.precedence, source.expected_days) == (5, 3)
    manager = client_of("mara")
    assert "Add a source" not in page(manager, "/settings/people-sources")
    assert manager.post("/settings/people-sources", sent | {"name": "IdP"}).status_code == 403


def test_an_import_shows_the_lines_it_rejected(client_of):
    take("email,name nobody,x")
    csv = PeopleSource.objects.get(name="CSV")
    assert "Line 2" in page(client_of("ada"), f"/settings/people-sources/{csv.ref}")


@pytest.mark.parametrize("name", ["why", "leave"])
def test_the_pages_take_fewer_than_ten_queries(client_of, name, django_assert_max_num_queries):
    client, ref = client_of("ada"), Person.objects.first().ref
    with django_assert_max_num_queries(9):
        assert client.get(f"/people/{ref}/{name}").status_code == 200


def test_somebody_is_entered_and_edited_by_hand(client_of):
    client = client_of("mara")
    page(client, "/people/add")
    sent = {"email": "zed@h.example", "name": "Zed", "start_date": "2026-01-01"}
    assert client.post("/people/add", sent).status_code == 302
    answer = client.post("/people/add", sent)
    assert (answer.status_code, "edit that person" in answer.content.decode()) == (422, True)
    ref = somebody("zed@h.example").ref
    assert "Zed" in page(client, f"/people/{ref}/edit")
    assert client.post(f"/people/{ref}/edit", {**sent, "title": "Lead"}).status_code == 302
    assert somebody("zed@h.example").title == "Lead"


def test_what_a_source_says_cannot_be_changed_by_hand(client_of):
    client, ref = client_of("mara"), somebody().ref
    assert "CSV says so; change it there." in page(client, f"/people/{ref}/edit")
    sent = {"email": "x@h.example", "name": "Ida", "title": "Lead"}
    assert client.post(f"/people/{ref}/edit", sent).status_code == 302
    assert (somebody().name, somebody().title) == ("Ada", "Lead")


def test_a_merge_is_previewed_asks_whose_dates_count_and_is_done(client_of):
    client, ref = client_of("mara"), somebody().ref
    path, sent = f"/people/{ref}/merge", {"other": "old@h.example"}
    page(client, path)
    itself = client.post(path, {"other": ADA}).content.decode()
    assert "one and the same person" in itself
    assert "Nobody has" in client.post(path, {"other": "who@h.example"}).content.decode()
    preview = client.post(path, sent)
    assert (preview.status_code, "31 Jan 2020" in preview.content.decode()) == (200, True)
    assert len(preview.context["heads"]) == 2
    answer = client.post(path, sent | {"is_confirmed": "on"})
    assert (answer.status_code, "say which of the two" in answer.content.decode()) == (422, True)
    assert client.post(path, sent | {"is_confirmed": "on", "counts": "kept"}).status_code == 302
    assert somebody("old@h.example") == somebody()


def test_the_page_of_a_person_says_who_says_what_also_of_who_was_merged(client_of):
    take("email,department zoe@h.example,Legal")
    merge_people(
        kept_ref=somebody().ref, merged_ref=somebody("zoe@h.example").ref, actor=actor_of("mara")
    )
    person = somebody()
    answer = client_of("mara").get(f"/people/{person.ref}")
    shown, told = answer.context["why"], explained(person, actor=actor_of("mara"))
    assert (shown.rule, shown.inputs) == (told.rule, told.inputs)
    assert [one.label for one in shown.fields] == [one.label for one in told.fields]
    assert "Department" in [one.label for one in shown.fields]
    assert "Merged with zoe@h.example" in answer.content.decode()


def test_somebody_decides_in_anothers_place_until_it_is_withdrawn(client_of):
    take("email,name zed@h.example,Zed")
    client, ref, day = client_of("mara"), somebody().ref, now().date()
    assert "Nobody; they decide themselves." in page(client, f"/people/{ref}")
    path = f"/people/{ref}/delegate"
    page(client, path)
    sent = {"email": "zed@h.example", "from_day": day, "until_day": day, "reason": "Away"}
    assert client.post(path, sent).status_code == 302
    again = client.post(path, sent)
    assert (again.status_code, "Somebody else stands in" in again.content.decode()) == (422, True)
    told = page(client, f"/people/{ref}")
    assert "Decides now" in told
    assert "Away" in told
    assert "In place of" in page(client, f"/people/{somebody('zed@h.example').ref}")
    done = Delegation.objects.get()
    assert client.post(f"/people/delegations/{done.ref}/withdraw").status_code == 302
    told = page(client, f"/people/{ref}")
    assert "Show 1 earlier" in told
    assert "Withdrawn" in told


@pytest.mark.parametrize("who", ["sid", "hugo", "aud", "rita"])
def test_who_may_not_manage_people_lets_nobody_decide(client_of, who):
    assert client_of(who).get(f"/people/{somebody().ref}/delegate").status_code == 403
