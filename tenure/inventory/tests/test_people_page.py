"""The list of people and the page of one, as HTTP."""

from __future__ import annotations

import pytest

from tenure.inventory.models import Invitation
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.tests.company import account_of, company
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.people.operations.add_people_source import add_people_source
from tenure.people.operations.import_people import import_people
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def names(answer) -> set[str]:
    return {person.email.partition("@")[0] for person in answer.context["rows"]}


def page_of(client, name: str) -> str:
    found = Person.objects.get(email=f"{name}@halden.example")
    answer = client.get(f"/people/{found.ref}")
    assert answer.status_code == 200
    return answer.content.decode()


SHOWN = {
    "all": {"mei", "hugo", "priya", "noor", "lena", "uma", "zed", "tomas", "olga"},
    "current": {"mei", "priya", "zed", "tomas"},
    "on_leave": {"lena"},
    "upcoming": {"uma"},
    "inactive": {"noor"},
    "former": {"hugo", "olga"},
    "leavers": {"hugo", "noor"},
    "without": {"zed", "tomas"},
}


@pytest.mark.parametrize("show", SHOWN)
def test_each_filter_shows_its_people_and_its_chip_counts_them(halden, client_of, show):
    answer = client_of("ada").get("/people", {"show": show})
    assert names(answer) == SHOWN[show]
    chip = next(chip for chip in answer.context["filters"] if chip["current"])
    assert chip["count"] == str(len(SHOWN[show]))


def test_it_counts_accounts_that_work_and_names_the_manager(halden, client_of):
    rows = client_of("ada").get("/people").context["rows"]
    held = {row.email.partition("@")[0]: row.account_count for row in rows}
    assert {name for name, count in held.items() if count == 1} == {
        "mei",
        "hugo",
        "priya",
        "noor",
        "lena",
    }
    assert held["olga"] == 0
    assert {row.manager for row in rows if row.name == "Lena Vogt"} == {"Mei Tanaka"}


@pytest.mark.parametrize(
    ("typed", "found"), [("LEARNING", {"mei"}), ("zed@", {"zed"}), ("E-9", {"zed"}), ("zzz", set())]
)
def test_search_finds_names_addresses_departments_and_ids(halden, client_of, typed, found):
    assert names(client_of("ada").get("/people", {"q": typed})) == found


def test_it_is_narrowed_by_department_manager_and_source_and_its_chips_count_those(
    halden, client_of
):
    client = client_of("ada")
    everybody = client.get("/people").context
    assert everybody["sources"] == []
    lena = next(row for row in everybody["rows"] if row.name == "Lena Vogt")
    managed = client.get("/people" + lena.manager_url)
    assert "lena" in names(managed)
    assert len(names(managed)) < len(everybody["rows"])
    assert managed.context["filters"][0]["count"] == str(len(names(managed)))
    assert client.get("/people" + managed.context["narrowed_by"][0]["url"]).context["rows"][8:]
    of = {row.name for row in everybody["rows"] if row.department == "Machine learning"}
    narrowed = client.get("/people", {"department": "machine LEARNING", "show": "all"})
    assert {row.name for row in narrowed.context["rows"]} == of
    add_people_source(name="HR", precedence=40, expected_days=2, actor=actor_of("ada"))
    import_people(
        content=b"email\nzed@halden.example\n",
        source="HR",
        is_full=False,
        is_confirmed=True,
        actor=actor_of("mara"),
    )
    chips = {one["label"]: one for one in client.get("/people").context["sources"]}
    assert (chips["HR"]["count"], chips["CSV"]["count"]) == ("1", str(len(everybody["rows"])))
    assert names(client.get("/people" + chips["HR"]["url"])) == {"zed"}
    assert "Nobody has all" in client.get("/people?source=HR&show=former").content.decode()


@pytest.mark.parametrize("who", ["hugo", "rita", "oscar", "aud", "sid"])
def test_who_may_not_see_people_sees_none(halden, client_of, who):
    client = client_of(who)
    assert client.get("/people").status_code == 403
    assert client.get(f"/people/{Person.objects.first().ref}").status_code == 403


@pytest.mark.parametrize(
    "path", ["/people", "/people?show=leavers&q=hugo&source=CSV", "/people/import"]
)
def test_the_lists_take_fewer_than_ten_queries(
    halden, client_of, path, django_assert_max_num_queries
):
    client = client_of("ada")
    with django_assert_max_num_queries(9):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", ["hugo", "priya", "zed"])
def test_a_person_takes_fewer_than_ten_queries(
    halden, client_of, name, django_assert_max_num_queries
):
    client, found = client_of("ada"), Person.objects.get(email=f"{name}@halden.example")
    with django_assert_max_num_queries(9):
        assert client.get(f"/people/{found.ref}").status_code == 200


def test_a_leavers_page_says_why_and_what_still_works(halden, client_of):
    page = page_of(client_of("ada"), "hugo")
    assert "May not hold access, and has it" in page
    assert "The last day has ended where they are." in page
    assert "Became former" in page
    assert "CSV" in page
    assert "1 account still works" in page


def test_somebody_on_leave_may_hold_access_and_somebody_disabled_may_not(halden, client_of):
    client = client_of("ada")
    assert "may hold access" in page_of(client, "lena")
    assert "has disabled them" in page_of(client, "noor")


def test_other_addresses_stand_there_and_their_invitations_are_found(halden, client_of):
    Invitation.objects.create(
        connection=halden,
        external_id="invite-1",
        email="P.Raman@mail.example",
        email_key="p.raman@mail.example",
        role="owner",
        status="pending",
        began_at=now(),
    )
    page = page_of(client_of("ada"), "priya")
    assert "p.raman@mail.example" in page
    assert "Invitations to their addresses" in page
    assert "Pending" in page


def test_the_history_tells_of_links_that_ended(halden, client_of):
    unlink_account(account_ref=account_of("mei").ref, reason="A namesake", actor=actor_of("mara"))
    page = page_of(client_of("ada"), "mei")
    assert "No longer linked to Mei Tanaka" in page
    assert "A namesake" in page


def test_accounts_of_a_connection_one_may_not_see_are_not_counted(halden, client_of):
    other = company(name="Other")
    client = client_of("mara", connection=str(other.ref))
    rows = client.get("/people").context["rows"]
    assert {row.account_count for row in rows if row.name == "Mei Tanaka"} == {1}


def test_an_account_that_passed_to_somebody_else_is_no_longer_counted(halden, client_of):
    link_account(
        account_ref=account_of("hugo").ref, email="zed@halden.example", actor=actor_of("mara")
    )
    rows = client_of("ada").get("/people").context["rows"]
    held = {row.name: row.account_count for row in rows}
    assert (held["Hugo Castellanos"], held["Zed Olsen"]) == (0, 1)
    assert names(client_of("ada").get("/people", {"show": "leavers"})) == {"noor"}


def test_without_people_it_says_what_to_do(client_of):
    page = client_of("ada").get("/people").content.decode()
    assert "Import people" in page


def test_an_unknown_person_is_not_found(client_of):
    nobody = "019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"
    assert client_of("ada").get(f"/people/{nobody}").status_code == 404
