"""`tenure reviews`, as it is typed; it needs no server."""

from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.reviews.models import Campaign
from tenure.testing.factories import make_account, make_connection, make_person

pytestmark = pytest.mark.django_db(transaction=True)
DUE = ("--due", "2099-12-31")


@pytest.fixture
def tenure(capsys, monkeypatch):
    """`tenure("reviews", …)`: the exit code and the JSON document."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", "reviews", *words])
        return ended.value.code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def connection():
    connection = make_connection(name="OpenAI")
    make_account(connection, person=make_person("Hugo Castell"))
    make_person("Rita Novak", email="rita@halden.example")
    return connection


def test_from_the_draft_to_the_reviewers(tenure, connection, tmp_path, settings):
    settings.TENURE_HOME = tmp_path / "home"
    said = ("--title", "Q4", "--connection", "openai", "--reviewer", "rita@halden.example", *DUE)
    code, made = tenure("create", *said)
    assert (code, made["state"], made["rule"]) == (0, "draft", "named")
    assert made["due_at"] == "2099-12-31T23:59:59.000Z"
    code, staged = tenure("stage", "q4")
    assert (code, staged["state"], staged["items"]) == (0, "staged", 1)
    assert len(staged["snapshot"]["sha256"]) == 64
    assert tenure("open", made["ref"])[1]["state"] == "open"
    bundle = tmp_path / "q4.zip"
    code, written = tenure("export", "Q4", "-o", str(bundle))
    assert (code, written["kind"], bundle.read_bytes()[:2]) == (0, "review", b"PK")
    (reviewer,) = tenure("status", "Q4")[1]["results"]["reviewers"]
    assert (reviewer["name"], reviewer["items"], reviewer["decided"]) == ("Rita Novak", 1, 0)
    assert tenure("remind", "Q4") == (0, {"reminded": 1})
    code, refused = tenure("close", "Q4")
    assert code == 2
    assert "1 items are not submitted yet" in refused["title"]
    assert [one["title"] for one in tenure("list", "--show", "running")[1]["data"]] == ["Q4"]
    assert tenure("cancel", "Q4", "--reason", "Too early")[1]["state"] == "cancelled"


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (("--due", "soon"), "YYYY-MM-DD"),
        (("--due", "2001-01-01"), "due on a day to come"),
        ((*DUE, "--scope", "some"), "as scope"),
        ((*DUE, "--reviewer", "nobody@halden.example"), "Nobody has the e-mail"),
        ((*DUE, "--every", "always"), "is no recurrence"),
    ],
)
def test_bad_input_gets_one_sentence(tenure, connection, more, what):
    code, refused = tenure("create", "--title", "Q4", "--connection", "OpenAI", *more)
    assert code != 0
    assert what in refused["title"]
    assert not Campaign.objects.exists()
