"""What API tokens may be made for. Pure: no database, no clock.

A token uses the permissions that its scopes bring and its user holds at that moment, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from tenure.lib.errors import Invalid


class Scope(NamedTuple):
    """What a scope is for, in words and permissions; `besides` is what its verbs need to see."""

    says: str
    permissions: frozenset[str]
    besides: frozenset[str] = frozenset()


# Nobody is told of what they may not see.
_TOLD_OF = frozenset({"connections.view", "findings.view", "provisioning.view", "offboarding.view"})
SCOPES: Mapping[str, Scope] = MappingProxyType(
    {
        "connections:read": Scope("See connections and syncs", frozenset({"connections.view"})),
        "connections:write": Scope(
            "Ask for syncs, cancel and release them",
            frozenset({"accounts.sync", "sync.release"}),
            frozenset({"connections.view"}),
        ),
        "inventory:read": Scope(
            "See accounts, projects, and who had what when",
            frozenset({"accounts.view"}),
            frozenset({"people.view"}),
        ),
        "inventory:write": Scope(
            "Say whose and of what kind accounts are, and which projects are in scope",
            frozenset({"accounts.link", "accounts.mark", "resources.scope"}),
            frozenset({"accounts.view", "people.view"}),
        ),
        "people:read": Scope(
            "See people and what they hold",
            frozenset({"people.view"}),
            frozenset({"accounts.view"}),
        ),
        "people:write": Scope(
            "Import, enter and merge people, and say who left",
            frozenset({"people.manage"}),
            frozenset({"people.view"}),
        ),
        "tests:read": Scope(
            "See tests and their answers", frozenset({"tests.view"}), frozenset({"findings.view"})
        ),
        "tests:write": Scope(
            "Run tests, stop asking them, and choose who is told",
            frozenset({"tests.run", "tests.deactivate", "tests.subscribe"}),
            frozenset({"tests.view", "findings.view"}),
        ),
        "findings:read": Scope("See findings", frozenset({"findings.view"})),
        "findings:write": Scope(
            "Exempt findings, say who works on them, and leave notes",
            frozenset({"findings.exempt", "findings.assign", "findings.note"}),
            frozenset({"findings.view"}),
        ),
        "provisioning:read": Scope("See changes at providers", frozenset({"provisioning.view"})),
        "provisioning:write": Scope(
            "Approve, retry, cancel and override changes, and release brakes",
            frozenset({"provisioning.run", "provisioning.approve"}),
            frozenset({"provisioning.view", "connections.view"}),
        ),
        "offboarding:read": Scope("See who is offboarded", frozenset({"offboarding.view"})),
        "offboarding:write": Scope(
            "Offboard people: plan, choose, approve, reset",
            frozenset({"offboarding.manage"}),
            # Approving plans and lets go operations, and hands service accounts over.
            frozenset(
                {
                    *("offboarding.view", "people.view", "accounts.view", "accounts.mark"),
                    *("provisioning.view", "provisioning.run", "connections.view"),
                }
            ),
        ),
        "reviews:read": Scope(
            "See reviews, and what its user is to decide",
            frozenset({"reviews.view", "me.view"}),
        ),
        "reviews:write": Scope(
            "Stage, open and close reviews, and decide what its user is to decide",
            frozenset({"reviews.manage", "reviews.decide"}),
            # Closing plans and lets go operations.
            frozenset(
                {
                    *("reviews.view", "me.view", "people.view", "connections.view"),
                    *("provisioning.view", "provisioning.run"),
                }
            ),
        ),
        "requests:read": Scope(
            "See the catalogue and access requests, and what its user is to approve",
            frozenset({"requests.view", "me.view"}),
        ),
        "requests:write": Scope(
            "Ask for access, and approve or deny what its user is asked about",
            frozenset({"requests.ask", "requests.decide", "requests.manage"}),
            # An approval plans and lets go operations.
            frozenset(
                {
                    *("requests.view", "me.view", "people.view", "connections.view"),
                    *("provisioning.view", "provisioning.run"),
                }
            ),
        ),
        "notifications:read": Scope(
            "See what its user is told", frozenset({"overview.view"}), _TOLD_OF
        ),
        "notifications:write": Scope(
            "Choose what its user is told", frozenset({"overview.view"}), _TOLD_OF
        ),
        "settings:read": Scope("See settings", frozenset({"settings.view"})),
        "settings:write": Scope(
            "Change the calendar, tests, people sources and linking domains",
            frozenset({"settings.manage"}),
            frozenset({"settings.view", "tests.view", "people.view", "people.manage"}),
        ),
        "evidence:read": Scope("See and take away bundles", frozenset({"evidence.view"})),
        "evidence:write": Scope(
            "Create bundles", frozenset({"evidence.create"}), frozenset({"evidence.view"})
        ),
        "audit:read": Scope("See the audit log", frozenset({"audit.view"})),
    }
)


def permissions_in(scopes: Iterable[str]) -> frozenset[str]:
    """Everything these scopes bring; one that there is not, or is no more, brings nothing."""
    known = [SCOPES[scope] for scope in scopes if scope in SCOPES]
    return frozenset().union(*(scope.permissions | scope.besides for scope in known))


def usable_with(held: frozenset[str]) -> list[str]:
    """The scopes that are of any use to whoever holds these permissions."""
    return [name for name, scope in SCOPES.items() if scope.permissions & held]


def check_token(
    *,
    name: str,
    scopes: Iterable[str],
    held: frozenset[str],
    expires_at: datetime | None,
    at: datetime,
) -> None:
    """Refuse a token that makes no sense; `held` is what its user holds anywhere.

    name     scopes                                expires        -> outcome
    empty    any                                   any               Invalid
    given    none, or one that there is not        any               Invalid
    given    one that is of no use to its user     any               Invalid
    given    all of use                            now or before     Invalid
    given    all of use                            later, or never   accept
    """
    chosen = list(scopes)
    if not name.strip():
        raise Invalid("Name the token after what will use it.", field="name")
    if not chosen or set(chosen) - set(SCOPES):
        raise Invalid(f"Choose scopes among {', '.join(SCOPES)}.", field="scopes")
    if useless := [scope for scope in chosen if scope not in usable_with(held)]:
        raise Invalid(
            f"Leave out {', '.join(useless)}; the user of this token may not do that.",
            field="scopes",
        )
    if expires_at is not None and expires_at <= at:
        raise Invalid("Let the token expire on a day to come, or never.", field="expires_at")
