"""Running Tenure as its users do: words, documents, exit codes."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tenure.cli.serve import _reachable
from tenure.supervisor.claims import claim_home
from tenure.testing.preloaded import Preloaded

SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"


@pytest.fixture(scope="module")
def _clean():
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("TENURE_DATABASE_URL", "TENURE_LOG_LEVEL")
    }


@pytest.fixture(scope="module")
def _preloaded(_clean):
    preloaded = Preloaded(_clean)
    yield preloaded
    preloaded.stop()


@pytest.fixture
def tenure(_preloaded, _clean, tmp_path):
    """Run `tenure` in a fresh home, outside this process."""

    def run(*arguments, **environment):
        given = {**_clean, "TENURE_HOME": str(tmp_path / "home"), **environment}
        code, out, err = _preloaded.run(*arguments, cwd=Path.cwd(), environment=given)
        return CompletedProcess(arguments, code, out, err)

    return run


def test_config_shows_where_each_setting_comes_from_and_no_secret(tenure, tmp_path):
    key = tmp_path / "key"
    key.write_text(SECRET)
    finished = tenure(
        "config",
        "--json",
        TENURE_SECRET_KEY_FILE=str(key),
        TENURE_DATABASE_URL="postgresql://u:hunter2@h/n",
        TENURE_TIME_ZONE="Europe/Berlin",
    )
    assert finished.returncode == 0
    shown = {entry["name"]: entry for entry in json.loads(finished.stdout)["settings"]}
    assert shown["TENURE_TIME_ZONE"]["value"] == "Europe/Berlin"
    assert shown["TENURE_TIME_ZONE"]["source"] == "environment"
    assert shown["TENURE_SECRET_KEY"]["value"] == "set"
    assert shown["TENURE_SECRET_KEY"]["source"] == f"file {key}"
    assert shown["TENURE_LOG_JSON"]["source"] == "default"
    assert (shown["TENURE_LOG_LEVEL"]["value"], shown["TENURE_LOG_LEVEL"]["source"]) == (
        "INFO", "default",
    )  # fmt: skip
    assert all(entry["help"] for entry in shown.values())
    assert SECRET[:12] not in finished.stdout
    assert "hunter2" not in finished.stdout


def test_config_in_words_holds_whole_names(tenure):
    finished = tenure("config")
    assert "TENURE_PROVIDER_HOSTS_ALLOW = " in finished.stdout
    assert "[default]" in finished.stdout


def test_a_setting_that_makes_no_sense_is_one_sentence(tenure):
    finished = tenure("config", TENURE_DEBUG="perhaps")
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == "TENURE_DEBUG is not usable: 'perhaps' is neither on nor off.\n"


def test_migrate_brings_an_empty_home_up_to_date_and_then_has_nothing_to_do(tenure):
    first = tenure("migrate", "--json")
    assert first.returncode == 0, first.stderr
    assert "jobs.0001_initial" in json.loads(first.stdout)["applied"]
    again = tenure("migrate")
    assert again.stdout.startswith("The database is up to date.")


def test_a_worker_refuses_a_database_that_was_not_migrated(tenure):
    finished = tenure("worker")
    assert finished.returncode == 2
    assert "run: tenure migrate" in finished.stderr


@pytest.mark.parametrize("command", ["accounts list", "sync", "tests run", "audit verify"])
def test_a_command_that_needs_the_database_says_to_migrate_it(tenure, command):
    finished = tenure(*command.split())
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == ("The database is not ready for this version; run: tenure migrate\n")


def test_a_command_that_cannot_reach_its_database_is_one_sentence(tenure):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://u:hunter2@127.0.0.1:{nobody.getsockname()[1]}/n"
        finished = tenure("accounts", "list", "--json", TENURE_DATABASE_URL=url)
    assert finished.returncode == 3
    assert json.loads(finished.stdout)["title"].startswith("The database cannot be reached")
    assert "Traceback" not in finished.stderr


def test_a_database_that_does_not_answer_is_one_sentence_without_its_password(tenure):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://u:hunter2@127.0.0.1:{nobody.getsockname()[1]}/n"
        finished = tenure("migrate", TENURE_DATABASE_URL=url)
    assert finished.returncode == 3
    assert finished.stderr.startswith("The database cannot be reached")
    assert finished.stderr.count("\n") == 1
    assert "hunter2" not in finished.stderr


def test_serve_refuses_a_home_in_use(tenure, tmp_path):
    held = claim_home(tmp_path / "home")
    finished = tenure("serve")
    os.close(held)
    assert finished.returncode == 2
    assert finished.stderr.startswith("Tenure already runs from")
    assert finished.stderr.count("\n") == 1


def test_serve_refuses_a_taken_port(tenure):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        finished = tenure("serve", "--json", "--port", str(holder.getsockname()[1]))
    assert finished.returncode == 2
    assert json.loads(finished.stdout)["title"].endswith("choose another with --port or --host.")


def test_serve_refuses_what_the_checks_refuse(tenure):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    finished = tenure("serve", "--port", port, TENURE_TIME_ZONE="Mars/Olympus")
    assert finished.returncode == 2
    assert "tenure.E009" in finished.stderr


def test_serve_names_an_address_that_can_be_called():
    assert _reachable("0.0.0.0") == "127.0.0.1"  # noqa: S104 - compared, not bound
    assert _reachable("::") == "127.0.0.1"
    assert _reachable("::1") == "[::1]"
    assert _reachable("tenure.local") == "tenure.local"
