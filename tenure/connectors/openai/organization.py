"""Which organization answers: what its answers say of it by its id."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tenure.connectors.openai import wire

# The response header holds the organization's id or its slug, and a slug may begin with org- too.
ORGANIZATION_ID = re.compile(r"org-[A-Za-z0-9]{16,}")
_IN_ROLE = re.compile(r"__api-organization__(org-[A-Za-z0-9_-]+)")


def in_roles(roles: Iterable[wire.Identified]) -> set[str]:
    """The organizations that the ids of predefined roles name."""
    return {named[1] for role in roles if (named := _IN_ROLE.search(role.id))}
