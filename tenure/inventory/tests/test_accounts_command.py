"""`tenure accounts`, through the command line itself."""

from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.inventory.models import SyncRun
from tenure.inventory.tests.company import account_of
from tenure.testing.factories import make_account, make_connection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]

KEYS = {
    "ref",
    "external_id",
    "email",
    "name",
    "kind",
    "status",
    "link",
    "person",
    "role",
    "last_activity",
}


@pytest.fixture
def tenure(capsys, monkeypatch):
    """Runs one command line; gives the exit code and the document or the words."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main(["accounts", *words])
        said = capsys.readouterr()
        return left.value.code, json.loads(said.out) if "--json" in words else said.out + said.err

    return run


def ids(document) -> set[str]:
    return {one["external_id"].removeprefix("user-") for one in document["data"]}


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        ((), {"mei", "hugo", "priya", "noor", "lena", "uma", "tomas", "labs", "robot"}),
        (("--unlinked",), {"uma", "tomas", "labs"}),
        (("--leavers",), {"hugo", "noor"}),
        (("--kind", "service"), {"robot"}),
        (("--connection", "openai", "--leavers"), {"hugo", "noor"}),
    ],
)
def test_list_keeps_its_contract_and_its_filters(tenure, flags, found):
    code, document = tenure("list", *flags, "--json")
    assert code == 0
    assert ids(document) == found
    assert all(set(one) >= KEYS for one in document["data"])


def test_list_says_how_each_is_tied(tenure):
    _, document = tenure("list", "--json")
    tied = {one["external_id"]: (one["link"], one["person"]) for one in document["data"]}
    assert tied["user-priya"] == ("linked", "priya@halden.example")
    assert tied["user-tomas"] == ("suggested", None)
    assert tied["user-labs"] == ("unlinked", None)
    assert tied["user-robot"] == (None, None)


def test_in_words_it_is_a_table(tenure):
    code, words = tenure("list", "--leavers")
    assert code == 0
    assert "former" in words
    assert str(account_of("hugo").ref) in words
    assert tenure("list", "--kind", "shared") == (0, "No such accounts.\n")


def test_show_link_and_unlink_print_the_account_as_it_is_then(tenure):
    ref = str(account_of("labs").ref)
    assert tenure("show", ref, "--json")[1]["link"] == "unlinked"
    code, document = tenure("link", ref, "--person", "ZED@halden.example", "--json")
    assert (code, document["link"], document["person"]) == (0, "linked", "zed@halden.example")
    code, document = tenure("unlink", ref, "--reason", "It is shared", "--json")
    assert (code, document["link"]) == (0, "unlinked")
    assert [event["what"] for event in document["history"]] == [
        "Not a match: Zed Olsen",
        "No longer linked to Zed Olsen",
        "Linked to Zed Olsen",
        "Account appeared",
        "Member of Sandbox",
    ]


def test_suggestions_are_listed_and_accepted(tenure):
    _, document = tenure("suggestions", "--json")
    refs = {one["email"].partition("@")[0]: one["ref"] for one in document["data"]}
    assert set(refs) == {"uma", "tomas"}
    code, document = tenure("suggestions", "--accept", refs["tomas"], "--json")
    assert code == 0
    assert [one["person"] for one in document["accepted"]] == ["tomas@halden.example"]
    assert [one["email"] for one in document["data"]] == ["uma@halden.example"]


def test_of_several_all_are_accepted_or_none(tenure):
    _, document = tenure("suggestions", "--json")
    good = document["data"][0]["ref"]
    code, words = tenure("suggestions", "--accept", good, "--accept", "nonsense")
    assert code == 2
    assert "no such suggestion" in words
    assert len(tenure("suggestions", "--json")[1]["data"]) == 2


def test_suggestions_are_rejected_for_good(tenure):
    _, document = tenure("suggestions", "--json")
    chosen = [word for one in document["data"] for word in ("--reject", one["ref"])]
    _, document = tenure("suggestions", *chosen, "--json")
    assert (len(document["rejected"]), document["data"]) == (2, [])


MARKS = {
    "external": ("--sponsor", "mei@halden.example", "--until", "2099-12-31"),
    "service": (
        *("--owner", "mei@halden.example", "--backup", "lena@halden.example"),
        *("--purpose", "Nightly ingest", "--review", "2099-12-31"),
    ),
    "shared": ("--owner", "mei@halden.example", "--reason", "A desk used by many"),
    "person": (),
}


@pytest.mark.parametrize("kind", MARKS)
def test_mark_says_what_it_is_and_undo_takes_it_back(tenure, kind):
    ref = str(account_of("priya").ref)
    code, document = tenure("mark", ref, "--kind", kind, *MARKS[kind], "--json")
    assert (code, document["kind"]) == (0, kind)
    assert document["link"] == ("linked" if kind in ("person", "external") else None)
    code, document = tenure("undo", ref, "--json")
    assert (code, document["kind"], document["link"]) == (0, "person", "linked")


def test_break_glass_is_marked_beside_the_kind(tenure):
    ref = str(account_of("labs").ref)
    words = ("--break-glass", "--owner", "mei@halden.example", "--reason", "When sign-in is down")
    code, document = tenure("mark", ref, *words, "--json")
    assert (code, document["kind"], document["break_glass"]) == (0, "person", True)
    assert (document["owner"], document["reason"]) == ("mei@halden.example", "When sign-in is down")
    assert tenure("mark", ref, "--no-break-glass", "--json")[1]["break_glass"] is False


def test_of_several_all_are_marked(tenure):
    chosen = [str(account_of(name).ref) for name in ("labs", "priya")]
    code, document = tenure("mark", *chosen, "--kind", "shared", *MARKS["shared"], "--json")
    assert (code, {one["kind"] for one in document["data"]}) == (0, {"shared"})


def test_explain_tells_every_link(tenure):
    ref = str(account_of("mei").ref)
    tenure("link", ref, "--person", "zed@halden.example", "--reason", "She told us")
    _, document = tenure("explain", ref, "--json")
    assert [(one["state"], one["person"], one["confidence"]) for one in document["links"]] == [
        ("confirmed", "Zed Olsen", "certain"),
        ("ended", "Mei Tanaka", "high"),
    ]
    assert document["links"][0]["reason"] == "She told us"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "nonsense"), "There is no such account"),
        (("mark", "nonsense", "--kind", "person"), "There is no such account"),
        (("undo", "nonsense"), "There is no such account"),
        (("mark", "nonsense", "--until", "soon"), "soon is no day"),
        (("mark", "nonsense", "--review", "soon"), "soon is no day"),
        (("list", "--connection", "nowhere"), "There is no such connection"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_2(tenure, words, sentence):
    code, said = tenure(*words)
    assert code == 2
    assert sentence in said


def test_show_says_what_it_can_do_and_by_which_path(tenure):
    code, document = tenure("show", str(account_of("mei").ref), "--json")
    assert (code, [(one["entitlement"], one["path"]) for one in document["access"]]) == (
        0,
        [
            ("owner of the organization", "direct"),
            ("owner of 3 projects", "organization owner"),
            ("member of Search", "direct"),
        ],
    )
    assert "Member of Search" in [event["what"] for event in document["history"]]
    assert "owner of the organization" in tenure("show", str(account_of("mei").ref))[1]
    assert tenure("show", str(account_of("olga").ref), "--json")[1]["access"] == []


def test_explain_names_the_list_the_run_and_the_record_without_keys(tenure):
    code, document = tenure("explain", str(account_of("hugo").ref), "--json")
    assert (code, document["list"], document["since_known"]) == (
        0,
        "users",
        "The provider's own time",
    )
    assert document["run"] == str(SyncRun.objects.latest("id").ref)
    assert (document["person"], document["linked_by"]) == ("Hugo Castellanos", "exact work e-mail")
    assert document["record"]["id"] == "user-hugo"
    assert "abcdefghij" not in json.dumps(document)
    words = tenure("explain", str(account_of("hugo").ref))[1]
    assert '"id": "user-hugo"' in words
    assert "abcdefghij" not in words


def test_an_account_is_shown_by_its_e_mail_where_no_other_has_it(tenure):
    mei = account_of("mei")
    code, document = tenure("show", mei.email.upper(), "--json")
    assert (code, document["ref"]) == (0, str(mei.ref))
    assert tenure("explain", mei.email, "--json")[0] == 0
    code, said = tenure("show", "nobody@halden.example")
    assert (code, "No account has the e-mail nobody@halden.example" in said) == (2, True)


def test_of_two_with_one_e_mail_it_asks_for_the_ref(tenure):
    mei = account_of("mei")
    other = make_account(make_connection(), email=mei.email)
    code, said = tenure("show", mei.email)
    assert code == 2
    assert "name one by the ref" in said
    assert str(mei.ref) in said
    assert str(other.ref) in said
    code, document = tenure("show", str(other.ref), "--json")
    assert (code, document["ref"]) == (0, str(other.ref))
