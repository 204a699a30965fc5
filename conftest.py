"""Fixtures every test may use. The environment was set by `tenure.testing.environment`."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.test import override_settings

from tenure.testing.environment import HOME
from tenure.testing.lengths import FULL
from tenure.testing.tables import copy_in_cluster, copy_to_file

pytest_plugins = [
    "tenure.testing.beginnings",
    "tenure.testing.databases",
    "tenure.testing.fixtures",
    "tenure.testing.guards",
]


# How long an example takes says nothing about whether it is right. The same examples each day, so
# that a change fails for what it changes; in full, others in each run.
hypothesis.settings.register_profile("tenure", deadline=None, derandomize=not FULL)
hypothesis.settings.load_profile("tenure")


def pytest_collection_finish() -> None:
    """What was loaded stays; looking for garbage less often saves a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The copy that was put there is taken; it goes with the run's home or cluster."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_xdist_suffix: None) -> None:
    """A file, not memory: the in-memory SQLite answers "table is locked" to a second thread."""
    from django.conf import settings
    from django.db import connection

    default = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        file = Path(HOME.name) / "test.sqlite3"
        default["TEST"] = {**default.get("TEST", {}), "NAME": str(file)}
        copy_to_file(file)
    else:
        copy_in_cluster(os.environ["TENURE_TEST_CLUSTER"], connection.creation._get_test_db_name())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """What SQLite can do is asked now: a test that counts questions shall not be the first."""
    from django.db import connection

    with django_db_blocker.unblock():
        assert connection.features.supports_json_field


@pytest.fixture(scope="session", autouse=True)
def quick_settings() -> Iterator[None]:
    """Passwords are quickly compared, and each test client looks for a static file when it is asked
    for one: to look through all of them first takes longer than most tests."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=quick, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    """A home directory for one test."""
    settings.TENURE_HOME = tmp_path
    return tmp_path
