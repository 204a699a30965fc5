"""The environment tests run in: a home of their own, and SQLite or a throw-away PostgreSQL.

A pytest plugin, loaded by `-p` in pyproject.toml: pytest-django imports the settings before any
conftest, and what is set later has no effect.

TENURE_TEST_DB=postgres chooses PostgreSQL: the system's binaries where there are any, else the
pgserver wheel. The cluster lives in a temporary directory and dies with the run.
"""

from __future__ import annotations

import os
import tempfile

from tenure.testing.postgres import throwaway_cluster

HOME = tempfile.TemporaryDirectory(prefix="tenure-test-")
os.environ["TENURE_HOME"] = HOME.name
os.environ["TENURE_LOG_LEVEL"] = "CRITICAL"
os.environ["TENURE_PROVIDER_HOSTS_ALLOW"] = "127.0.0.1"
os.environ["TENURE_EMAIL_URL"] = f"file://{HOME.name}/mail"
for _name in ("TENURE_DATABASE_URL", "TENURE_SECRET_KEY", "TENURE_DEBUG", "TENURE_PUBLIC_URL"):
    os.environ.pop(_name, None)

IS_POSTGRESQL = os.environ.get("TENURE_TEST_DB") == "postgres"
if IS_POSTGRESQL:
    # Workers of pytest-xdist inherit the address and share the cluster, each with its database.
    if "TENURE_TEST_CLUSTER" not in os.environ:
        os.environ["TENURE_TEST_CLUSTER"] = throwaway_cluster().url
    os.environ["TENURE_DATABASE_URL"] = os.environ["TENURE_TEST_CLUSTER"]
