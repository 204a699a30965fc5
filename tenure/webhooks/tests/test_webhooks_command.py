from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.webhooks.models import WebhookEndpoint
from tenure.webhooks.tests.conftest import happen, only_delivery

pytestmark = pytest.mark.django_db
URL = "https://hooks.halden.example/tenure"


@pytest.fixture
def tenure(capsys, monkeypatch):
    """`tenure("webhooks", "list")`: exit code and everything that was said."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main(["webhooks", *arguments])
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out + printed.err

    return run


def test_one_is_added_listed_tried_switched_and_removed(tenure):
    assert "No endpoints" in tenure("list")[1]
    code, said = tenure("add", "--name", "Ticketing", "--url", URL, "--type", "operation.*")
    endpoint = WebhookEndpoint.objects.get()
    assert code == 0
    assert "whsec_" in said
    code, said = tenure("list", "--json")
    assert json.loads(said)["data"][0] == {
        "ref": str(endpoint.ref),
        "name": "Ticketing",
        "url": URL,
        "types": ["operation.*"],
        "state": "on",
        "reason": "",
    }
    assert "Ticketing" in tenure("list")[1]
    assert tenure("test", str(endpoint.ref))[0] == 0
    assert only_delivery().event.type == "webhook.test"
    assert "is off" in tenure("switch", str(endpoint.ref), "--off")[1]
    assert tenure("test", str(endpoint.ref))[0] != 0
    assert "with its secret" in tenure("remove", str(endpoint.ref))[1]
    assert not WebhookEndpoint.objects.exists()


def test_events_are_read_page_by_page(tenure):
    assert tenure("events") == (0, "No events.\n")
    first = happen("operation.failed")[0]
    happen("operation.verified")
    _, said = tenure("events", "--limit", "1", "--json")
    page = json.loads(said)
    assert page["data"][0]["ref"] == str(first.ref)
    _, said = tenure("events", "--limit", "1", "--json", "--cursor", page["page"]["next"])
    assert [one["type"] for one in json.loads(said)["data"]] == ["operation.verified"]
    _, said = tenure("events", "--subject", str(first.subject_ref))
    assert "operation.failed" in said
    assert "operation.verified" not in said


def test_nonsense_is_refused_in_a_sentence(tenure):
    code, said = tenure("add", "--name", "T", "--url", "http://x.example", "--type", "*")
    assert code != 0
    assert "https://" in said
    code, said = tenure("add", "--name", "T", "--url", URL, "--type", "weather.*")
    assert code != 0
    assert "There is no type weather.*" in said
