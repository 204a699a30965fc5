"""Each check fails on what it is for, says how to mend it, and passes on a fresh installation."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from tenure.config import checks

pytestmark = pytest.mark.django_db


def ids(found):
    assert all(check.hint for check in found)
    return [check.id for check in found]


@pytest.fixture
def sound(home, settings):
    """An installation with nothing to complain of."""
    settings.TENURE_ROOT_KEY_FILE = home / "secret.key"
    settings.TENURE_PUBLIC_URL = "https://tenure.example.com"
    settings.TENURE_EMAIL_URL = "smtp://mail.example.com"
    return home


def test_the_run_is_on_the_database_it_claims():
    expected = "postgresql" if os.environ.get("TENURE_TEST_DB") == "postgres" else "sqlite"
    assert connection.vendor == expected


def test_a_sound_installation_passes(sound):
    assert ids(checks.home_is_ours()) == []
    assert ids(checks.addresses_make_sense()) == []
    assert ids(checks.database_is_ready(databases=["default"])) == []


def test_they_are_run_with_all_others(sound, settings):
    settings.TENURE_TIME_ZONE = "Mars/Olympus"
    assert "tenure.E009" in {check.id for check in run_checks()}


@pytest.mark.parametrize("address", ["mail.example.com", "smtp:mail", "smtp://u:a/b@mail"])
def test_mail_that_could_never_leave(sound, settings, address):
    settings.TENURE_EMAIL_URL = address
    assert ids(checks.addresses_make_sense()) == ["tenure.E012"]


def test_a_home_that_is_not_there(sound, settings):
    settings.TENURE_HOME = sound / "missing"
    assert ids(checks.home_is_ours()) == ["tenure.E001"]


def test_a_home_that_cannot_be_written(sound, settings, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert ids(checks.home_is_ours()) == ["tenure.E001"]


@pytest.mark.parametrize(("mode", "found"), [(0o600, []), (0o640, ["tenure.E002"])])
def test_a_root_key_others_can_read(sound, mode, found):
    key = sound / "secret.key"
    key.write_text("x")
    key.chmod(mode)
    assert ids(checks.home_is_ours()) == found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://tenure.example.com", []),
        ("https://tenure.example.com:8443", []),
        ("http://127.0.0.1:8000", []),
        ("http://localhost:8000", []),
        ("http://[::1]:8000", []),
        ("http://tenure.example.com", ["tenure.W006"]),
        ("http://10.0.0.5:8000", ["tenure.W006"]),
        ("tenure.example.com", ["tenure.E005"]),
        ("https://tenure.example.com/app", ["tenure.E005"]),
        ("ftp://tenure.example.com", ["tenure.E005"]),
        ("", ["tenure.E005"]),
    ],
)
def test_the_public_address(sound, settings, url, found):
    settings.TENURE_PUBLIC_URL = url
    assert ids(checks.addresses_make_sense()) == found


def test_mail_that_only_goes_to_the_log_of_a_real_server(sound, settings):
    settings.TENURE_EMAIL_URL = "console:"
    assert ids(checks.addresses_make_sense()) == ["tenure.W007"]


@pytest.mark.parametrize(
    ("proxies", "found"),
    [
        (["10.0.0.5", "10.1.0.0/16", "fd00::/8"], []),
        (["proxy.example.com"], ["tenure.E008"]),
        (["10.0.0.0/33", "nonsense"], ["tenure.E008", "tenure.E008"]),
    ],
)
def test_trusted_proxies(sound, settings, proxies, found):
    settings.TENURE_TRUSTED_PROXIES = proxies
    assert ids(checks.addresses_make_sense()) == found


@pytest.mark.parametrize(
    ("zone", "found"),
    [
        ("Pacific/Auckland", []),
        ("Mars/Olympus", ["tenure.E009"]),
        ("", ["tenure.E009"]),
        ("../../etc/passwd", ["tenure.E009"]),
    ],
)
def test_the_time_zone(sound, settings, zone, found):
    settings.TENURE_TIME_ZONE = zone
    assert ids(checks.addresses_make_sense()) == found


def test_a_database_that_lacks_a_migration(sound):
    MigrationRecorder(connection).record_unapplied("jobs", "0001_initial")
    assert ids(checks.database_is_ready(databases=["default"])) == ["tenure.E004"]


def test_a_database_that_does_not_answer(sound, monkeypatch):
    def refuse(self):
        raise OperationalError("password=hunter2")

    monkeypatch.setattr(type(connections["default"]), "ensure_connection", refuse)
    (found,) = checks.database_is_ready(databases=["default"])
    assert found.id == "tenure.E003"
    assert "hunter2" not in str(found)


def test_no_database_is_asked_when_none_is_named():
    assert checks.database_is_ready(databases=None) == []


@pytest.mark.skipif(
    os.environ.get("TENURE_TEST_DB") != "postgres", reason="a property of PostgreSQL"
)
def test_a_postgresql_that_is_too_old(sound, monkeypatch):
    monkeypatch.setattr(checks, "_OLDEST_POSTGRESQL", 990_000)
    assert ids(checks.database_is_ready(databases=["default"])) == ["tenure.E011"]


@pytest.mark.skipif(
    os.environ.get("TENURE_TEST_DB") == "postgres", reason="a property of SQLite's file"
)
def test_a_sqlite_file_on_a_network_file_system(sound, monkeypatch):
    monkeypatch.setattr(checks, "file_system", lambda _: "nfs4")
    assert ids(checks.database_is_ready(databases=["default"])) == ["tenure.E010"]


def test_the_file_system_under_a_path_is_that_of_the_longest_mount(monkeypatch):
    mounts = "/dev/sda / ext4 rw 0 0\nnas:/x /srv/my\\040data nfs4 rw 0 0\nproc /proc proc rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: mounts)
    assert checks.file_system(Path("/srv/my data/tenure.sqlite3")) == "nfs4"
    assert checks.file_system(Path("/srv/other")) == "ext4"
