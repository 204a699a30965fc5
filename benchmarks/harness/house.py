"""A Tenure of our own: settings, and as many fresh databases as a measurement needs."""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from harness.company import Company
from tenure.testing.postgres import Cluster, throwaway_cluster

ADA = "ada"
_TEMPLATE = "template"


class House:
    """Databases by name, each a copy of one in which every company is already connected.

    Copying is how each round begins at the same place, whatever tables the product has.
    """

    def __init__(self, database: str, stack: ExitStack) -> None:
        self.home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tenure-bench-")))
        self._cluster: Cluster | None = None
        if database == "postgres":
            self._cluster = throwaway_cluster()
            stack.callback(self._cluster.stop)
            # CPU of parallel workers would be counted nowhere.
            self._administer("ALTER ROLE tenure SET max_parallel_workers_per_gather = 0")
            self._administer(f"CREATE DATABASE {_TEMPLATE}")
        os.environ |= self.environment(_TEMPLATE)
        _start_django()

    def address(self, name: str) -> str:
        """What a connection's settings call the database of this name."""
        return name if self._cluster else str(self.home / f"{name}.sqlite3")

    def environment(self, name: str) -> dict[str, str]:
        """How a process finds the database of this name."""
        return {
            "DJANGO_SETTINGS_MODULE": "tenure.config.settings",
            "TENURE_HOME": str(self.home),
            "TENURE_LOG_LEVEL": "WARNING",
            "TENURE_PROVIDER_HOSTS_ALLOW": "127.0.0.1",
            "TENURE_DATABASE_URL": self._url(name),
        }

    def connect(self, companies: Sequence[Company]) -> None:
        """Make the template: migrated, with a connection for each company and no budget."""
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        for company in companies:
            _connect(company)
        connection.close()

    def make(self, name: str) -> None:
        """A fresh copy of the template under this name, in place of any before it."""
        from django.db import connection

        connection.close()  # nobody may look at a template while it is copied
        if self._cluster:
            self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self._administer(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
            return
        for old in self.home.glob(f"{name}.sqlite3*"):
            old.unlink()
        # Not a copy of the file: what is still in its log would be missing.
        with (
            closing(sqlite3.connect(self.home / f"{_TEMPLATE}.sqlite3")) as template,
            closing(sqlite3.connect(self.home / f"{name}.sqlite3")) as copy,
        ):
            template.backup(copy)

    @contextmanager
    def database(self, name: str) -> Iterator[None]:
        """Everything inside speaks to this database, on a connection that is already open."""
        from django.db import connection

        connection.close()
        before = connection.settings_dict["NAME"]
        connection.settings_dict["NAME"] = self.address(name)
        connection.ensure_connection()
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before

    def _url(self, name: str) -> str:
        if self._cluster:
            return re.sub(r"/[^/]*$", f"/{name}", self._cluster.url)
        return f"sqlite://{quote(str(self.home / f'{name}.sqlite3'))}"

    def _administer(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._url("postgres"), autocommit=True) as administrator:
            administrator.execute(statement)


def _start_django() -> None:
    import django

    django.setup()


def _connect(company: Company) -> None:
    from tenure.connections.connecting import judge
    from tenure.connections.operations.connect_organization import connect_organization
    from tenure.connectors.base import Credentials
    from tenure.testing.cast import actor_of

    credentials = Credentials(
        organization_id=company.organization_id, api_key=company.key, base_url=company.url
    )
    judged = judge(kind="openai", credentials=credentials, actor=actor_of(ADA))
    connect_organization(
        judged=judged,
        name=company.organization_id,
        requests_per_minute=None,
        actor=actor_of(ADA),
    )
