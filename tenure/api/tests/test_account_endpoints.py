"""What accounts are, whose several of them are, and taking it back, by API."""

from __future__ import annotations

import pytest

from tenure.inventory.models import AccountLink
from tenure.testing.factories import (
    link,
    make_account,
    make_connection,
    make_people_source,
    make_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(program_of):
    return program_of("mara")


@pytest.fixture
def connection(db):
    make_people_source()
    return make_connection()


def test_an_account_is_marked_and_the_word_is_taken_back(mara, connection):
    owner, backup = make_person("Ada Berg"), make_person("Bo Lund")
    path = f"/accounts/{make_account(connection, person=make_person()).ref}"
    said = {"kind": "service", "owner": owner.email, "purpose": "nightly export"}
    refused = mara.post(f"{path}/mark", said)
    assert (refused.status_code, refused.document["field"]) == (400, "backup_owner")
    said |= {"backup_owner": backup.email, "review_on": "2199-01-31"}
    marked = mara.post(f"{path}/mark", said).document
    assert (marked["kind"], marked["link"], marked["person"]) == ("service", None, None)
    assert marked["ownership"]["review_on"] == "2199-01-31"
    assert marked["ownership"]["owner"] == {"ref": str(owner.ref), "name": "Ada Berg"}
    undone = mara.post(f"{path}/undo").document
    assert (undone["kind"], undone["link"], undone["ownership"]) == ("person", "linked", None)
    assert mara.post(f"{path}/undo").status_code == 409


def test_several_accounts_are_marked_together_or_not_at_all(mara, connection):
    refs = [str(make_account(connection).ref) for _ in range(2)]
    said = {"is_break_glass": True, "owner": make_person().email, "reason": "for emergencies"}
    unknown = "00000000-0000-7000-8000-000000000000"
    assert mara.post("/accounts/mark", {"accounts": [*refs, unknown], **said}).status_code == 404
    assert not any(row["is_break_glass"] for row in mara.get("/accounts").document["data"])
    marked = mara.post("/accounts/mark", {"accounts": refs, **said}).document["data"]
    assert [row["is_break_glass"] for row in marked] == [True, True]


def test_several_accounts_are_linked_to_one_person(mara, connection):
    person = make_person()
    refs = [str(make_account(connection).ref) for _ in range(2)]
    answer = mara.post("/accounts/link", {"accounts": refs, "person": person.email})
    assert {row["person"]["ref"] for row in answer.document["data"]} == {str(person.ref)}
    assert AccountLink.objects.filter(person=person, state="confirmed").count() == 2


@pytest.mark.parametrize(("verb", "state"), [("confirm", "confirmed"), ("reject", "rejected")])
def test_several_suggestions_are_decided_once(mara, connection, verb, state):
    waiting = [link(make_account(connection), make_person(), state="proposed") for _ in range(2)]
    asked = {"suggestions": [str(one.ref) for one in waiting]}
    decided = mara.post(f"/link-suggestions/{verb}", asked).document["data"]
    assert {one["state"] for one in decided} == {state}
    assert mara.post(f"/link-suggestions/{verb}", asked).status_code == 409


def test_an_admin_says_which_domains_ignore_a_part_of_their_addresses(mara, program_of):
    ada, said = program_of("ada"), {"name": "@Mail.Example", "ignores_dots": True}
    assert mara.post("/linking-domains", said).status_code == 403
    (made,) = ada.post("/linking-domains", said).document["data"]
    assert (made["name"], made["ignores_tags"], made["ignores_dots"]) == (
        "mail.example",
        False,
        True,
    )
    assert mara.get("/linking-domains").document["data"] == [made]
    assert ada.post(f"/linking-domains/{made['ref']}/remove").document["data"] == []
