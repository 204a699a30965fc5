"""What must hold before Tenure serves; each failure says how to mend it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from tenure.notifications.transport import backend_options

_OLDEST_POSTGRESQL = 140_000
# File systems on which SQLite's write-ahead log, which is shared memory, cannot work.
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"}


@register()
def home_is_ours(**_: object) -> list[CheckMessage]:
    """The home directory can be written, and the root key in it is read by nobody else."""
    return [*_home(settings.TENURE_HOME), *_root_key(settings.TENURE_ROOT_KEY_FILE)]


@register()
def addresses_make_sense(**_: object) -> list[CheckMessage]:
    """The public address, the proxies in front of it, the way out for mail, and the clock."""
    return [*_public_url(settings.TENURE_PUBLIC_URL), *_proxies(), *_mail(), *_time_zone()]


@register(Tags.database)
def database_is_ready(databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """Each database answers, is recent enough and has every migration."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        try:
            connection.ensure_connection()
            found += [*_sqlite(connection), *_postgresql(connection), *_migrations(connection)]
        except DatabaseError as error:
            found.append(
                Error(
                    f"The database cannot be reached ({type(error).__name__}).",
                    hint="Start it, or correct TENURE_DATABASE_URL; `tenure config` shows where "
                    "that comes from.",
                    id="tenure.E003",
                )
            )
    return found


def _home(home: Path) -> Iterator[CheckMessage]:
    if not (home.is_dir() and os.access(home, os.W_OK | os.X_OK)):
        yield Error(
            f"The home directory {home} cannot be written.",
            hint="Create it, give it to the user Tenure runs as, or choose another with "
            "TENURE_HOME or --home.",
            id="tenure.E001",
        )


def _root_key(path: Path) -> Iterator[CheckMessage]:
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Error(
            f"The root key in {path} can be read by other users of this machine.",
            hint=f"Run: chmod 600 {path}",
            id="tenure.E002",
        )


def _public_url(url: str) -> Iterator[CheckMessage]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        yield Error(
            f"TENURE_PUBLIC_URL is {url}, which is not an address.",
            hint="Write https://HOST or https://HOST:PORT, without a path.",
            id="tenure.E005",
        )
        return
    if _is_loopback(parts.hostname):
        return
    if parts.scheme == "http":
        yield Warning(
            f"TENURE_PUBLIC_URL is {url}: passwords and sessions would cross the network in clear.",
            hint="Put a reverse proxy with TLS in front and set TENURE_PUBLIC_URL to https://…",
            id="tenure.W006",
        )
    if settings.TENURE_EMAIL_URL.startswith("console:"):
        yield Warning(
            "Mail is only printed to the log, sign-in links included.",
            hint="Set TENURE_EMAIL_URL to smtp://USER:PASSWORD@HOST:PORT.",
            id="tenure.W007",
        )


def _mail() -> Iterator[CheckMessage]:
    try:
        backend_options(settings.TENURE_EMAIL_URL)
    except ValueError:
        yield Error(
            "TENURE_EMAIL_URL names no way to send mail.",
            hint="Write smtp://USER:PASSWORD@HOST:PORT, smtps://…, console: or file:///DIRECTORY.",
            id="tenure.E012",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _proxies() -> Iterator[CheckMessage]:
    for word in settings.TENURE_TRUSTED_PROXIES:
        try:
            ip_network(word, strict=False)
        except ValueError:
            yield Error(
                f"TENURE_TRUSTED_PROXIES names {word}, which is neither an address nor a network.",
                hint="Write addresses or networks such as 10.0.0.5 or 10.0.0.0/24, with commas.",
                id="tenure.E008",
            )


def _time_zone() -> Iterator[CheckMessage]:
    name = settings.TENURE_TIME_ZONE
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Error(
            f"TENURE_TIME_ZONE is {name or 'empty'}, which is no time zone.",
            hint="Write a name such as Europe/Berlin or America/New_York.",
            id="tenure.E009",
        )


def _sqlite(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and (kind := file_system(path)) in _NETWORK:
        yield Error(
            f"The database {path} lies on a network file system ({kind}), where SQLite loses data.",
            hint="Move TENURE_HOME to a local disk, or use PostgreSQL: TENURE_DATABASE_URL.",
            id="tenure.E010",
        )


def file_system(path: Path) -> str:
    """The type of the file system under `path`; empty where the system does not tell."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return ""
    under = [
        (len(point), kind)
        for _device, point, kind, *_rest in mounts
        if path.is_relative_to(point.replace("\\040", " "))
    ]
    return max(under, default=(0, ""))[1]


def _postgresql(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    if connection.vendor != "postgresql":
        return
    version: int = connection.pg_version  # type: ignore[attr-defined] # PostgreSQL's wrapper only
    if version < _OLDEST_POSTGRESQL:
        yield Error(
            f"PostgreSQL {version // 10_000} is too old.",
            hint="Use PostgreSQL 14 or newer.",
            id="tenure.E011",
        )


def _migrations(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Error(
            f"The database lacks {len(waiting)} migrations of this version.",
            hint="Back it up and run: tenure migrate",
            id="tenure.E004",
        )
