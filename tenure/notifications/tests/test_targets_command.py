from __future__ import annotations

import io
import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.notifications.models import OutboxMessage, Target

pytestmark = pytest.mark.django_db
URL = "jsons://hooks.halden.example/s3cr3t"
ADD = ("targets", "add", "--name", "#access", "--topic", "key_expired")


@pytest.fixture
def tenure(capsys, monkeypatch):
    """`tenure("targets", "list")`: exit code and everything that was said."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{URL}\n"))

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main([*arguments])
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out + printed.err

    return run


def test_a_target_is_added_tried_listed_and_removed_and_its_address_never_said(tenure):
    assert tenure("targets", "list") == (
        0,
        "No targets; add one with: tenure targets add --help\n",
    )
    code, said = tenure(*ADD, "--url-stdin")
    target = Target.objects.get()
    assert (code, target.topics) == (0, ["key_expired"])
    code, more = tenure("targets", "test", str(target.ref))
    assert (code, OutboxMessage.objects.filter(kind="target_test").count()) == (0, 1)
    code, listed = tenure("targets", "list", "--json")
    assert json.loads(listed)["data"][0]["host_ends"] == "…halden.example"
    code, last = tenure("targets", "remove", str(target.ref))
    assert "its address is wiped" in last
    assert "s3cr3t" not in said + more + listed + last
    assert json.loads(tenure("targets", "list", "--json")[1]) == {"data": []}


def test_what_cannot_be_is_refused_in_a_sentence(tenure, tmp_path):
    code, said = tenure(*ADD)
    assert (code, "--url-file FILE or by --url-stdin" in said) == (2, True)
    (tmp_path / "address").write_text("https://nowhere")
    code, said = tenure(*ADD, "--url-file", str(tmp_path / "address"))
    assert (code, Target.objects.count()) == (2, 0)
    code, said = tenure("targets", "remove", "nonsense")
    assert (code, "no such target" in said) == (2, True)
