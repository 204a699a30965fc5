"""`tenure sync`, as it is typed: it needs no server, because it does the work itself."""

from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.inventory.models import Account, AccountLink, SyncRun
from tenure.inventory.tests.conftest import ADMIN_KEYS, ALL, INVITES, MEMBERS, PROJECTS, USERS
from tenure.jobs.models import Job
from tenure.testing.cast import user_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenure(capsys, monkeypatch):
    """`tenure("sync", …)`: the exit code and the JSON document."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", *words])
        return ended.value.code, json.loads(capsys.readouterr().out)

    return run


def test_it_reads_and_says_what_it_read_and_then_that_nothing_changed(tenure, connection):
    code, said = tenure("sync", "openai")
    run = said["run"]
    assert (code, said["connection"], run["status"]) == (0, "OpenAI", "complete")
    assert (run["pages"], run["requests"], run["added"]) == (38, 38, ALL)
    assert [(c["name"].partition(":")[0], c["state"], c["rows"]) for c in run["collections"]] == [
        ("users", "complete", USERS),
        ("invites", "complete", INVITES),
        ("projects", "complete", PROJECTS),
        ("groups", "complete", 0),
        ("roles", "complete", 2),
        ("admin_keys", "complete", ADMIN_KEYS),
        ("identity_providers", "complete", 0),
        ("usage", "complete", 0),
        ("costs", "complete", 0),
        ("project_users", "complete", MEMBERS),
        ("project_groups", "complete", 0),
        ("project_roles", "complete", 3),
        ("service_accounts", "complete", 0),
        ("project_keys", "complete", 0),
    ]
    assert run["duration_s"] > 0
    code, said = tenure("sync")
    run = said["run"]
    assert (code, run["added"], run["changed"], run["ended"]) == (0, 0, 0, 0)
    assert not Job.objects.filter(state__in=["queued", "running"]).exists()


def test_a_sync_that_is_held_or_partial_is_not_ok_and_one_that_reached_nobody_is_worse(
    tenure, openai, connection
):
    tenure("sync")
    openai.faults(users_empty=True)
    code, said = tenure("sync")
    assert (code, said["run"]["status"], said["run"]["would_end"]) == (1, "held", USERS)
    openai.clear_faults()
    openai.faults(page_null_cursor="on@users#1")
    assert tenure("sync")[0] == 1
    openai.clear_faults()
    openai.faults(revoked="all")
    code, said = tenure("sync")
    assert (code, said["run"]["status"]) == (3, "failed")
    assert said["run"]["reason"]


def test_a_known_unavailable_collection_alone_is_ok(tenure, openai, connection):
    openai.faults(missing_scope="invites")
    code, said = tenure("sync")
    assert (code, said["run"]["collections"][1]["state"]) == (0, "unavailable")


def test_not_waiting_leaves_the_work_to_a_worker(tenure, connection):
    code, said = tenure("sync", "--no-wait")
    assert (code, said["run"]["status"]) == (0, "queued")
    assert not Account.objects.exists()
    assert SyncRun.objects.count() == 1


def test_what_nobody_has_connected_cannot_be_read(tenure, db):
    code, said = tenure("sync")
    assert (code, said["title"][:27]) == (2, "Nothing is connected yet; s")
    assert tenure("sync", "nowhere")[0] == 2


def test_where_everything_is_paused_it_does_not_say_that_nothing_is_connected(tenure, connection):
    connection.state = "paused"
    connection.save(update_fields=["state"])
    code, said = tenure("sync")
    assert (code, said["title"].startswith("No connection is active")) == (2, True)


def test_releasing_is_refused_to_the_local_operator_once_there_is_an_admin(
    tenure, openai, connection
):
    tenure("sync")
    openai.faults(users_lost=0.5)
    held = tenure("sync")[1]["run"]
    user_of("ada")
    assert tenure("sync", "release", held["ref"])[0] == 2
    assert tenure("sync", "release", "not-a-ref")[0] == 2
    user_of("ada").role_assignments.all().delete()
    code, said = tenure("sync", "release", held["ref"])
    assert (code, said["run"]["ended"]) == (0, held["would_end"])
    assert AccountLink.objects.count() == 0


def test_a_person_sees_the_plan_and_one_line_a_kind(connection, capsys, monkeypatch):
    monkeypatch.setattr(state, "json", False)
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            main(["sync", "openai"])
        assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "OpenAI: Planned: ≈ 13 requests." in said
    assert "Planned: ≈ 13 requests. Sent: 13 requests in " in said
    assert "Members of projects" in said
    assert "1 of 1 read" in said
