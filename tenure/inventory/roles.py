"""Roles as their pages show them."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from tenure.inventory import access_wording, queries, role_wording, timelines, wording
from tenure.inventory.groups import tabs
from tenure.inventory.listing import chips, foot_of, searched
from tenure.inventory.models import Account, Entitlement, EntitlementChange, Resource
from tenure.inventory.queries import ROLE_FILTERS, RolesAsked, Way
from tenure.inventory.records import pretty
from tenure.lib.actor import Actor
from tenure.lib.text import quantity

_MOST_STEPS = 40


def role_list(address: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Context of the list of roles. Two queries."""
    asked = RolesAsked(
        show=address.get("show") or "all",
        search=searched(address),
        cursor=address.get("cursor", ""),
    )
    page = queries.role_page(asked, actor=actor)
    counts = queries.role_counts(actor=actor)
    held = {"show": asked.show, "q": asked.search}
    for role in page.rows:
        say(role)
    return {
        "asked": asked,
        "rows": page.rows,
        "tabs": tabs("roles"),
        "filters": chips(ROLE_FILTERS, counts, held),
        "has_several_connections": counts["connections"] > 1,
        "is_empty": not counts["all"] and not counts["over"],
        **foot_of(page, counts[asked.show], held, asked.search, ("role", "roles")),
    }


def say(role: Any) -> None:  # noqa: ANN401 - a role with its counts
    """Give a row its words."""
    role.label = role_wording.label(role.external_id, role.name)
    role.where = role_wording.where(role)
    role.origin = role_wording.origin(role)
    role.permission_lines = role_wording.permissions_of(role)
    role.is_privileged = role_wording.is_privileged(role)
    role.icon_kind = "privileged" if role.is_privileged else "role"
    role.is_of_organization = role.resource.kind == Resource.Kind.ORGANIZATION
    role.is_open = role.ended_at is None and role.resource.is_open
    role.through = (
        f"{role.through_count:,} through {quantity(role.group_count, 'group')}"
        if role.group_count
        else ""
    )


def role_context(
    role: Any,  # noqa: ANN401 - same
    changes: list[EntitlementChange],
    address: QueryDict,
    *,
    actor: Actor,
) -> dict[str, Any]:
    """Context of a role's page. Three queries more."""
    say(role)
    page = queries.holder_page(role, cursor=address.get("cursor", ""), actor=actor)
    ways = queries.ways_to(role, page.rows, actor=actor)
    for account in page.rows:
        _say_how(account, role, ways.get(account.pk, []))
    history = timelines.newest_first(role_wording.steps_of_role(changes))
    count = max(len(page.rows), role.direct_count + role.through_count)
    return {
        "role": role,
        "place": f"{role.where}, {role.connection.name}",
        "areas": role_wording.areas(role.permission_lines),
        "rows": page.rows if role.is_open else [],
        "groups": queries.groups_holding(role, actor=actor),
        "history": history[:_MOST_STEPS],
        "raw": pretty(role.raw) if role.raw else "",
        "began": access_wording.known(
            at=role.began_at, not_before=role.began_not_before, known_by=role.began_known_by
        ),
        "may_see_people": actor.may_somewhere("people.view"),
        "may_see_runs": actor.may("connections.view", connection=str(role.connection.ref)),
        **foot_of(page, count, {}, "", ("account", "accounts")),
    }


def _say_how(account: Any, role: Any, ways: list[Way]) -> None:  # noqa: ANN401 - rows with their columns
    account.attention = wording.attention(account)
    account.person_label = wording.person_label(account)
    account.person_said = wording.PERSON_STATES.get(account.person_state)
    account.ways = paths(account, role, ways)


def paths(account: Account, role: Entitlement, ways: list[Way]) -> list[dict[str, Any]]:
    """How an account comes to a role: by itself first, then through each group; since when."""
    is_of_organization = role.resource.kind == Resource.Kind.ORGANIZATION
    is_own = is_of_organization and account.role == role.external_id
    said: list[dict[str, Any]] = []
    if is_own and all(way.group is not None for way in ways):
        said.append({"group": None, "since": "As the list of users says"})
    for way in ways:
        since = access_wording.added(
            at=way.grant.began_at,
            not_before=way.grant.began_not_before,
            known_by=way.grant.began_known_by,
        )
        said.append({"group": way.group, "since": since})
    return sorted(said, key=lambda one: one["group"] is not None)
