"""What a connector declares about itself, from which the catalogue is drawn. Pure, as `base` is."""

from __future__ import annotations

from typing import Literal

import msgspec


class CapabilityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the catalogue's capability table."""

    resource: str
    supported: bool
    used_for: tuple[Literal["tests", "reviews", "requests", "offboarding"], ...] = ()
    limits: str = ""


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """A connector's own declaration, from which the catalogue is drawn.

    `links` and `hosts` are (words, URL) pairs, the usual host first; `members_page` is
    a URL too, and so is `audit_log_page`, where an owner switches the log on.
    `scope_statement` has one place to fill, {organization_id}. One that `is_uploaded` reads files
    that people bring, and has no key.
    """

    kind: str
    title: str
    summary: str
    overview: str
    setup_minutes: int
    keywords: tuple[str, ...]
    prerequisites: tuple[str, ...]
    capabilities: tuple[CapabilityRow, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    members_page: str
    audit_log_page: str
    hosts: tuple[tuple[str, str], ...]
    organization_id_label: str
    organization_id_pattern: str
    key_label: str
    scope_statement: str
    is_uploaded: bool = False
