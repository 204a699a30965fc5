"""Where data is kept, as one URL, turned into Django's dictionary."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

# Read-then-write on several threads needs IMMEDIATE: with Django's default most transactions
# end in "database is locked". WAL lets pages be read while a sync writes.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;"
        "PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-65536;"
    ),
}

# PostgreSQL compiles what it believes to be long. Pages ask questions that it believes to be, and
# that take a tenth of a second: compiling one takes a second, each time it is asked.
POSTGRESQL_OPTIONS = {"options": "-c jit=off"}

# A database of this process that all its threads share; it dies with its last connection. Unlike
# SQLite's shared cache it waits its turn, and does not answer "table is locked".
IN_MEMORY = "file:/tenure?vfs=memdb"


def database(url: str) -> dict[str, Any]:
    """Django's settings for `sqlite:///file` or `postgresql://user:password@host:port/name`."""
    parts = _parts(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        name = IN_MEMORY if path in ("", "/:memory:") else path
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": 600,
        }
    if parts.scheme in ("postgres", "postgresql"):
        options = POSTGRESQL_OPTIONS | dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")) or "tenure",
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", unquote(parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "OPTIONS": options,
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError("write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")


def _parts(url: str) -> SplitResult:
    """The URL taken apart; the library's own refusals quote it, password included."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - judged when it is read
    except ValueError:
        raise ValueError(
            "its host or port cannot be read; in a password write / as %2F, # as %23, ? as %3F"
        ) from None
    return parts
