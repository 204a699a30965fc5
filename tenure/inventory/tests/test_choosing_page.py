"""Accounts that were chosen, the queue of suggestions, undo, and how linking is set, as HTTP."""

from __future__ import annotations

from datetime import date

import pytest

from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import LinkingDomain
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.tests.company import account_of
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]
SHARED = {"as": "shared", "owner": "mei@halden.example", "reason": "A desk used by many"}


def refs(*names: str) -> list[str]:
    return [str(account_of(name).ref) for name in names]


def test_the_list_offers_to_choose_only_to_whom_may_say_something(client_of):
    assert 'form="chosen"' in client_of("ada").get("/accounts").content.decode()
    assert 'form="chosen"' not in client_of("sid").get("/accounts").content.decode()


def test_several_are_marked_and_one_is_back_in_the_list(client_of):
    data = SHARED | {"ref": refs("labs", "priya"), "next": "/accounts?show=unlinked"}
    page = client_of("ada").get("/accounts/mark", {"ref": data["ref"], "as": "shared"})
    assert "Mark 2 accounts: shared" in page.content.decode()
    done = client_of("ada").post("/accounts/mark", data)
    assert done.headers["Location"] == "/accounts?show=unlinked"
    assert {account_of(name).kind for name in ("labs", "priya")} == {"shared"}


def test_one_leads_to_its_page_where_the_word_can_be_undone(client_of):
    client, (ref,) = client_of("ada"), refs("mei")
    assert client.post("/accounts/mark", SHARED | {"ref": ref})["Location"] == f"/accounts/{ref}"
    page = client.get(f"/accounts/{ref}").content.decode()
    assert "A desk used by many" in page
    assert "Marked: Person → Shared" in page
    assert f"/accounts/{ref}/undo" in page
    assert client.post(f"/accounts/{ref}/undo").status_code == 302
    page = client.get(f"/accounts/{ref}").content.decode()
    assert "Undone: marked" in page
    assert f"/accounts/{ref}/undo" not in page
    assert account_of("mei").kind == "person"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"owner": "nobody@halden.example"}, "Nobody has the e-mail"),
        ({"owner": "hugo@halden.example"}, "may not hold access"),
        ({"reason": ""}, "This field is required"),
    ],
)
def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(client_of, changed, sentence):
    answer = client_of("ada").post("/accounts/mark", SHARED | {"ref": refs("labs")} | changed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert account_of("labs").kind == "person"


def test_the_form_about_one_account_begins_with_what_was_said(client_of):
    (ref,) = refs("labs")
    said = Mark(kind="shared", owner="mei@halden.example", reason="A desk used by many")
    mark_account(account_ref=ref, said=said, actor=actor_of("mara"))
    page = client_of("ada").get("/accounts/mark", {"ref": ref, "as": "shared"}).content.decode()
    assert 'value="mei@halden.example"' in page
    assert 'value="A desk used by many"' in page


def test_the_day_of_review_of_a_service_may_be_left_out(client_of):
    said = {
        "ref": refs("labs"),
        "as": "service",
        "owner": "mei@halden.example",
        "backup_owner": "p.raman@mail.example",
        "purpose": "Nightly ingest",
    }
    for day in ("", "2199-01-31"):
        answer = client_of("ada").post("/accounts/mark", said | {"review_on": day})
        assert answer.status_code == 302
    page = client_of("ada").get(answer["Location"], follow=True).content.decode()
    assert "labs" in page
    assert account_of("labs").ownership.review_on == date(2199, 1, 31)


@pytest.mark.parametrize("path", ["/accounts/mark", "/accounts/link"])
def test_without_a_choice_it_says_to_choose(client_of, path):
    assert "No account chosen" in client_of("ada").get(path).content.decode()


def test_several_are_linked_to_one_person(client_of):
    data = {"ref": refs("labs", "tomas"), "email": "zed@halden.example"}
    assert client_of("ada").post("/accounts/link", data).headers["Location"] == "/accounts"
    held = {account_of(name).links.get(state="confirmed").person.name for name in ("labs", "tomas")}
    assert held == {"Zed Olsen"}


def test_the_queue_says_whom_how_sure_and_why_it_waits(client_of):
    page = client_of("ada").get("/accounts/suggestions").content.decode()
    assert "Tomas Berg" in page
    assert "Exact work e-mail, medium confidence" in page
    assert "days older than" in page


@pytest.mark.parametrize(("verb", "state"), [("confirm", "confirmed"), ("reject", "rejected")])
def test_chosen_suggestions_are_decided_and_one_is_back_in_the_queue(client_of, verb, state):
    chosen = [str(account_of(name).links.get().ref) for name in ("uma", "tomas")]
    data = {"ref": chosen, "next": "/accounts/suggestions?show=address"}
    done = client_of("ada").post(f"/accounts/suggestions/{verb}", data)
    assert done.headers["Location"] == "/accounts/suggestions?show=address"
    assert {account_of(name).links.get().state for name in ("uma", "tomas")} == {state}
    page = client_of("ada").get("/accounts/suggestions").content.decode()
    assert "No suggestion waits" in page


@pytest.mark.parametrize("show", ["all", "address", "name"])
def test_each_filter_of_the_queue_counts_what_it_shows(client_of, show):
    answer = client_of("ada").get("/accounts/suggestions", {"show": show})
    counts = [chip["count"] for chip in answer.context["filters"] if chip["current"]]
    assert counts == [str(len(answer.context["rows"]))]
    assert client_of("ada").get("/accounts/suggestions?show=odd").status_code == 404


@pytest.mark.parametrize("who", ["sid", "rita", "oscar", "aud"])
def test_who_may_not_link_or_mark_gets_none_of_it(client_of, who):
    client, (ref,) = client_of(who), refs("mei")
    for path in ("/accounts/suggestions", "/accounts/mark", "/accounts/link"):
        assert client.get(path).status_code == 403
    for path in ("/accounts/suggestions/confirm", "/accounts/suggestions/reject"):
        assert client.post(path, {"ref": ref}).status_code == 403
    assert client.post("/accounts/mark", SHARED | {"ref": ref}).status_code == 403
    assert client.post(f"/accounts/{ref}/undo").status_code in (403, 404, 409)


def test_an_admin_sets_and_removes_a_domain(client_of):
    client = client_of("ada")
    refused = client.post("/settings/linking", {"name": "mail.example"})
    assert refused.status_code == 422
    client.post("/settings/linking", {"name": "Mail.example", "ignores_tags": "on"})
    domain = LinkingDomain.objects.get()
    page = client.get("/settings/linking").content.decode()
    assert "mail.example" in page
    client.post(f"/settings/linking/{domain.ref}/remove")
    assert not LinkingDomain.objects.exists()


def test_an_access_manager_reads_the_settings_and_changes_none(client_of):
    client = client_of("mara")
    assert "Set this domain" not in client.get("/settings/linking").content.decode()
    data = {"name": "mail.example", "ignores_tags": "on"}
    assert client.post("/settings/linking", data).status_code == 403
