from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def connection_name(ref: str, names: Mapping[str, str]) -> str:
    """The name of the connection, for whoever may see it."""
    return names.get(ref, "one connection")
