"""The list of accounts and the page of one, as HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tenure.inventory.models import Account, AccountLink, Ownership
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.tests.company import DOMAIN, account_of, company
from tenure.lib import counting
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def names(answer) -> set[str]:
    return {account.external_id.removeprefix("user-") for account in answer.context["rows"]}


SHOWN = {
    "all": {"mei", "hugo", "priya", "noor", "lena", "uma", "tomas", "labs", "robot"},
    "attention": {"hugo", "noor", "uma", "tomas", "labs", "robot"},
    "unlinked": {"uma", "tomas", "labs"},
    "leavers": {"hugo", "noor"},
    "suggested": {"uma", "tomas"},
    "owners": {"mei"},
    "external": set(),
    "service": {"robot"},
    "shared": set(),
    "break_glass": set(),
    "gone": {"olga"},
}


@pytest.mark.parametrize("show", SHOWN)
def test_each_filter_shows_its_accounts_and_its_chip_counts_them(halden, client_of, show):
    answer = client_of("ada").get(reverse("inventory:accounts"), {"show": show})
    assert names(answer) == SHOWN[show]
    counts = {chip["label"]: chip["count"] for chip in answer.context["filters"]}
    labels = {chip["label"] for chip in answer.context["filters"] if chip["current"]}
    assert counts[labels.pop()] == str(len(SHOWN[show]))


def test_new_in_30_days_goes_by_when_the_account_began(halden, client_of):
    shown = names(client_of("ada").get("/accounts", {"show": "new"}))
    assert shown == {"noor", "lena", "uma", "labs", "robot"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [("TANAKA", {"mei"}), ("p.raman@MAIL", {"priya"}), ("user-labs", {"labs"}), ("zzz", set())],
)
def test_search_finds_names_addresses_and_ids(halden, client_of, typed, found):
    assert names(client_of("ada").get("/accounts", {"q": typed})) == found


def test_of_a_service_account_it_says_that_nobody_answers_for_it_until_somebody_does(
    halden, client_of
):
    def said() -> str:
        rows = client_of("ada").get("/accounts", {"show": "service"}).context["rows"]
        return next(one.attention.word for one in rows if one.external_id == "user-robot")

    def needing() -> tuple[bool, str]:
        answer = client_of("ada").get("/accounts", {"show": "attention"})
        chip = next(one for one in answer.context["filters"] if one["label"] == "Needs attention")
        return "robot" in names(answer), chip["count"]

    assert (said(), needing()) == ("Nobody answers for it", (True, "6"))
    robot, mei = account_of("robot"), Person.objects.get(email=f"mei@{DOMAIN}")
    Ownership.objects.create(account=robot, owner=mei, decided_at=now(), decided_by="Mara")
    assert (said(), needing()) == ("Nothing", (False, "5"))


def test_it_says_why_each_needs_attention(halden, client_of):
    rows = client_of("ada").get("/accounts").context["rows"]
    said = {row.external_id.removeprefix("user-"): row.attention.word for row in rows}
    assert said == {
        "mei": "Nothing",
        "priya": "Nothing",
        "robot": "Nobody answers for it",
        "lena": "On leave",
        "hugo": "Former, has access",
        "noor": "Inactive, has access",
        "uma": "Suggested link",
        "tomas": "Suggested link",
        "labs": "Unlinked",
    }


@pytest.mark.parametrize("who", ["hugo", "rita", "oscar", "aud"])
def test_who_may_not_see_accounts_sees_none(halden, client_of, who):
    client = client_of(who)
    assert client.get("/accounts").status_code == 403
    assert client.get(f"/accounts/{account_of('mei').ref}").status_code == 403


def test_a_scope_of_one_connection_hides_the_others(halden, client_of):
    other = company(name="Other")
    client = client_of("sid", connection=str(other.ref))
    rows = client.get("/accounts").context["rows"]
    assert {row.connection_id for row in rows} == {other.pk}
    hidden = halden.accounts.first()
    assert client.get(f"/accounts/{hidden.ref}").status_code == 404
    own = other.accounts.first()
    assert client.get(f"/accounts/{own.ref}").status_code == 200


def test_whoever_may_not_see_people_gets_names_without_links(halden, client_of):
    page = client_of("sid").get("/accounts").content.decode()
    assert "Hugo Castellanos" in page
    assert "/people/" not in page


def test_the_connection_is_shown_when_there_is_more_than_one(halden, client_of):
    assert not client_of("ada").get("/accounts").context["has_several_connections"]
    company(name="Other")
    assert client_of("ada").get("/accounts").context["has_several_connections"]


@pytest.mark.parametrize("path", ["/accounts", "/accounts?show=leavers&q=hugo&sort=since"])
def test_the_list_takes_fewer_than_ten_queries(
    halden, client_of, path, django_assert_max_num_queries
):
    client = client_of("ada")
    with django_assert_max_num_queries(9):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", ["hugo", "tomas", "labs"])
def test_an_account_takes_fewer_than_ten_queries(
    halden, client_of, name, django_assert_max_num_queries
):
    client, address = client_of("ada"), f"/accounts/{account_of(name).ref}"
    with django_assert_max_num_queries(9):
        assert client.get(address).status_code == 200


def test_a_leavers_account_says_so_with_the_method_and_the_raw_record_without_keys(
    halden, client_of
):
    page = client_of("ada").get(f"/accounts/{account_of('hugo').ref}").content.decode()
    assert "still has access" in page
    assert "exact work e-mail" in page
    assert "automatic" in page
    assert "&quot;user-hugo&quot;" in page
    assert "abcdefghijkl" not in page


def test_a_gone_account_says_between_which_reads_it_ended(halden, client_of):
    page = client_of("ada").get(f"/accounts/{account_of('olga').ref}").content.decode()
    assert "Account gone" in page
    assert "Between " in page


def test_htmx_gets_the_list_or_the_panel_alone(halden, client_of):
    client = client_of("ada")
    listed = client.get("/accounts", headers={"HX-Request": "true", "HX-Target": "accounts"})
    panel = client.get(f"/accounts/{account_of('hugo').ref}", headers={"HX-Request": "true"})
    for answer in (listed, panel):
        assert "<html" not in answer.content.decode()
        assert "HX-Request" in answer.headers["Vary"]


def test_an_unknown_filter_and_a_damaged_cursor_are_refused(halden, client_of):
    client = client_of("ada")
    assert client.get("/accounts", {"show": "everything"}).status_code == 404
    assert client.get("/accounts", {"cursor": "nonsense"}).status_code == 400


def test_without_accounts_it_says_what_to_do(client_of):
    page = client_of("ada").get("/accounts").content.decode()
    assert "Add connection" in page


def test_linking_through_the_page_and_back_to_where_one_was(halden, client_of):
    client, labs = client_of("ada"), account_of("labs")
    address = reverse("inventory:link", args=[labs.ref])
    refused = client.post(address, {"email": "nobody@halden.example"})
    assert refused.status_code == 422
    assert "Nobody has the e-mail" in refused.content.decode()
    came_from = f"http://testserver/accounts?show=unlinked&account={labs.ref}"
    done = client.post(address, {"email": "ZED@halden.example"}, headers={"Referer": came_from})
    assert done.headers["Location"] == f"/accounts?show=unlinked&account={labs.ref}"
    link = labs.links.get()
    assert (link.person.name, link.method, link.decided_by) == (
        "Zed Olsen",
        "manual",
        "Ada Lindqvist",
    )


def test_unlinking_through_the_page_needs_a_reason(halden, client_of):
    client, mei = client_of("ada"), account_of("mei")
    address = reverse("inventory:unlink", args=[mei.ref])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert mei.links.get().state == AccountLink.State.CONFIRMED
    elsewhere = {"Referer": "https://evil.example/accounts"}
    done = client.post(address, {"reason": "A namesake"}, headers=elsewhere)
    assert done.headers["Location"] == f"/accounts/{mei.ref}"
    assert not mei.links.filter(state=AccountLink.State.CONFIRMED).exists()


@pytest.mark.parametrize(("verb", "state"), [("confirm", "confirmed"), ("reject", "rejected")])
def test_a_suggestion_is_decided_on_the_page(halden, client_of, verb, state):
    tomas = account_of("tomas")
    link = tomas.links.get()
    address = reverse(f"inventory:{verb}-link", args=[tomas.ref, link.ref])
    page = client_of("ada").get(f"/accounts/{tomas.ref}").content.decode()
    assert address in page
    assert client_of("ada").post(address).status_code == 302
    link.refresh_from_db()
    assert link.state == state


def test_a_system_owner_sees_but_may_not_link(halden, client_of):
    mei = account_of("mei")
    client = client_of("sid")
    assert (
        reverse("inventory:link", args=[mei.ref])
        not in client.get(f"/accounts/{mei.ref}").content.decode()
    )
    assert client.post(reverse("inventory:link", args=[mei.ref])).status_code == 403


def test_the_person_field_offers_people_who_match(halden, client_of):
    client = client_of("ada")
    page = client.get("/accounts/people", {"email": "olsen"}).content.decode()
    assert "zed@halden.example" in page
    assert "<option" not in client.get("/accounts/people", {"email": "z"}).content.decode()
    assert client_of("sid").get("/accounts/people", {"email": "olsen"}).status_code == 403


def test_a_history_keeps_every_link(halden, client_of):
    link_account(
        account_ref=account_of("mei").ref, email="zed@halden.example", actor=actor_of("mara")
    )
    page = client_of("ada").get(f"/accounts/{account_of('mei').ref}").content.decode()
    assert "No longer linked to Mei Tanaka" in page
    assert "Linked to Zed Olsen" in page


def test_whoever_is_in_no_list_can_be_added_from_their_account(halden, client_of):
    client, labs = client_of("ada"), account_of("labs")
    shown = client.get(f"/accounts/{labs.ref}").content.decode()
    path = re.search(r'href="(/people/add\?[^"]+)"', shown)[1].replace("&amp;", "&")
    form = client.get(path).context["form"]
    assert form["email"].value() == labs.email
    assert client.post(path, {"email": labs.email, "name": "Labs"}).status_code == 302
    link_accounts(actor=actor_of("ada"))
    assert labs.links.get(state="confirmed").person.email == labs.email


@pytest.mark.parametrize("show", SHOWN)
def test_of_many_each_filter_shows_the_same(halden, client_of, monkeypatch, show):
    monkeypatch.setattr(counting, "MOST", 0)
    assert names(client_of("ada").get(reverse("inventory:accounts"), {"show": show})) == SHOWN[show]


@pytest.mark.parametrize("show", ["dormant", "unknown_activity"])
def test_of_many_the_same_are_dormant_or_unknown(halden, client_of, monkeypatch, show):
    Account.objects.filter(external_id="user-mei").update(last_active_at=now())
    Account.objects.filter(external_id="user-priya").update(
        last_active_at=now() - timedelta(days=200)
    )
    few = names(client_of("ada").get("/accounts", {"show": show}))
    monkeypatch.setattr(counting, "MOST", 0)
    assert names(client_of("ada").get("/accounts", {"show": show})) == few
    assert ("priya" in few, "mei" in few, "robot" in few) == (
        show == "dormant",
        False,
        show == "unknown_activity",
    )
