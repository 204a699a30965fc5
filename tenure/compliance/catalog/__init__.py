"""Every test there is: one file each, found by being here."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from tenure.compliance.definition import Definition


@cache
def catalogue() -> dict[str, Definition]:
    """The tests by slug, in the order in which they are listed."""
    found = [
        import_module(f"{__name__}.{module.name}").TEST for module in pkgutil.iter_modules(__path__)
    ]
    return {test.slug: test for test in sorted(found, key=lambda test: test.title)}
