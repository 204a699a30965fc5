"""Every list there is, as the slices declare them in `LISTS` of their `lists.py`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from tenure.lib.errors import NotFound
from tenure.lib.listing import Listing


@cache
def listings() -> Mapping[str, Listing[Any]]:
    """By name, in the order of the slices."""
    found: dict[str, Listing[Any]] = {}
    for app in apps.get_app_configs():
        if not app.name.startswith("tenure.") or find_spec(f"{app.name}.lists") is None:
            continue
        for listing in import_module(f"{app.name}.lists").LISTS:
            if listing.name in found:
                raise ValueError(f"{app.name}: there is a list {listing.name} already.")
            found[listing.name] = listing
    return found


def listing_by_name(name: str) -> Listing[Any]:
    """The list that is called so."""
    if name not in listings():
        raise NotFound(f"There is no list {name}; choose one of {', '.join(listings())}.")
    return listings()[name]
