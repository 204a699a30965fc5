"""Logs: one line per event, JSON in production, never with a key or a one-time link in it."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

from tenure.lib.secrets import redact

# The framework logs the path of each refused request; a link whose form was refused still works.
_LINK = re.compile(r"(/auth/(?:first-admin|link|invitation|password/reset/[^/\s]+)/)[^\s/?\"']+")


def _without_secrets(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _LINK.sub(r"\1…", redact(value))
    return event


def _refusal_without_trace(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A page that was refused or not found is one line; only our own failures show where."""
    if getattr(event.get("_record"), "status_code", 500) < 500:  # noqa: PLR2004 - then it is ours
        event.pop("exc_info", None)
    return event


def level(raw: str) -> str:
    """A level of detail by its name, however it is written."""
    if (name := raw.strip().upper()) not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        raise ValueError("write DEBUG, INFO, WARNING or ERROR")
    return name


def logging_settings(*, level: str, json: bool) -> dict[str, Any]:
    """Django's LOGGING, with our own loggers and the libraries' through one formatter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _refusal_without_trace,
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _without_secrets,
                    renderer,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # The SDK and its transport log whole requests, headers included, at DEBUG.
            "openai": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
            # The ledger says the same, with the reason.
            "django_tasks": {"level": "CRITICAL"},
            "django": {"level": level, "handlers": [], "propagate": True},
        },
    }
