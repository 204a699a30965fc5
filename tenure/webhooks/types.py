"""The types of events. Each slice declares its own in `<slice>/webhook_types.py`:

    TYPES = {"operation.failed": "A change at a provider could not be made."}

The key is `subject.what_happened`; everything before the dot is its family, chosen as
`operation.*`. To add one: declare it there, and call `publish` where it happens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

TEST = "webhook.test"
_SHAPE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


@cache
def declared() -> Mapping[str, str]:
    """Every type of every installed slice, with what it means."""
    types: dict[str, str] = {}
    for app in apps.get_app_configs():
        if not app.name.startswith("tenure.") or find_spec(f"{app.name}.webhook_types") is None:
            continue
        for name, sentence in import_module(f"{app.name}.webhook_types").TYPES.items():
            if not _SHAPE.fullmatch(name):
                raise ValueError(f"{app.name}: {name!r} is not subject.what_happened.")
            if name in types:
                raise ValueError(f"{app.name}: {name} is declared by another slice as well.")
            types[name] = sentence
    return types


def families() -> list[str]:
    """What somebody chooses from: `account.*`, `connection.*` and so on, in order."""
    return sorted({f"{name.partition('.')[0]}.*" for name in declared()})


def check_declared(name: str) -> None:
    if name != TEST and name not in declared():
        raise LookupError(f"Declare {name} in TYPES of the slice's webhook_types.py.")
