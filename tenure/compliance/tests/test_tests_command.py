"""`tenure tests` and `tenure findings`, as they are typed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.lib.clock import now
from tenure.testing.cast import user_of
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_people_source,
    make_person,
)
from tenure.users.actors import actor_of_user
from tenure.users.operations.create_token import create_token

pytestmark = pytest.mark.django_db
OF_REQUESTS = ("access-approved", "granted-as-approved", "temporary-access-ended")
LATELY = {"last_active_at": now() - timedelta(days=1), "last_active_source": "user_record"}


@pytest.fixture
def tenure(capsys, monkeypatch):
    """`tenure("tests", "list")`: the exit code and the JSON document."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", *words])
        return ended.value.code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def organization():
    make_people_source()
    connection = make_connection()
    make_account(connection, person=make_person(), **LATELY)
    return connection


def test_each_test_says_its_state_coverage_and_counts(tenure, organization):
    code, said = tenure("tests", "run")
    assert code == 0
    for test in said["tests"]:
        assert {"slug", "state", "coverage", "findings", "overdue"} <= set(test)
        # One person is too few to ask how many of them are owners; the rest never happened.
        nothing_to_ask = ("owners-few", "removed-access-stays-removed", *OF_REQUESTS)
        state_of_it = "not_applicable" if test["slug"] in nothing_to_ask else "ok"
        assert (test["state"], test["findings"], test["overdue"]) == (state_of_it, 0, 0)
    said_of = {test["slug"]: test["coverage"] for test in said["tests"]}
    assert (said_of["accounts-linked"]["of"], said_of["accounts-linked"]["judged"]) == (1, 1)
    assert tenure("tests", "list") == (0, said)


def test_without_data_nothing_is_ok_and_asking_ends_with_1(tenure):
    code, said = tenure("tests", "run")
    assert code == 1
    assert {test["state"] for test in said["tests"]} == {"invalid"}
    assert tenure("tests", "run", "--fail-on", "overdue")[0] == 1


def test_the_code_follows_what_was_asked_to_fail_on(tenure, organization):
    make_account(organization, began_at=now(), **LATELY)
    assert tenure("tests", "run", "--fail-on", "overdue")[0] == 0
    assert tenure("tests", "run")[0] == 1
    left = now().date() - timedelta(days=9)
    make_account(organization, person=make_person(ends_on=left), **LATELY)
    only = ("--test", "leavers-deprovisioned")
    code, said = tenure("tests", "run", "--fail-on", "overdue", *only)
    (test,) = said["tests"]
    assert (code, test["findings"], test["overdue"]) == (1, 1, 1)


def test_a_finding_can_be_listed_and_shown_with_its_inputs(tenure, organization):
    make_account(organization)
    tenure("tests", "run")
    code, listed = tenure("findings", "list")
    (finding,) = listed["data"]
    assert (code, finding["test"], finding["state"]) == (0, "accounts-linked", "open")
    code, shown = tenure("findings", "show", finding["ref"])
    assert code == 0
    assert "Address" in {given["name"] for given in shown["why"]["inputs"]}


@pytest.mark.parametrize("ref", ["abc", "019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"])
def test_what_is_no_finding_is_refused_in_one_sentence(tenure, ref):
    code, said = tenure("findings", "show", ref)
    assert (code, said["status"]) == (2, 404)
    assert said["title"] == "There is no such finding, or it is not yours to see."


def test_a_finding_is_exempted_and_says_so(tenure, organization):
    make_account(organization)
    tenure("tests", "run")
    (finding,) = tenure("findings", "list")[1]["data"]
    until = (now().date() + timedelta(days=5)).isoformat()
    words = ("--reason", "A pilot", "--until", until, "--kind", "break_glass")
    code, said = tenure("findings", "exempt", finding["ref"], *words)
    assert (code, said["state"]) == (0, "exempted")
    assert (said["exemption"]["kind"], said["exemption"]["until"]) == ("break_glass", until)
    assert tenure("findings", "list")[1]["data"] == []
    (listed,) = tenure("findings", "list", "--exempted")[1]["data"]
    assert listed["ref"] == finding["ref"]
    _, shown = tenure("findings", "show", finding["ref"])
    assert [one["reason"] for one in shown["exemptions"]] == ["A pilot"]
    code, said = tenure("findings", "exempt", finding["ref"], *words)
    assert (code, said["status"]) == (2, 409)
    assert tenure("tests", "run")[0] == 0


def test_an_exemption_in_the_past_is_refused(tenure, organization):
    make_account(organization)
    tenure("tests", "run")
    (finding,) = tenure("findings", "list")[1]["data"]
    words = ("--reason", "A pilot", "--until", "2020-01-01")
    code, said = tenure("findings", "exempt", finding["ref"], *words)
    assert (code, said["title"]) == (2, "Let the last day be today or later.")


def test_a_finding_shows_a_sentence_and_its_verdict(tenure, organization):
    make_account(organization)
    tenure("tests", "run")
    (finding,) = tenure("findings", "list")[1]["data"]
    _, shown = tenure("findings", "show", finding["ref"])
    assert shown["verdict"] == "failing"
    assert "belongs to nobody we know" in shown["sentence"]


def test_whoever_exempts_once_there_is_an_admin_gives_their_token(
    tenure, organization, monkeypatch, tmp_path
):
    make_account(organization)
    tenure("tests", "run")
    (finding,) = tenure("findings", "list")[1]["data"]
    user_of("ada")
    until = (now().date() + timedelta(days=5)).isoformat()
    exempt = ("findings", "exempt", finding["ref"], "--reason", "A pilot", "--until", until)
    code, said = tenure(*exempt)
    assert (code, said["status"]) == (2, 403)
    assert "in TENURE_TOKEN" in said["title"]
    monkeypatch.setenv("TENURE_TOKEN", "tenure_nonsense")
    code, said = tenure(*exempt)
    assert (code, said["status"]) == (2, 403)
    assert "nonsense" not in said["title"]
    mara = actor_of_user(user_of("mara"))
    secret = create_token(name="shell", scopes=["findings:write"], actor=mara)[1]
    (tmp_path / "token").write_text(f"{secret}\n")
    monkeypatch.setenv("TENURE_TOKEN_FILE", str(tmp_path / "token"))
    code, said = tenure(*exempt)
    assert (code, said["exemption"]["by"]) == (0, "Mara Okafor (shell)")
