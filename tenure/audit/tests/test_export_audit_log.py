from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from tenure.audit.models import AuditEvent, AuditText
from tenure.audit.operations.export_audit_log import export_audit_log
from tenure.audit.queries import EventFilter
from tenure.audit.sealing import head, seal_once
from tenure.audit.tests.trail import leave
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_taking_the_log_away_is_itself_recorded():
    since = datetime(2026, 11, 1, tzinfo=UTC)
    chosen = EventFilter(actor="Lindqvist", subject="account", since=since)
    export_audit_log(actor=actor_of("aud"), chosen=chosen)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor_id) == ("audit_log.exported", actor_of("aud").id)
    assert event.detail == {
        "subject_filter": "account",
        "verb_filter": "",
        "since": "2026-11-01T00:00:00.000Z",
        "until": None,
    }
    assert AuditText.objects.get(field="actor_filter").text == "Lindqvist"


def test_whoever_may_not_see_it_takes_nothing_and_leaves_no_event():
    with pytest.raises(NotAllowed):
        export_audit_log(actor=actor_of("hugo"))
    assert not AuditEvent.objects.exists()


def test_anyone_can_recompute_the_chain_from_the_export():
    leave(3, text={"reason": "Zoë said “yes”\n"}, connection="c-1")
    seal_once()
    lines = [json.loads(line) for line in export_audit_log(actor=actor_of("ada"))]
    prev = "0" * 64
    for line in lines[:3]:
        covered = json.dumps(
            line["sealed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        prev_seen, prev = line["prev"], hashlib.sha256((prev + covered).encode()).hexdigest()
        assert line["hash"] == prev
        assert prev_seen != prev
        for field, text in line["texts"].items():
            salted = (text["salt"] + text["text"]).encode()
            assert line["sealed"]["digests"][field] == hashlib.sha256(salted).hexdigest()
    assert prev == head().hash


@pytest.mark.skipif(not shutil.which("jq"), reason="the shell recipe needs jq")
def test_the_shell_recipe_of_the_documentation_works(tmp_path):
    leave(2, text={"reason": "Zoë"})
    seal_once()
    line = tmp_path / "line.json"
    line.write_bytes(list(export_audit_log(actor=actor_of("ada")))[1])
    recipe = (
        'printf "%s%s" "$(jq -r .prev line.json)" "$(jq -cS .sealed line.json)"'
        " | sha256sum | cut -d' ' -f1"
    )
    bash = shutil.which("bash")
    shell = subprocess.run(  # noqa: S603 - the recipe above
        [bash, "-c", recipe], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert shell.stdout.strip() == json.loads(line.read_text())["hash"]
