"""System checks: what an operator should know before connections misbehave."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import DatabaseError


@checks.register()
def hosts_allowed(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - the framework passes it
    **kwargs: Any,  # noqa: ARG001, ANN401 - same
) -> list[checks.CheckMessage]:
    """An exception that admits every address takes the guard away altogether."""
    wide = [host for host in settings.TENURE_PROVIDER_HOSTS_ALLOW if _is_everything(host)]
    return [
        checks.Warning(
            f"TENURE_PROVIDER_HOSTS_ALLOW contains {host}, which permits connections to every host"
            " in your network.",
            hint="Name the hosts you mean, such as 127.0.0.1 for the simulator or the address of"
            " your own gateway.",
            id="tenure.W201",
        )
        for host in wide
    ]


@checks.register(checks.Tags.database)
def root_keys_are_here(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - the framework passes it
    databases: Sequence[str] | None = None,
    **kwargs: Any,  # noqa: ARG001, ANN401 - same
) -> list[checks.CheckMessage]:
    """Keys sealed under a root key that is gone cannot be opened; everything else still works."""
    from tenure.connections.models import Connection

    if not databases:
        return []
    try:
        names = list(
            Connection.objects.filter(keys__isnull=False)
            .exclude(keys__key_id__in=settings.TENURE_ROOT_KEYS.ids)
            .order_by("name")
            .values_list("name", flat=True)
            .distinct()
        )
    except DatabaseError:
        return []  # not migrated yet: another check says so
    return [
        checks.Warning(
            f"The keys of {name} were sealed under a root key that is not here.",
            hint="Start with the root key they were sealed under (TENURE_SECRET_KEY or"
            " TENURE_SECRET_KEY_PREVIOUS), or disconnect and connect the organization again; its"
            " history stays.",
            id="tenure.W202",
        )
        for name in names
    ]


def _is_everything(host: str) -> bool:
    try:
        return host in ("*", "") or ip_network(host, strict=False).prefixlen == 0
    except ValueError:
        return False
