from __future__ import annotations

import json
import stat

import pytest

from tenure.audit.models import AuditEvent
from tenure.audit.sealing import head, seal_once
from tenure.audit.tests.trail import leave
from tenure.cli import main
from tenure.cli.output import state

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenure(capsys, monkeypatch):
    """Runs one command line; gives exit code and what was said."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main(list(words))
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    return run


def test_list_shows_the_newest_events(tenure):
    leave(3)
    code, out, _ = tenure("audit", "list", "--limit", "2", "--json")
    document = json.loads(out)
    assert (code, len(document["events"]), document["more"]) == (0, 2, True)
    assert document["events"][0]["actor"] == "Ada Lindqvist"
    code, out, _ = tenure("audit", "list")
    assert code == 0
    assert out.count("exported the audit log") == 3


def test_list_filters_by_time(tenure):
    leave(1)
    assert json.loads(tenure("audit", "list", "--until", "2020-01-01", "--json")[1])["events"] == []
    assert len(json.loads(tenure("audit", "list", "--until", "now", "--json")[1])["events"]) == 1


@pytest.mark.parametrize("when", ["yesterday", "2026-11-30T09:00:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_cannot_be_read_is_refused_in_one_sentence(tenure, when):
    code, out, err = tenure("audit", "list", "--since", when)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_verify_says_whole_and_gives_the_head(tenure):
    leave(2)
    seal_once()
    code, out, _ = tenure("audit", "verify", "--json")
    assert code == 0
    assert json.loads(out) == {
        "ok": True,
        "sealed": 2,
        "unsealed": 0,
        "head": str(head()),
        "first_bad_seq": None,
        "reason": "",
    }
    assert tenure("audit", "verify", "--head", str(head()))[0] == 0


def test_verify_names_the_first_bad_seq_and_exits_1(guards_lifted, tenure):
    leave(3)
    seal_once()
    AuditEvent.objects.filter(seal__seq__gte=2).update(verb="x.y")
    code, out, _ = tenure("audit", "verify")
    assert (code, "seq 2" in out) == (1, True)
    code, out, _ = tenure("audit", "verify", "--json")
    assert (code, json.loads(out)["first_bad_seq"]) == (1, 2)


def test_something_that_is_no_head_is_refused(tenure):
    code, _, err = tenure("audit", "verify", "--head", "abc")
    assert (code, "--head" in err) == (2, True)


def test_export_writes_a_private_file_and_is_recorded(tenure, tmp_path):
    leave(2)
    seal_once()
    file = tmp_path / "log.jsonl"
    code, out, _ = tenure("audit", "export", "-o", str(file), "--json")
    document = json.loads(out)
    lines = file.read_text().splitlines()
    assert (code, document["events"], document["head"]) == (0, len(lines), str(head()))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    event = AuditEvent.objects.latest("id")
    assert (event.verb, event.actor_kind) == ("audit_log.exported", "system")
    assert [json.loads(line)["sealed"]["seq"] for line in lines[:2]] == [1, 2]


def test_an_export_that_cannot_be_written_leaves_no_half_file(tenure, tmp_path):
    code, _, err = tenure("audit", "export", "-o", str(tmp_path / "missing" / "log.jsonl"))
    assert (code, "cannot be written" in err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_an_export_to_no_file_at_all_is_refused_in_one_sentence(tenure):
    code, out, err = tenure("audit", "export", "--output", "")
    assert (code, out, err) == (2, "", "Name the file to write with --output FILE.\n")
