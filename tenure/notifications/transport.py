"""How mail leaves: smtp://, smtps://, console: or file:///DIRECTORY."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

_BACKENDS = "django.core.mail.backends"
_TIMEOUT = 20


class UnknownTransport(ValueError):
    """The address names no way to send mail that we know."""


def transport(address: str) -> BaseEmailBackend:
    """A closed connection for the address in TENURE_EMAIL_URL."""
    backend, options = backend_options(address)
    return get_connection(f"{_BACKENDS}.{backend}.EmailBackend", **options)


def backend_options(address: str) -> tuple[str, dict[str, Any]]:
    """Django's backend and its arguments.

    smtp:// turns on STARTTLS unless the host is this machine or the address says ?tls=off;
    smtps:// speaks TLS from the first byte.
    """
    parts = urlsplit(address)
    match parts.scheme:
        case "console":
            return "console", {}
        case "file":
            return "filebased", {"file_path": unquote(parts.path)}
        case "smtp" | "smtps" if parts.hostname:
            implicit = parts.scheme == "smtps"
            local = parts.hostname in ("localhost", "127.0.0.1", "::1")
            plain = local or parse_qs(parts.query).get("tls") == ["off"]
            return "smtp", {
                "host": parts.hostname,
                "port": parts.port or (465 if implicit else 25 if plain else 587),
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_ssl": implicit,
                "use_tls": not implicit and not plain,
                "timeout": _TIMEOUT,
            }
    raise UnknownTransport(
        "TENURE_EMAIL_URL must begin with smtp://HOST, smtps://HOST, console: or file:///."
    )
