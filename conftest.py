"""Fixtures every test may use. The environment was set by `tenure.testing.environment`."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from tenure.testing.environment import HOME

pytest_plugins = ["tenure.testing.fixtures", "tenure.testing.guards"]


# How long an example takes says nothing about whether it is right.
hypothesis.settings.register_profile("tenure", deadline=None)
hypothesis.settings.load_profile("tenure")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_xdist_suffix: None) -> None:
    """A file, not memory: the in-memory SQLite answers "table is locked" to a second thread."""
    from django.conf import settings

    default = settings.DATABASES["default"]
    if "sqlite" in default["ENGINE"]:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        default["TEST"] = {**default.get("TEST", {}), "NAME": f"{HOME.name}/test-{worker}.sqlite3"}


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    """A home directory for one test."""
    settings.TENURE_HOME = tmp_path
    return tmp_path
