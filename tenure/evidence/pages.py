"""What the pages of evidence show."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from tenure.evidence import queries, rules, wording
from tenure.evidence.commands import COMMANDS, FINGERPRINT_COMMAND
from tenure.evidence.kinds import kinds
from tenure.evidence.lists import NEWEST_FIRST
from tenure.evidence.models import EvidenceBuild
from tenure.evidence.signing import in_groups
from tenure.lib.actor import Actor
from tenure.lib.paging import page
from tenure.lib.text import quantity

PUBLISHED_AT = "/.well-known/tenure-evidence-key.json"


def list_page(cursor: str, *, actor: Actor) -> dict[str, Any]:
    """Bundles, the newest first, and the key they are signed with. Three queries."""
    some = page(queries.builds(actor=actor), sort=NEWEST_FIRST, cursor=cursor)
    keys = queries.keys(actor=actor)
    in_force = next((key for key in keys if key.valid_until is None), None)
    return {
        "lines": [_line(build) for build in some.rows],
        "summary": quantity(len(some.rows), "bundle"),
        "next_url": f"?cursor={some.next}" if some.next else "",
        "previous_url": f"?cursor={some.previous}" if some.previous else "",
        "key": in_force,
        "fingerprint": in_groups(in_force.fingerprint) if in_force else "",
        "old_keys": [key for key in keys if key.valid_until is not None],
        "published_at": settings.TENURE_PUBLIC_URL.rstrip("/") + PUBLISHED_AT,
        "may_create": actor.may_somewhere("evidence.create"),
        "may_manage": actor.may("evidence.manage"),
        "commands": COMMANDS,
        "fingerprint_command": FINGERPRINT_COMMAND,
        "poll_ms": 3000 if any(build.is_open for build in some.rows) else 0,
    }


def bundle_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """One bundle."""
    build = queries.build_by_ref(ref, actor=actor)
    bundle = getattr(build, "bundle", None)
    return {
        "line": _line(build),
        "build": build,
        "bundle": bundle,
        "kind": kinds().get(build.kind),
        "asked": [(name.replace("_", " ").capitalize(), value) for name, value in _asked(build)],
        "fingerprint": in_groups(bundle.fingerprint) if bundle else "",
        "verify": (
            f"tenure evidence verify {bundle.file_name} --fingerprint {bundle.fingerprint}"
            if bundle
            else ""
        ),
        "commands": COMMANDS,
        "published_at": settings.TENURE_PUBLIC_URL.rstrip("/") + PUBLISHED_AT,
        "poll_ms": 1000 if build.is_open else 0,
    }


def offered(*, actor: Actor) -> dict[str, Any]:
    """The kinds to choose from."""
    window = actor.window
    return {
        "kinds": list(kinds().values()),
        "window": (window[0], rules.last_day_of(window)) if window else None,
    }


def _asked(build: EvidenceBuild) -> list[tuple[str, str]]:
    return [(name, value) for name, value in build.asked.items() if not name.endswith("at")]


def _line(build: EvidenceBuild) -> dict[str, Any]:
    bundle = getattr(build, "bundle", None)
    kind = kinds().get(build.kind)
    return {
        "build": build,
        "bundle": bundle,
        "kind": kind.label if kind else build.kind,
        "state": wording.STATES[build.state],
        "size": wording.size(bundle.size) if bundle else "",
        "short": in_groups(bundle.fingerprint[:16]) if bundle else "",
    }
